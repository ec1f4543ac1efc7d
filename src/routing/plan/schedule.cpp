// SPDX-License-Identifier: Apache-2.0
#include "routing/plan/schedule.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace dering::routing {
namespace {

using std::chrono::local_days;
using std::chrono::local_seconds;

constexpr std::array day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

const Holiday* holiday_on(const Schedule& schedule, local_days day) {
  const std::chrono::year_month_day date(day);
  const auto found = std::ranges::find_if(schedule.holidays, [&](const Holiday& one) {
    return (one.year == 0 || one.year == static_cast<int>(date.year())) &&
           one.month == static_cast<unsigned>(date.month()) &&
           one.day == static_cast<unsigned>(date.day());
  });
  return found == schedule.holidays.end() ? nullptr : &*found;
}

unsigned weekday_of(local_days day) {
  return std::chrono::weekday(day).c_encoding();
}

/// Whether hours that began on this day hold `minutes` after its midnight.
bool began_on(const Schedule& schedule, local_days day, long minutes) {
  const unsigned weekday = weekday_of(day);
  return std::ranges::any_of(schedule.open, [&](const OpenHours& hours) {
    const long end = hours.to > hours.from ? hours.to : hours.to + 24 * 60;
    return hours.days[weekday] && minutes >= hours.from && minutes < end;
  });
}

}  // namespace

std::optional<Zone> Zone::named(std::string_view name) {
  // The library says by an exception what is a plain answer here.
  try {
    return Zone(date::locate_zone(name));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

local_seconds Zone::local(std::chrono::sys_seconds at) const {
  return local_seconds(at.time_since_epoch() + zone_->get_info(at).offset);
}

std::string text_of(const Holiday& holiday) {
  if (holiday.year == 0) return fmt::format("{:02}-{:02}", holiday.month, holiday.day);
  return fmt::format("{:04}-{:02}-{:02}", holiday.year, holiday.month, holiday.day);
}

Openness openness(const Schedule& schedule, const Zone& zone, std::chrono::sys_seconds at) {
  const local_seconds local = zone.local(at);
  const auto today = std::chrono::floor<std::chrono::days>(local);
  const auto yesterday = today - std::chrono::days(1);
  const long minutes = std::chrono::floor<std::chrono::minutes>(local - today).count();
  const std::chrono::year_month_day date(today);
  Openness result;
  result.local = fmt::format("{} {:04}-{:02}-{:02} {:02}:{:02}", day_names.at(weekday_of(today)),
                             static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                             static_cast<unsigned>(date.day()), minutes / 60, minutes % 60);
  result.holiday = holiday_on(schedule, today);
  if (result.holiday) return result;
  result.is_open =
      began_on(schedule, today, minutes) ||
      (!holiday_on(schedule, yesterday) && began_on(schedule, yesterday, minutes + 24 * 60));
  return result;
}

}  // namespace dering::routing
