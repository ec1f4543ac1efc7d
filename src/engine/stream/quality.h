// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>

#include "base/instant.h"
#include "rtp/reception.h"
#include "rtp/rtcp.h"

namespace dering::engine {

/// What else is known of one direction.
struct Line {
  media::v2::Codec::Name codec = media::v2::Codec::NAME_UNSPECIFIED;
  Duration round_trip{};   ///< zero: not known
  std::uint32_t late = 0;  ///< packets that came too late to be heard
};

/// The words of Quality for what came from a phone.
media::v2::Direction direction_of(const rtp::Interval& interval, const Line& line);

/// What a phone's report says of our stream, and how that stream left us meanwhile: what another
/// phone's line had done to it before is no fault of this one's.
struct Reported {
  rtp::ReportBlock block;
  rtp::Interval sent;
};

/// The same for what went to a phone, of its reports one after the other.
class ReportedDirection {
 public:
  media::v2::Direction take(const Reported& reported, std::uint32_t clock_rate, const Line& line);

 private:
  std::uint32_t lost_since(std::int64_t lost, std::uint32_t expected);

  bool has_begun_ = false;
  std::uint32_t highest_ = 0;
  std::int64_t missing_ = 0;  ///< packets that never left
  std::int64_t lost_ = 0;     ///< the most that it ever was
};

}  // namespace dering::engine
