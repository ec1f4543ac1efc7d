// SPDX-License-Identifier: Apache-2.0
#include "registrar/throttle.h"

#include <gtest/gtest.h>

#include <string>

#include "registrar/known_places.h"
#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;
using testing::elsewhere;
using testing::home;

SocketAddress address(std::uint32_t number) {
  return SocketAddress::from_ipv4(number, 5060);
}

class ThrottleTest : public ::testing::Test {
 protected:
  bool fail(std::string_view name, const SocketAddress& source, Instant when) {
    return throttle.on_wrong({.name = name, .source = source}, std::to_string(++answers), when);
  }
  bool is_paused(std::string_view name, const SocketAddress& source, Instant when) const {
    return !throttle.may_try({.name = name, .source = source}, when);
  }
  SeededRandom random{1};
  Throttle throttle{random, 100};
  const Instant now = Instant{} + 1h;
  int answers = 0;
};

TEST_F(ThrottleTest, IsBoundedAndForgets) {
  for (std::uint32_t i = 0; i < 1'000; ++i) fail("1001", address(i), now);
  EXPECT_EQ(throttle.size(), 100U);
  fail("1001", home, now + 11min);
  EXPECT_EQ(throttle.size(), 1U);
}

TEST_F(ThrottleTest, IsEmptyWhenItsTimeIsOverThoughNobodyComes) {
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    const SocketAddress source = address(i);
    fail("1001", source, now);
    throttle.on_loop({.name = "1002", .source = source}, "x", now);
    throttle.on_wrong({.name = "1003", .source = source, .mark = std::to_string(i)}, "x", now);
  }
  Instant time = now;
  int steps = 0;
  while (const auto next = throttle.next_deadline()) {
    ASSERT_GT(*next, time);
    time = *next;
    throttle.on_time(time);
    ASSERT_LT(++steps, 10);
  }
  TableSizes sizes;
  throttle.list(sizes);
  for (const TableSize& table : sizes) EXPECT_EQ(table.size, 0U) << table.name;
  EXPECT_LE(time - now, Throttle::memory + 2min);
}

TEST_F(ThrottleTest, StrangersCannotMakeItForgetWhomItPaused) {
  for (int i = 0; i < 5; ++i) fail("1001", home, now);
  ASSERT_TRUE(is_paused("1001", home, now));
  for (std::uint32_t i = 0; i < 100'000; ++i) fail("1001", address(i), now + 1s);
  EXPECT_TRUE(is_paused("1001", home, now + 1s));
  EXPECT_TRUE(fail("1002", elsewhere, now + 1s)) << "who is not counted may not try again";
  EXPECT_FALSE(throttle.on_wrong({.name = "1002", .source = elsewhere, .mark = "m"}, "x", now))
      << "but who has a mark may";
}

TEST_F(ThrottleTest, OneAddressTakesALittleRoomWhateverNamesItTypes) {
  for (int i = 0; i < 1'000; ++i) fail(std::to_string(i), home, now);
  EXPECT_EQ(throttle.size(), Throttle::names_per_network);
  EXPECT_TRUE(fail("another", home, now)) << "and gets no second try for the others";
  EXPECT_FALSE(fail("1001", elsewhere, now));
  for (int i = 0; i < 1'000; ++i) {
    throttle.on_success({.name = std::to_string(i), .source = home}, now);
  }
  EXPECT_EQ(throttle.size(), 1U);
  EXPECT_FALSE(fail("another", home, now));
}

TEST_F(ThrottleTest, CountsAnIpv6HouseholdAsOne) {
  for (const char* ip :
       {"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5"}) {
    fail("1001", *SocketAddress::from_text(ip, 5060), now);
  }
  EXPECT_TRUE(is_paused("1001", *SocketAddress::from_text("2001:db8::6", 1), now));
  EXPECT_FALSE(is_paused("1002", *SocketAddress::from_text("2001:db8::6", 1), now));
  EXPECT_FALSE(is_paused("1001", *SocketAddress::from_text("2001:db8:0:1::6", 1), now));
}

TEST_F(ThrottleTest, NewPortsOfANeighbourhoodAreHeardOnceEachAndNotWithoutEnd) {
  for (int i = 0; i < 5; ++i) fail("1001", home, now);
  int heard = 0;
  for (std::uint16_t port = 10'000; port < 10'500; ++port) {
    const SocketAddress source = *SocketAddress::from_text("192.0.2.10", port);
    const Asker asker{.name = "1001", .source = source, .is_neighbour = true};
    if (!throttle.may_try(asker, now + 1s)) continue;
    ++heard;
    EXPECT_TRUE(throttle.on_wrong(asker, "x", now + 1s));
    EXPECT_FALSE(throttle.may_try(asker, now + 1s));
  }
  EXPECT_EQ(heard, 200);
}

class KnownPlacesTest : public ::testing::Test {
 protected:
  Nearness nearness(std::string_view extension, const SocketAddress& source,
                    std::string_view instance = {}) const {
    return known.nearness({extension, source, instance}, now);
  }
  SeededRandom random{1};
  KnownPlaces known{random, 3};
  Instant now = Instant{} + 1h;
};

TEST_F(KnownPlacesTest, TellsAPlaceFromItsNetworkAndFromElsewhere) {
  known.note({"1001", home, "<i>"}, now);
  const SocketAddress beside = *SocketAddress::from_text("192.0.2.10", 5061);
  EXPECT_EQ(nearness("1001", home), Nearness::place);
  EXPECT_EQ(nearness("1001", beside), Nearness::network);
  EXPECT_EQ(nearness("1001", beside, "<other>"), Nearness::network);
  EXPECT_EQ(nearness("1001", beside, "<i>"), Nearness::instance);
  EXPECT_EQ(nearness("1001", elsewhere, "<i>"), Nearness::unknown);
  EXPECT_EQ(nearness("1002", home, "<i>"), Nearness::unknown);
}

TEST_F(KnownPlacesTest, KeepsAFewPlacesOfEachUserAndNoMoreUsersThanItMay) {
  for (std::uint32_t i = 0; i < 9; ++i) known.note({"1001", address(i), ""}, now + i * 1s);
  EXPECT_EQ(nearness("1001", address(0)), Nearness::unknown) << "the oldest made room";
  EXPECT_EQ(nearness("1001", address(1)), Nearness::place);
  for (const char* user : {"1002", "1003", "1004"}) known.note({user, home, ""}, now);
  EXPECT_EQ(known.size(), 3U);
  EXPECT_EQ(nearness("1004", home), Nearness::unknown);
  EXPECT_EQ(nearness("1001", address(1)), Nearness::place) << "nobody was forgotten for it";
}

TEST_F(KnownPlacesTest, APhoneThatWandersLeavesNoPlacesBehind) {
  for (std::uint16_t port = 1; port < 100; ++port) {
    known.note({"1001", *SocketAddress::from_text("192.0.2.10", port), "<i>"}, now);
  }
  known.note({"1001", elsewhere, ""}, now);
  EXPECT_EQ(nearness("1001", elsewhere), Nearness::place);
  EXPECT_EQ(nearness("1001", *SocketAddress::from_text("192.0.2.10", 98)), Nearness::network);
  EXPECT_EQ(nearness("1001", *SocketAddress::from_text("192.0.2.10", 99)), Nearness::place);
}

TEST_F(KnownPlacesTest, ForgetsAfterADay) {
  known.note({"1001", home, ""}, now);
  now += KnownPlaces::memory;
  EXPECT_EQ(nearness("1001", home), Nearness::place);
  now += 1s;
  EXPECT_EQ(nearness("1001", home), Nearness::unknown);
  ASSERT_TRUE(known.next_deadline());
  known.on_time(now + KnownPlaces::sweep_interval);
  EXPECT_EQ(known.size(), 0U);
  EXPECT_FALSE(known.next_deadline());
}

}  // namespace
}  // namespace dering::registrar
