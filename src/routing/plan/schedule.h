// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace date {
class time_zone;
}

namespace dering::routing {

/// A zone of the IANA time zone database, as the system has it. Its rules live as long as the
/// process, so a Zone is copied freely and read by any thread.
class Zone {
 public:
  /// Nothing if there is none of that name. Reads files the first time.
  static std::optional<Zone> named(std::string_view name);

  std::chrono::local_seconds local(std::chrono::sys_seconds at) const;

 private:
  explicit Zone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_;
};

/// Week days and the time between two clock times, in minutes from midnight. One that ends before
/// it begins goes on to that time of the next day.
struct OpenHours {
  std::array<bool, 7> days{};  ///< Sunday first
  std::uint16_t from = 0;
  std::uint16_t to = 0;  ///< is closed again; 1440: midnight

  bool operator==(const OpenHours&) const = default;
};

/// A day on which nothing is open, whatever day of the week it is.
struct Holiday {
  int year = 0;  ///< 0: each year
  unsigned month = 0;
  unsigned day = 0;
  std::string name{};

  bool operator==(const Holiday&) const = default;
};
/// "2026-12-25", or "12-25" for each year.
std::string text_of(const Holiday& holiday);

struct Schedule {
  std::string id;
  std::string name{};
  std::string zone{};
  std::vector<OpenHours> open{};
  std::vector<Holiday> holidays{};

  bool operator==(const Schedule&) const = default;
};

/// Whether it is open at that clock time of its zone. Hours that began on a holiday are not, nor
/// those after midnight that began the day before one.
struct Openness {
  bool is_open = false;
  std::string local{};               ///< "Wed 2026-12-23 08:30"
  const Holiday* holiday = nullptr;  ///< that closes it; belongs to the schedule
};
Openness openness(const Schedule& schedule, const Zone& zone, std::chrono::sys_seconds at);

}  // namespace dering::routing
