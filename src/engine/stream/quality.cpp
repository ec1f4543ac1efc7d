// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/quality.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "rtp/quality.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Codec;

/// What a phone takes to record, code and play, in about.
constexpr auto delay_of_phones = 60ms;

rtp::Equipment equipment_of(Codec::Name name) {
  if (name == Codec::NAME_OPUS) return rtp::opus_equipment;
  return name == Codec::NAME_G722 ? rtp::g722_equipment : rtp::g711_equipment;
}

/// In hundredths, by the E-model. A buffer waits for what is late about twice as long as the
/// jitter.
std::uint32_t opinion(double lost_share, std::chrono::microseconds jitter, const Line& line) {
  const auto delay = line.round_trip / 2 + 2 * jitter + delay_of_phones;
  const double rating =
      rtp::rating({.lost_share = std::clamp(lost_share, 0.0, 1.0),
                   .delay = std::chrono::duration_cast<std::chrono::milliseconds>(delay),
                   .equipment = equipment_of(line.codec)});
  return static_cast<std::uint32_t>(std::lround(rtp::opinion_score(rating) * 100));
}

}  // namespace

media::v2::Direction direction_of(const rtp::Interval& interval, const Line& line) {
  media::v2::Direction direction;
  direction.set_expected(interval.expected);
  direction.set_lost(interval.expected > interval.received ? interval.expected - interval.received
                                                           : 0);
  direction.set_jitter(static_cast<std::uint32_t>(interval.jitter.count()));
  direction.set_late(line.late);
  if (interval.expected == 0) return direction;
  const double late = static_cast<double>(line.late) / interval.expected;
  direction.set_mos(opinion(interval.lost_share() + late, interval.jitter, line));
  return direction;
}

media::v2::Direction ReportedDirection::take(const Reported& reported, std::uint32_t clock_rate,
                                             const Line& line) {
  media::v2::Direction direction;
  const auto& [block, sent] = reported;
  const std::chrono::microseconds jitter(std::uint64_t{block.jitter} * 1'000'000 / clock_rate);
  const auto added = std::max(jitter - sent.jitter, 0us);
  direction.set_jitter(static_cast<std::uint32_t>(added.count()));
  const std::uint32_t missing = sent.expected > sent.received ? sent.expected - sent.received : 0;
  missing_ += missing;
  std::uint32_t expected = has_begun_ ? block.highest_sequence - highest_ : 0;
  constexpr std::uint32_t most_expected = 0x10000;  // it began anew
  if (expected > most_expected) expected = 0;
  has_begun_ = true;
  highest_ = block.highest_sequence;
  expected -= std::min(expected, missing);
  const std::uint32_t lost = lost_since(block.cumulative_lost - missing_, expected);
  if (expected == 0) return direction;
  direction.set_expected(expected);
  direction.set_lost(lost);
  direction.set_mos(opinion(static_cast<double>(lost) / expected, added, line));
  return direction;
}

/// What was late for one report has come by the next one: it is not lost once more when as many are
/// late then.
std::uint32_t ReportedDirection::lost_since(std::int64_t lost, std::uint32_t expected) {
  constexpr std::int64_t most_late = 100;  // RFC 3550 A.1; beyond, the phone counts anew
  if (expected == 0 || lost < lost_ - most_late) {
    lost_ = lost;
    return 0;
  }
  const std::int64_t more = std::clamp<std::int64_t>(lost - lost_, 0, expected);
  lost_ = std::max(lost_, lost);
  return static_cast<std::uint32_t>(more);
}

}  // namespace dering::engine
