// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <optional>

#include "call/page_line.h"
#include "directory/line_quality.h"

namespace dering::call {

/// What the media engine tells of one phone's sound every few seconds, put together for the record
/// of its call. Signalling thread.
class LegQuality {
 public:
  /// What has become of the line, where that is news: true for weak. Changes its mind slowly, for
  /// who reads "weak" and "well" in turns believes neither: weak after ten seconds, well after
  /// fifteen.
  std::optional<bool> take(const media::v2::Quality& report);
  /// What its page counted, of a sealed call; takes the place of what it said before.
  void take(const PageLine& line);
  /// Of all that came so far.
  directory::LineQuality so_far() const;

 private:
  struct Way {
    directory::LineQuality::Way counts;  ///< without the means
    std::uint64_t jitter_sum = 0;        ///< times packets
    std::uint64_t mos_sum = 0;           ///< times packets
    std::uint64_t rated = 0;             ///< packets whose MOS is known

    void take(const media::v2::Direction& report);
    directory::LineQuality::Way so_far() const;
  };

  bool is_weak_ = false;
  unsigned against_ = 0;         ///< reports in a row that say otherwise
  directory::LineQuality last_;  ///< codec and round trip
  Way from_phone_;
  Way to_phone_;
};

}  // namespace dering::call
