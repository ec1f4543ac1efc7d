// SPDX-License-Identifier: Apache-2.0
#include "routing/moment.h"

#include "base/text.h"

namespace dering::routing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

int number_at(std::string_view text, std::size_t at, std::size_t length) {
  return static_cast<int>(to_number<unsigned short>(text.substr(at, length)).value_or(9999));
}

}  // namespace

std::optional<ClockTime> clock_time_in(std::string_view text) {
  if (text.size() < 16 || text[4] != '-' || text[7] != '-' || text[13] != ':') return std::nullopt;
  if (text[10] != ' ' && text[10] != 'T') return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{year(number_at(text, 0, 4)),
                            month(static_cast<unsigned>(number_at(text, 5, 2))),
                            day(static_cast<unsigned>(number_at(text, 8, 2)))};
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  if (!date.ok() || hour > 23 || minute > 59) return std::nullopt;
  return ClockTime{sys_days(date) + hours(hour) + minutes(minute), text.substr(16)};
}

std::optional<std::chrono::sys_seconds> moment_in(std::string_view text) {
  const auto clock = clock_time_in(text);
  if (!clock) return std::nullopt;
  const std::string_view zone = clock->zone;
  if (zone == "Z") return clock->time;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const int hour = number_at(zone, 1, 2);
  const int minute = number_at(zone, 4, 2);
  if (hour > 23 || minute > 59) return std::nullopt;
  const auto ahead = hours(hour) + minutes(minute);
  return zone[0] == '+' ? clock->time - ahead : clock->time + ahead;
}

}  // namespace dering::routing
