// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"

namespace dering::monitor {

/// One message from one participant to another.
struct Arrow {
  Instant at;
  std::string from;
  std::string to;
  std::string label;
};

/// The messages of a call, or of a whole world, as engineers draw them: one column for each
/// participant, one arrow for each message, time going down. Where the columns and a word beside
/// them do not fit, each arrow is written as "p1 → dering". One thread.
class Ladder {
 public:
  static constexpr std::size_t width = 160;           ///< of a line, in characters
  static constexpr std::size_t most_lines = 200'000;  ///< what comes later is counted

  /// `hub` has the first column: all arrows begin or end there.
  explicit Ladder(std::string hub) : columns_{std::move(hub)} {}

  void add_column(std::string name) { columns_.push_back(std::move(name)); }
  void add(Arrow arrow);
  /// A line across all columns.
  void note(Instant at, std::string_view sentence);

  std::string text() const;

 private:
  struct Note {
    Instant at;
    std::string sentence;
  };

  bool has_room();
  bool fits() const;
  std::size_t column_of(std::string_view name) const;
  std::string header() const;
  std::string line_of(const Arrow& arrow) const;
  std::string line_of(const Note& note) const;

  std::vector<std::string> columns_;
  std::vector<std::variant<Arrow, Note>> lines_;
  std::uint64_t left_out_ = 0;
};

/// "INVITE sip:1002@pbx.test  1 INVITE  3f2a9c": first line, CSeq and the beginning of the Call-ID
/// of a SIP message.
std::string label_of_sip(std::string_view message);

}  // namespace dering::monitor
