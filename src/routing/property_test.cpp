// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "routing/document/write.h"
#include "routing/route.h"
#include "routing/testing/house.h"
#include "routing/words.h"

// Over plans and numbers that nobody thought of.
namespace dering::routing {
namespace {

using testing::people;

constexpr int plans = 400;
constexpr int numbers_a_plan = 200;

template <typename T>
const T& one_of(const std::vector<T>& all, Random& dice) {
  return all[dice.below(all.size())];
}

std::string text_of(std::string_view alphabet, std::size_t longest, Random& dice) {
  std::string text;
  const std::size_t length = dice.below(longest + 1);
  while (text.size() < length) text += alphabet[dice.below(alphabet.size())];
  return text;
}

DialPattern dial_pattern(Random& dice) {
  static const std::vector<std::string> starts{"",   "0",  "00", "001", "9", "90", "+",
                                               "*9", "62", "08", "6",   "1", "#"};
  static const std::vector<std::string> places{"X", "Z", "N", "[1-6]", "[0568]", "1", "0", ""};
  static const std::vector<std::string> tails{"", ".", "!", "."};
  static const std::vector<std::string> prepends{"",  "",    "",   "0",   "00",
                                                 "+", "001", "62", "+65", "17"};
  const std::string start = one_of(starts, dice);
  std::string match = start + one_of(places, dice) + one_of(places, dice) + one_of(tails, dice);
  if (match.empty()) match = ".";
  const auto pattern = Pattern::parse(match);
  const auto strip = static_cast<unsigned>(dice.below(pattern->places().size() + 1));
  return {match, strip, one_of(prepends, dice)};
}

std::vector<std::string> some_of(const std::vector<std::string>& all, Random& dice) {
  std::vector<std::string> some;
  for (const auto& one : all) {
    if (dice.below(2) == 0) some.push_back(one);
  }
  return some;
}

Draft draft(Random& dice) {
  Draft draft;
  const std::vector<std::string> trunks{"a", "b", "c"};
  if (dice.below(2) == 0) draft.numbering.area = "21";
  const NumberForm forms[] = {NumberForm::as_is, NumberForm::e164, NumberForm::national};
  for (const auto& id : trunks) {
    draft.trunks.push_back({.id = id, .servers = {"192.0.2.1"}, .numbers = forms[dice.below(3)]});
  }
  draft.emergency = {{"110", "112", "113", "118", "119"}, {one_of(trunks, dice)}, {}};
  std::vector<std::string> routes;
  for (std::size_t i = 0; i < 1 + dice.below(12); ++i) {
    OutboundRoute route{.id = "r" + std::to_string(i),
                        .patterns = {dial_pattern(dice), dial_pattern(dice)}};
    route.trunks = some_of(trunks, dice);
    if (route.trunks.empty()) route.trunks = {"a"};
    routes.push_back(route.id);
    draft.outbound.push_back(std::move(route));
  }
  const std::vector<std::string> countries{"65", "1", "44"};
  draft.classes = {
      {"one", {}, some_of(routes, dice), some_of(countries, dice), {.people = {"1001"}}},
      {"two", {}, some_of(routes, dice), {}, {.units = {"Teknik"}}},
      {"all", {}, routes, {}, {.people = {"1003"}}}};
  return draft;
}

std::string number(Random& dice) {
  static const std::vector<std::string> starts{
      "",     "0",     "00",  "001",  "0011",  "008", "01017", "+",    "+62",   "62",
      "0062", "065",   "900", "9001", "*9",    "#",   "+0",    "9112", "tel:+", "112",
      "0112", "00162", "9",   "1",    "00000", "6",   "62062", "0620", "+6200", "+620065"};
  return one_of(starts, dice) + text_of("0123456789", 16, dice) +
         (dice.below(10) == 0 ? text_of("0123456789*#+-. ();=@abXZN\xef", 4, dice) : std::string());
}

/// What a provider in Indonesia could take for a number abroad, judged by nothing of the product.
bool could_be_abroad(std::string_view sent) {
  if (sent.starts_with('+')) return !sent.starts_with("+62");
  for (const std::string_view prefix : {"01017", "01019", "001", "007", "008", "009", "00"}) {
    if (sent.starts_with(prefix)) return !sent.substr(prefix.size()).starts_with("62");
  }
  const bool has_digits_only = sent.find_first_not_of("0123456789") == std::string_view::npos;
  return has_digits_only && !sent.starts_with('0') && sent.size() > 8 && !sent.starts_with("62");
}
std::string_view country_code(std::string_view sent) {
  if (sent.starts_with('+')) return sent.substr(1);
  for (const std::string_view prefix : {"01017", "01019", "001", "007", "008", "009", "00"}) {
    if (sent.starts_with(prefix)) return sent.substr(prefix.size());
  }
  return sent;
}

bool allows(const PermissionClass& permissions, const Outside& outside) {
  const auto& routes = permissions.routes;
  if (std::ranges::find(routes, outside.route) == routes.end()) return false;
  return std::ranges::all_of(outside.ways, [&](const Way& way) {
    if (!could_be_abroad(way.number)) return true;
    return std::ranges::any_of(permissions.countries, [&](const std::string& country) {
      return country_code(way.number).starts_with(country);
    });
  });
}

TEST(AnyPlan, NobodyGetsOutsideWithoutTheRight) {
  SeededRandom dice(14);
  std::size_t outside_calls = 0;
  std::size_t refused = 0;
  for (int i = 0; i < plans; ++i) {
    const Plan plan(draft(dice));
    const auto& classes = plan.draft().classes;
    for (int j = 0; j < numbers_a_plan; ++j) {
      const std::string dialled = number(dice);
      const std::string caller = "100" + std::to_string(1 + dice.below(6));
      const std::string forwarder = dice.below(4) == 0 ? "1005" : "";
      const Decision decision = route({caller, dialled, forwarder}, plan, people());
      const auto* outside = std::get_if<Outside>(&decision.destination);
      if (decision.because == reason_of(Step::Why::country_denied)) ++refused;
      if (!outside || outside->is_emergency) continue;
      ++outside_calls;
      const std::string& who = forwarder.empty() ? caller : forwarder;
      const PermissionClass* permissions = who == "1001"                    ? &classes[0]
                                           : who == "1002" || who == "1004" ? &classes[1]
                                           : who == "1003"                  ? &classes[2]
                                                                            : nullptr;
      ASSERT_NE(permissions, nullptr) << who << " " << dialled << "\n" << document_of(plan.draft());
      ASSERT_TRUE(allows(*permissions, *outside))
          << who << " " << dialled << " " << words_of(decision.destination) << "\n"
          << document_of(plan.draft());
    }
  }
  EXPECT_GT(outside_calls, 1000U) << "or else nothing was shown";
  EXPECT_GT(refused, 1000U);
}

TEST(AnyPlan, EmergencyNumbersGoOutFirst) {
  SeededRandom dice(112);
  for (int i = 0; i < plans; ++i) {
    Draft any = draft(dice);
    // Even where what is tried first elsewhere has the number.
    any.groups.push_back({.id = "g", .number = "112", .members = {{Target::Kind::person, "1001"}}});
    any.extensions.push_back({"110"});
    Codes codes;
    codes.echo_number = "113";
    const Plan plan(std::move(any), codes);
    for (const char* number : {"110", "112", "113", "118", "119"}) {
      for (const char* who : {"1001", "1005", "9999", "", "112"}) {
        const Decision decision = route({who, number}, plan, people());
        const auto* outside = std::get_if<Outside>(&decision.destination);
        ASSERT_NE(outside, nullptr) << who << " " << number;
        EXPECT_TRUE(outside->is_emergency);
        EXPECT_EQ(outside->ways.at(0).number, number);
        EXPECT_EQ(decision.steps.at(0).why, Step::Why::emergency);
      }
    }
  }
}

TEST(AnyPlan, WhatCameInGoesNowhereElseThanRulesSay) {
  SeededRandom dice(7);
  for (int i = 0; i < plans; ++i) {
    const Plan plan(draft(dice));
    for (int j = 0; j < 50; ++j) {
      const std::string dialled = j == 0 ? "112" : number(dice);
      const Decision decision =
          route({.caller = "1001", .dialled = dialled, .trunk = "a"}, plan, people());
      EXPECT_EQ(decision.destination, Destination(End{End::Why::unknown_number})) << dialled;
    }
  }
}

/// One of the entries that a table finds is the same that a look at each pattern finds.
TEST(AnyTable, FindsTheNarrowestPattern) {
  SeededRandom dice(64);
  for (int i = 0; i < 300; ++i) {
    PatternTable table;
    std::vector<Pattern> patterns;
    for (std::uint32_t j = 0; j < 40; ++j) {
      patterns.push_back(*Pattern::parse(dial_pattern(dice).match));
      table.add(patterns.back(), j);
    }
    for (int j = 0; j < 100; ++j) {
      const std::string dialled = text_of("0123456789", 6, dice) + (j % 7 == 0 ? "#" : "");
      std::optional<std::string> narrowest;
      for (const Pattern& pattern : patterns) {
        if (!pattern.matches(dialled)) continue;
        if (!narrowest || pattern.weight() < *narrowest) narrowest = pattern.weight();
      }
      std::optional<std::string> found;
      table.find(dialled, [&](std::uint32_t value) {
        found = patterns[value].weight();
        return true;
      });
      EXPECT_EQ(found, narrowest) << dialled;
    }
  }
}

TEST(Pattern, HasTheSignsOfOtherExchanges) {
  const auto matches = [](const char* pattern, const char* number) {
    const auto parsed = Pattern::parse(pattern);
    EXPECT_TRUE(parsed) << pattern;
    return parsed && parsed->matches(number);
  };
  EXPECT_TRUE(matches("X", "0") && matches("Z", "1") && matches("N", "2") &&
              matches("[1237-9]", "8"));
  EXPECT_FALSE(matches("Z", "0") || matches("N", "1") || matches("[1237-9]", "4"));
  EXPECT_TRUE(matches("0.", "01") && matches("0!", "0") && matches("0!", "012") &&
              matches("!", ""));
  EXPECT_FALSE(matches("0.", "0") || matches("0.", "1") || matches(".", ""));
  EXPECT_TRUE(matches("+.", "+1") && matches("*7X#", "*73#"));
  for (const char* number : {"+1", "*1", "#1", "1+", "1*", "1#", "a", "１", " 1", "1 "}) {
    EXPECT_FALSE(matches(".", number) || matches("!", number) || matches("XX", number)) << number;
  }
  EXPECT_EQ(Pattern::parse("[1-]").error(), PatternFault::bad_character);
}

TEST(Pattern, ManyThatAreAlikeCostNoMoreThanTheyAre) {
  PatternTable table;
  // Each set overlaps with each other at every place: a search that goes back would never end.
  const std::vector<std::string> sets{"[0-5]", "[0-6]",  "[0-7]",  "[0-8]",
                                      "X",     "[05-9]", "[04-9]", "[03-9]"};
  SeededRandom dice(6);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    std::string text;
    for (int place = 0; place < 12; ++place) text += one_of(sets, dice);
    table.add(
        *Pattern::parse(text.substr(0, 60).substr(0, text.substr(0, 60).rfind(']') + 1) + "1"), i);
  }
  std::size_t asked = 0;
  EXPECT_FALSE(table.find(std::string(13, '0'), [&](std::uint32_t) { return ++asked > 100'000; }));
}

TEST(Numbering, ReadsNumbersOfOtherCountriesToo) {
  const Numbering america{.country = "1",
                          .trunk_prefix = "1",
                          .area = "",
                          .international_prefixes = {"011"},
                          .longest_local = 10,
                          .national_length = 10};
  EXPECT_EQ(e164_of("2125550123", america), "+12125550123");
  EXPECT_EQ(e164_of("12125550123", america), "+12125550123");
  EXPECT_EQ(e164_of("011442071234567", america), "+442071234567");
  EXPECT_TRUE(abroad("011442071234567", america).is_abroad);
  EXPECT_FALSE(abroad("2125550123", america).is_abroad);
  EXPECT_EQ(written("+12125550123", NumberForm::national, america), "12125550123");
  EXPECT_EQ(written("+442071234567", NumberForm::national, america), "011442071234567");
  const Numbering germany{.country = "49", .area = "30", .international_prefixes = {"00"}};
  EXPECT_EQ(e164_of("03012345", germany), "+493012345");
  EXPECT_EQ(e164_of("2345678", germany), "+49302345678");
  EXPECT_EQ(e164_of("00493012345", germany), "+493012345");
  const Numbering spain{.country = "34",
                        .trunk_prefix = "",
                        .international_prefixes = {"00"},
                        .longest_local = 9,
                        .national_length = 9};
  EXPECT_EQ(e164_of("912345678", spain), "+34912345678");
  EXPECT_TRUE(abroad("0033123456789", spain).is_abroad);
}

TEST(Numbering, WritesNothingThatIsReadAsAnotherCountry) {
  EXPECT_EQ(written("+6591234567", NumberForm::national, {}), "006591234567");
  EXPECT_EQ(written("+14155550100", NumberForm::national, {}), "00114155550100");
  EXPECT_EQ(written("+861012345678", NumberForm::national, {}), "001861012345678");
  EXPECT_FALSE(e164_of("+62049123456", {})) << "as a national number it would be one of Germany";
  EXPECT_TRUE(abroad("+62049123456", {}).is_abroad);
}

TEST(Schedule, DaylightSavingMovesTheHours) {
  Schedule schedule{
      .id = "s", .zone = "Europe/Berlin", .open = {{{1, 1, 1, 1, 1, 1, 1}, 8 * 60, 9 * 60}}};
  const Zone zone = *Zone::named(schedule.zone);
  using namespace std::chrono;
  const auto at = [](year_month_day day, int hour) {
    return sys_seconds(sys_days(day)) + hours(hour);
  };
  EXPECT_TRUE(openness(schedule, zone, at(2026y / 1 / 15, 7)).is_open);
  EXPECT_FALSE(openness(schedule, zone, at(2026y / 1 / 15, 6)).is_open);
  EXPECT_TRUE(openness(schedule, zone, at(2026y / 7 / 15, 6)).is_open);
  EXPECT_FALSE(openness(schedule, zone, at(2026y / 7 / 15, 7)).is_open);
  EXPECT_FALSE(Zone::named("Mars/Olympus"));
}

}  // namespace
}  // namespace dering::routing
