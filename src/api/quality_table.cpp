// SPDX-License-Identifier: Apache-2.0
#include "api/quality_table.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "directory/history.h"

namespace dering::api {
namespace {

using directory::LineQuality;
using directory::SeenCall;

constexpr std::string_view head =
    "call,started_at,direction,peer,seconds,outcome,codec,media,delay_ms,"
    "jitter_sent_ms,loss_sent_percent,mos_sent,jitter_heard_ms,loss_heard_percent,mos_heard,"
    "delay_tiphon,jitter_tiphon,loss_tiphon,tiphon_index\r\n";

constexpr Category very_good{4, "very good"};
constexpr Category good{3, "good"};
constexpr Category medium{2, "medium"};
constexpr Category poor{1, "poor"};

/// One way of the sound, in the units of the table.
struct Way {
  double jitter = 0;  ///< milliseconds
  double loss = 0;    ///< percent, with what came too late to be heard
  double mos = 0;
};

bool is_measured(const LineQuality::Way& way) {
  return way.packets > 0;
}

Way way_of(const LineQuality::Way& way) {
  const double missing = static_cast<double>(way.lost + way.late);
  return {.jitter = static_cast<double>(way.jitter) / 1000,
          .loss = 100 * missing / static_cast<double>(way.packets),
          .mos = static_cast<double>(way.mos) / 100};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A spreadsheet calculates what begins like that, a number excepted.
bool looks_like_formula(std::string_view text) {
  if (text.empty() || std::string_view("=+-@\t\r").find(text.front()) == text.npos) return false;
  return text.size() == 1 || !std::ranges::all_of(text.substr(1), is_digit);
}

/// RFC 4180 §2.
std::string field(std::string_view text) {
  if (text.empty()) return {};
  std::string quoted = looks_like_formula(text) ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + '"';
}

std::string fields_of(const LineQuality::Way& way) {
  if (!is_measured(way)) return ",,";
  const Way told = way_of(way);
  const std::string mos = told.mos > 0 ? fmt::format("{:.2f}", told.mos) : "";
  return fmt::format("{:.1f},{:.2f},{}", told.jitter, told.loss, mos);
}

/// The worse of the two ways, as a conversation is no better than that.
double worse(const LineQuality& quality, double Way::* what) {
  double worst = 0;
  for (const LineQuality::Way* way : {&quality.from_phone, &quality.to_phone}) {
    if (is_measured(*way)) worst = std::max(worst, way_of(*way).*what);
  }
  return worst;
}

/// Without a delay, which needs RTCP, the index is that of the other two.
std::string categories_of(const LineQuality& quality) {
  const double delay = static_cast<double>(quality.round_trip) / 2;
  const Category jitter = jitter_category(worse(quality, &Way::jitter));
  const Category loss = loss_category(worse(quality, &Way::loss));
  if (quality.round_trip == 0) {
    return fmt::format(",{},{},{:.2f}", jitter.word, loss.word,
                       (jitter.degree + loss.degree) / 2.0);
  }
  const Category late = delay_category(delay);
  return fmt::format("{},{},{},{:.2f}", late.word, jitter.word, loss.word,
                     (late.degree + jitter.degree + loss.degree) / 3.0);
}

std::string line_of(std::uint64_t id, const SeenCall& call) {
  const LineQuality& quality = call.quality;
  const auto started = std::chrono::sys_seconds(std::chrono::seconds(call.started_at));
  const std::string delay =
      quality.round_trip > 0 ? fmt::format("{:.1f}", quality.round_trip / 2.0) : "";
  return fmt::format("{},{:%Y-%m-%dT%H:%M:%SZ},{},{},{:.1f},{},{},{},{},{},{},{}\r\n", id, started,
                     call.is_outgoing ? "out" : "in", field(call.peer),
                     static_cast<double>(call.duration_ms) / 1000, call.outcome,
                     field(quality.codec), quality.media, delay, fields_of(quality.from_phone),
                     fields_of(quality.to_phone), categories_of(quality));
}

}  // namespace

Category delay_category(double milliseconds) {
  if (milliseconds < 150) return very_good;
  if (milliseconds < 300) return good;
  return milliseconds <= 450 ? medium : poor;
}

Category jitter_category(double milliseconds) {
  if (milliseconds <= 0) return very_good;
  if (milliseconds <= 75) return good;
  return milliseconds <= 125 ? medium : poor;
}

Category loss_category(double percent) {
  if (percent <= 0) return very_good;
  if (percent <= 3) return good;
  return percent <= 15 ? medium : poor;
}

std::string quality_table(std::string_view extension, std::span<const directory::KeptCall> calls) {
  std::string table(head);
  for (const directory::KeptCall& kept : calls) {
    const SeenCall call = directory::seen_by(extension, kept.record);
    const bool is_known =
        is_measured(call.quality.from_phone) || is_measured(call.quality.to_phone);
    if (call.duration_ms >= 0 && is_known) table += line_of(kept.id, call);
  }
  return table;
}

}  // namespace dering::api
