// SPDX-License-Identifier: Apache-2.0
#include "call/leg_quality.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace dering::call {
namespace {

std::string_view name_of(media::v2::Codec::Name codec) {
  using media::v2::Codec;
  constexpr std::array names{
      std::pair(Codec::NAME_OPUS, "opus"), std::pair(Codec::NAME_G722, "g722"),
      std::pair(Codec::NAME_PCMU, "pcmu"), std::pair(Codec::NAME_PCMA, "pcma")};
  for (const auto& [known, name] : names) {
    if (known == codec) return name;
  }
  return {};
}

// As the page judges its own line (web/sip/src/quality.ts): words go missing, or two people talk
// into each other (ITU-T G.114); and what the E-model calls "many users dissatisfied" (G.109).
constexpr unsigned bad_in_a_row = 2;
constexpr unsigned good_in_a_row = 3;
constexpr std::uint32_t fewest_packets = 25;
constexpr std::uint32_t most_lost = 5;          ///< of a hundred
constexpr std::uint32_t most_jitter = 80'000;   ///< microseconds
constexpr std::uint32_t most_round_trip = 600;  ///< milliseconds
constexpr std::uint32_t least_mos = 310;

bool is_bad(const media::v2::Direction& way) {
  if (way.expected() < fewest_packets) return false;
  const std::uint64_t missing = std::uint64_t{way.lost()} + way.late();
  return missing * 100 > std::uint64_t{way.expected()} * most_lost || way.jitter() > most_jitter ||
         (way.mos() > 0 && way.mos() < least_mos);
}

std::uint32_t mean(std::uint64_t sum, std::uint64_t count) {
  return count == 0 ? 0 : static_cast<std::uint32_t>(sum / count);
}

}  // namespace

std::optional<bool> LegQuality::take(const media::v2::Quality& report) {
  if (const std::string_view codec = name_of(report.codec()); !codec.empty()) last_.codec = codec;
  if (report.round_trip() > 0) last_.round_trip = report.round_trip();
  if (report.has_from_phone()) from_phone_.take(report.from_phone());
  if (report.has_to_phone()) to_phone_.take(report.to_phone());
  const bool is_bad_now = is_bad(report.from_phone()) || is_bad(report.to_phone()) ||
                          report.round_trip() > most_round_trip;
  against_ = is_bad_now == is_weak_ ? 0 : against_ + 1;
  if (against_ < (is_weak_ ? good_in_a_row : bad_in_a_row)) return std::nullopt;
  against_ = 0;
  is_weak_ = is_bad_now;
  return is_weak_;
}

void LegQuality::take(const PageLine& line) {
  last_.round_trip = line.round_trip;
  last_.level = line.level;
  to_phone_ = {};
  to_phone_.counts.packets = line.received + line.lost;
  to_phone_.counts.lost = line.lost;
  to_phone_.jitter_sum = to_phone_.counts.packets * line.jitter;
}

void LegQuality::Way::take(const media::v2::Direction& report) {
  const std::uint64_t packets = report.expected();
  counts.packets += packets;
  // Doubled packets make others less than none.
  counts.lost += std::min<std::uint64_t>(report.lost(), packets);
  counts.late += std::min<std::uint64_t>(report.late(), packets);
  jitter_sum += packets * report.jitter();
  if (report.mos() == 0) return;
  mos_sum += packets * report.mos();
  rated += packets;
}

directory::LineQuality::Way LegQuality::Way::so_far() const {
  directory::LineQuality::Way way = counts;
  way.jitter = mean(jitter_sum, counts.packets);
  way.mos = mean(mos_sum, rated);
  return way;
}

directory::LineQuality LegQuality::so_far() const {
  directory::LineQuality quality = last_;
  quality.from_phone = from_phone_.so_far();
  quality.to_phone = to_phone_.so_far();
  return quality;
}

}  // namespace dering::call
