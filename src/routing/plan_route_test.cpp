// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "base/text.h"
#include "routing/route.h"
#include "routing/testing/house.h"
#include "routing/words.h"

namespace dering::routing {
namespace {

using testing::example;
using testing::people;

/// Of a row of routing/testing/routes.txt.
struct Row {
  std::string text;
  std::string from, dialled, at, destination;
};
std::vector<Row> rows() {
  std::istringstream lines(testing::file("src/routing/testing/routes.txt"));
  std::vector<Row> all;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with("# ")) continue;
    std::string_view rest = line;
    const auto next = [&] { return std::string(trimmed(take_until(rest, '|'))); };
    Row row{line, next(), next(), next(), next()};
    all.push_back(std::move(row));
  }
  return all;
}

std::chrono::sys_seconds moment(std::string_view text) {
  if (text.empty()) return {};
  const auto number = [&](std::size_t at, std::size_t length) {
    return to_number<unsigned>(text.substr(at, length)).value();
  };
  using namespace std::chrono;
  return sys_days{year(static_cast<int>(number(0, 4))) / month(number(5, 2)) / day(number(8, 2))} +
         hours(number(11, 2)) + minutes(number(14, 2));
}

/// "1002", "1002>1001" (who forwards), "telkom/+62…" (by which trunk).
Request request_of(const Row& row) {
  Request request{row.from, row.dialled};
  const std::string_view from = row.from;
  if (const std::size_t slash = from.find('/'); slash != std::string_view::npos) {
    request.trunk = from.substr(0, slash);
    request.caller = from.substr(slash + 1);
    request.is_withheld = request.caller.empty();
  } else if (const std::size_t arrow = from.find('>'); arrow != std::string_view::npos) {
    request.caller = from.substr(0, arrow);
    request.forwarder = from.substr(arrow + 1);
  }
  return request;
}

TEST(PlanRoute, EachRowOfTheTableLeadsWhereItSays) {
  const auto all = rows();
  EXPECT_GE(all.size(), 180U);
  for (const Row& row : all) {
    const Decision decision = route(request_of(row), example(), people(), moment(row.at));
    EXPECT_EQ(words_of(decision.destination), row.destination) << row.text;
    ASSERT_FALSE(decision.steps.empty()) << row.text;
    Request silent = request_of(row);
    silent.wants_steps = false;
    const Decision same = route(silent, example(), people(), moment(row.at));
    EXPECT_EQ(same.destination, decision.destination) << row.text;
    EXPECT_EQ(same.because, decision.because) << row.text;
    EXPECT_TRUE(same.steps.empty()) << row.text;
    for (const Step& step : decision.steps)
      EXPECT_TRUE(sentence_of(step).ends_with('.')) << row.text;
  }
}

Outside outside(const Request& request) {
  const Destination destination = route(request, example(), people()).destination;
  const auto* found = std::get_if<Outside>(&destination);
  EXPECT_NE(found, nullptr) << words_of(destination);
  return found ? *found : Outside{};
}

TEST(PlanRoute, TheCallerShowsTheNumberOfTheirRule) {
  EXPECT_EQ(outside({"1001", "08123456789"}).ways[0].caller, "+62215550101");
  EXPECT_EQ(outside({"1001", "08123456789"}).ways[1].caller, "0215550101")
      << "as the trunk wants it";
  EXPECT_EQ(outside({"1002", "08123456789"}).ways[0].caller, "+62215551002")
      << "prefix and extension";
  EXPECT_EQ(outside({"1005", "108"}).ways[0].caller, "+62215550100") << "everybody else";
  EXPECT_EQ(outside({"1001", "3001"}).ways[0].caller, "1001") << "between exchanges of one house";
}

TEST(PlanRoute, WhoWithholdsTheirNumberShowsNone) {
  const Outside by_rule = outside({"1003", "108"});
  EXPECT_TRUE(by_rule.is_withheld);
  EXPECT_EQ(by_rule.ways[0].caller, "");
  const Outside by_wish =
      outside({.caller = "1001", .dialled = "08123456789", .is_withheld = true});
  EXPECT_TRUE(by_wish.is_withheld);
  EXPECT_EQ(by_wish.ways[0].caller, "");
  const Outside help = outside({.caller = "1003", .dialled = "112", .is_withheld = true});
  EXPECT_EQ(help.ways[0].caller, "+62215550100") << "who helps has to know where";
  EXPECT_FALSE(help.is_withheld);
}

TEST(PlanRoute, AForwardedCallShowsTheNumberOfWhoForwardsIt) {
  EXPECT_EQ(outside({"1003", "08123456789", "1001"}).ways[0].caller, "+62215550101");
}

TEST(PlanRoute, ARingGroupHasThoseMembersThatCanBeCalled) {
  const Decision decision = route({"1003", "2100"}, example(), people());
  const auto& group = std::get<Group>(decision.destination);
  EXPECT_EQ(group.order, RingGroup::Order::all_at_once);
  EXPECT_EQ(group.ring_seconds, 30U);
  ASSERT_EQ(group.members.size(), 3U);
  EXPECT_EQ(std::get<Person>(group.members[0]), Person{"1001"});
  EXPECT_EQ(std::get<Telephone>(group.members[2]), Telephone{"2001"});
  const Decision after = follow(group.then, {"1003", "2100"}, example(), people());
  const auto& night = std::get<Group>(after.destination);
  EXPECT_EQ(night.order, RingGroup::Order::in_turn);
  ASSERT_EQ(night.members.size(), 2U);
  EXPECT_EQ(std::get<Outside>(night.members[0]).ways[0].number, "+628111222333");
  const Decision end = follow(night.then, {"1003", "2100"}, example(), people());
  EXPECT_EQ(end.destination, Destination(End{End::Why::closed}));
}

TEST(PlanRoute, AMemberWhoLeftIsPassedOver) {
  const directory::Directory few(
      {{directory::UserId{2}, {}, "s2", "budi", "Budi", "Teknik", "1002"}}, {});
  const Decision decision = route({"1002", "2100"}, example(), few);
  EXPECT_EQ(std::get<Group>(decision.destination).members.size(), 2U);
}

std::string story(const Request& request, std::chrono::sys_seconds at = {}) {
  std::string words;
  for (const Step& step : route(request, example(), people(), at).steps)
    words += sentence_of(step) + "\n";
  return words;
}

TEST(PlanRoute, EachStepSaysWhy) {
  EXPECT_EQ(story({"1002", "+628123456789"}),
            "The outbound route \"mobile\" takes it by the pattern 08..\n"
            "The unit Teknik has the permission class \"staff\".\n"
            "The class \"staff\" may use the route \"mobile\".\n"
            "The called party sees +62215551002, the caller's own number.\n"
            "By the trunk \"telkom\" as +628123456789.\n"
            "By the trunk \"backup\" as 08123456789.\n");
  EXPECT_EQ(story({"1003", "08123456789"}),
            "08123456789 is read as +628123456789.\n"
            "The outbound route \"mobile\" takes it by the pattern 08..\n"
            "The unit Mahasiswa has the permission class \"students\".\n"
            "The class \"students\" may not use the route \"mobile\".\n");
  EXPECT_EQ(story({.caller = "", .dialled = "+62215550100", .trunk = "telkom"},
                  moment("2026-12-25T02:00")),
            "A call for +62215550100 came in by the trunk \"telkom\".\n"
            "The inbound route \"main\" takes it.\n"
            "The schedule \"office\" is closed for a holiday: Fri 2026-12-25 09:00, Natal.\n"
            "night is the ring group \"night\".\n"
            "The outbound route \"mobile\" takes it by the pattern 08..\n"
            "The rule calls outside with the permission class \"forward\".\n"
            "The class \"forward\" may use the route \"mobile\".\n"
            "The called party sees +62215550100, by the rule \"house\".\n"
            "By the trunk \"telkom\" as +628111222333.\n"
            "By the trunk \"backup\" as 08111222333.\n"
            "2002 is the telephone \"Gate\".\n");
}

TEST(PlanRoute, ADeniedCountryIsNamed) {
  EXPECT_EQ(route({"1002", "+6591234567"}, example(), people()).steps.back(),
            (Step{Step::Why::country_denied, "staff", "6591234567"}));
  EXPECT_EQ(route({"1002", "+6591234567"}, example(), people()).because,
            "the permission class lacks this country");
}

TEST(PlanRoute, WithoutAPlanNobodyGetsOutside) {
  for (const char* number : {"112", "08123456789", "+6591234567", "2100", "2001"}) {
    EXPECT_EQ(route({"1001", number}, {}, people()).destination,
              Destination(End{End::Why::unknown_number}))
        << number;
  }
}

TEST(PlanRoute, TenThousandDigitsAreNoNumber) {
  const std::string digits(10'000, '0');
  EXPECT_EQ(words_of(route({"1002", digits}, example(), people()).destination), "unknown_number");
  EXPECT_EQ(
      words_of(route({.caller = digits, .dialled = digits, .trunk = "telkom"}, example(), people())
                   .destination),
      "unknown_number");
}

}  // namespace
}  // namespace dering::routing
