// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "routing/document/judge.h"

namespace dering::routing {
namespace {

bool is_in(const ReservedRange& range, std::string_view number) {
  return number.size() == range.first.size() && range.first <= number && number <= range.last;
}

bool is_emergency(std::string_view number, const Case& it) {
  const auto& numbers = it.draft.emergency.numbers;
  return std::ranges::find(numbers, number) != numbers.end();
}

/// A number that the plan gives to something.
void give(const std::string& number, const std::string& path, const Case& it) {
  if (number.empty()) return;
  if (is_emergency(number, it)) {
    it.faults.add(Fault::Code::hides_emergency, path,
                  fmt::format("{} is an emergency number, and can be nothing else.", number));
    return;
  }
  if (const std::string use = use_of(number, it); !use.empty()) {
    it.faults.add(Fault::Code::taken, path, fmt::format("{} is {} already.", number, use));
  }
  for (const ReservedRange& range : it.draft.reserved) {
    if (!is_in(range, number)) continue;
    it.faults.add(Fault::Code::reserved, path,
                  fmt::format("{} is reserved ({} to {}).", number, range.first, range.last));
    return;
  }
}

/// What everybody must be able to call, by country code.
std::vector<std::string_view> must_have(std::string_view country) {
  if (country == "62") return {"110", "112", "113", "118", "119"};
  if (country == "1") return {"911"};
  return {"112"};
}

}  // namespace

std::string use_of(std::string_view number, const Case& it) {
  if (const directory::User* user = it.directory.by_extension(number)) {
    return fmt::format("the number of {}", user->display_name);
  }
  return it.codes.uses(number) ? "a code of the house" : "";
}

void judge_numbers(const Case& it) {
  std::map<std::string_view, std::string> given;
  const auto give_once = [&](const std::string& number, const std::string& path) {
    give(number, path, it);
    if (number.empty()) return;
    const auto [at, is_first] = given.emplace(number, path);
    if (is_first) return;
    it.faults.add(Fault::Code::taken, path,
                  fmt::format("{} is given at {} already.", number, at->second));
  };
  for (std::size_t i = 0; i < it.draft.extensions.size(); ++i) {
    give_once(it.draft.extensions[i].number, fmt::format("/extensions/{}/number", i));
  }
  for (std::size_t i = 0; i < it.draft.groups.size(); ++i) {
    give_once(it.draft.groups[i].number, fmt::format("/groups/{}/number", i));
  }
  for (std::size_t i = 0; i < it.draft.reserved.size(); ++i) {
    const ReservedRange& range = it.draft.reserved[i];
    const auto& users = it.directory.users();
    const auto found = std::ranges::find_if(
        users, [&](const directory::User& user) { return is_in(range, user.extension); });
    if (found == users.end()) continue;
    it.faults.add(Fault::Code::reserved, fmt::format("/reserved/{}", i),
                  fmt::format("{} in this range is the number of {}.", found->extension,
                              found->display_name));
  }
}

void judge_emergency(const Case& it) {
  const Emergency& emergency = it.draft.emergency;
  for (std::size_t i = 0; i < emergency.numbers.size(); ++i) {
    const std::string& number = emergency.numbers[i];
    const std::string path = fmt::format("/emergency/numbers/{}", i);
    if (std::ranges::count(emergency.numbers.begin(),
                           emergency.numbers.begin() + static_cast<std::ptrdiff_t>(i),
                           number) > 0) {
      it.faults.add(Fault::Code::duplicate, path, fmt::format("{} is listed already.", number));
    }
    if (const std::string use = use_of(number, it); !use.empty()) {
      it.faults.add(Fault::Code::hides_emergency, path,
                    fmt::format("{} is {}, who could not be called any more.", number, use));
    }
  }
  // Where nobody gets outside, nobody expects it.
  if (it.draft.outbound.empty() && emergency.numbers.empty()) return;
  for (const std::string_view number : must_have(it.draft.numbering.country)) {
    if (is_emergency(number, it)) continue;
    it.faults.add(Fault::Code::hides_emergency, "/emergency/numbers",
                  fmt::format("{} is missing: whoever gets outside must reach it.", number));
  }
  if (emergency.trunks.empty()) {
    it.faults.add(Fault::Code::hides_emergency, "/emergency/trunks",
                  "Emergency calls have no trunk to go out by.");
  }
}

}  // namespace dering::routing
