// SPDX-License-Identifier: Apache-2.0
#include "call/phone_address.h"

#include <gtest/gtest.h>

#include <vector>

namespace dering::call {
namespace {

SocketAddress ip(std::string_view text, std::uint16_t port = 0) {
  return SocketAddress::from_text(text, port).value_or(SocketAddress{});
}

/// What we send to when a phone, whose signalling comes from there, writes this.
std::string sent_to(std::string_view said, std::string_view signalling = "203.0.113.9") {
  const std::vector ours{ip("198.51.100.7"), ip("2001:db8:7::1")};
  const auto address = reachable_address({ip(said, 4'000), 4'000}, ip(signalling, 5'060), ours);
  return address ? address->text() : "";
}

TEST(PhoneAddress, OneThatOthersReachIsBelieved) {
  EXPECT_EQ(sent_to("203.0.113.77"), "203.0.113.77:4000");
  EXPECT_EQ(sent_to("2001:db8::9", "2001:db8::1"), "[2001:db8::9]:4000");
}

TEST(PhoneAddress, OneBehindAddressTranslationIsReachedWhereItsSignallingComesFrom) {
  for (const char* said : {"10.1.2.3", "172.20.0.1", "192.168.1.5", "100.64.0.1", "fd00::5"}) {
    EXPECT_EQ(sent_to(said), "203.0.113.9:4000") << said;
  }
}

TEST(PhoneAddress, OneOfTheOwnNetworkIsRightIfItsSignallingComesFromThere) {
  EXPECT_EQ(sent_to("10.1.2.3", "10.1.2.3"), "10.1.2.3:4000");
}

// D6: each spelling of ourselves, our machine, and what is near us.
TEST(PhoneAddress, D6NobodyHasUsSendToOurselvesOrOurNeighbours) {
  for (const char* said :
       {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "198.51.100.7", "2001:db8:7::1",
        "169.254.169.254", "fe80::1", "224.0.0.1", "255.255.255.255", "ff02::1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "0.1.2.3"}) {
    EXPECT_EQ(sent_to(said), "203.0.113.9:4000") << said;
  }
}

TEST(PhoneAddress, WhereNothingShallBeSentNothingIs) {
  EXPECT_EQ(sent_to("0.0.0.0"), "");
  EXPECT_EQ(sent_to("::"), "");
  EXPECT_FALSE(reachable_address({ip("203.0.113.77"), 0}, ip("203.0.113.9", 5'060), {}));
}

TEST(PhoneAddress, ANameIsNotLookedUp) {
  const auto address = reachable_address({std::nullopt, 4'000}, ip("203.0.113.9", 5'060), {});
  ASSERT_TRUE(address);
  EXPECT_EQ(address->text(), "203.0.113.9:4000");
}

}  // namespace
}  // namespace dering::call
