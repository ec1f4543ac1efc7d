// SPDX-License-Identifier: Apache-2.0
#include "registrar/responses.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>

namespace dering::registrar {

std::string date_value(UnixSeconds wall) {
  using namespace std::chrono;
  static constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed",
                                                           "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const sys_seconds moment{wall};
  const auto day = floor<std::chrono::days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[weekday(day).c_encoding()],
                     unsigned(date.day()), months[unsigned(date.month()) - 1], int(date.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string bearer_challenge(const std::string& realm, const std::string& authorization_server,
                             bool sent_one) {
  return fmt::format(R"(Bearer realm="{}", authz_server="{}"{})", realm, authorization_server,
                     sent_one ? R"(, error="invalid_token")" : "");
}

}  // namespace dering::registrar
