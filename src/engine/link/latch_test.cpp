// SPDX-License-Identifier: Apache-2.0
#include "engine/link/latch.h"

#include <gtest/gtest.h>

namespace dering::engine {
namespace {

using media::v2::Rtp;

SocketAddress at(std::string_view text) {
  return *SocketAddress::from_host_and_port(text);
}

const SocketAddress told = at("192.0.2.1:4000");
const SocketAddress moved = at("192.0.2.1:61000");
const SocketAddress other = at("198.51.100.9:4000");

Latch::Rule rule(Rtp::Learn learn) {
  return {.learn = learn, .remote = told, .source = SocketAddress::from_text("192.0.2.1", 0)};
}

rtp::Header packet(std::uint16_t sequence, std::uint32_t ssrc = 7) {
  return {.sequence = sequence, .ssrc = ssrc};
}

constexpr Instant start = Instant{} + std::chrono::hours(1);

bool hear(Latch& latch, const SocketAddress& from, const rtp::Header& header, Instant now = start) {
  return latch.on_packet(from, header, now);
}

TEST(Latch, NeverLearnsWhereItIsTold) {
  Latch latch(rule(Rtp::LEARN_NEVER));
  EXPECT_TRUE(latch.admits(told));
  EXPECT_FALSE(latch.admits(moved));
  EXPECT_FALSE(latch.admits(other));
  EXPECT_TRUE(hear(latch, told, packet(1)));
  EXPECT_EQ(latch.target(), told);
}

TEST(Latch, LearnsAPortOfTheAddressThatItIsTold) {
  Latch latch(rule(Rtp::LEARN_PORT));
  EXPECT_FALSE(latch.admits(other));
  ASSERT_TRUE(latch.admits(moved));
  for (std::uint16_t n = 1; n <= 3; ++n) EXPECT_FALSE(hear(latch, moved, packet(n)));
  EXPECT_EQ(latch.target(), told);
  EXPECT_TRUE(hear(latch, moved, packet(4)));
  EXPECT_EQ(latch.target(), moved);
}

TEST(Latch, IsLockedOnceItHasLearnt) {
  Latch latch(rule(Rtp::LEARN_ANY));
  for (std::uint16_t n = 1; n <= 4; ++n) hear(latch, other, packet(n));
  EXPECT_EQ(latch.state(), Latch::State::locked);
  EXPECT_TRUE(latch.admits(other));
  EXPECT_FALSE(latch.admits(told));
  EXPECT_FALSE(latch.admits(moved));
  latch.update(rule(Rtp::LEARN_ANY));
  EXPECT_FALSE(latch.admits(told));  // nothing new was said
  Latch::Rule elsewhere = rule(Rtp::LEARN_ANY);
  elsewhere.remote = moved;
  latch.update(elsewhere);
  EXPECT_EQ(latch.target(), moved);
  EXPECT_TRUE(latch.admits(told));
}

// A router forgets a phone that is held and silent, and gives it another port when it speaks again.
TEST(Latch, FollowsAPhoneToAnotherPortOnceItHasBeenSilent) {
  using namespace std::chrono_literals;
  Latch latch(rule(Rtp::LEARN_PORT));
  for (std::uint16_t n = 1; n <= 4; ++n) hear(latch, moved, packet(n));
  const SocketAddress again = at("192.0.2.1:62000");
  Instant now = start;
  // While it speaks nobody else does, though he sends from the same address.
  for (std::uint16_t n = 5; n < 1'000; ++n) {
    now += 20ms;
    EXPECT_TRUE(hear(latch, moved, packet(n), now));
    EXPECT_FALSE(hear(latch, again, packet(n), now));
  }
  now += 5s;
  EXPECT_FALSE(latch.admits(other));
  ASSERT_TRUE(latch.admits(again));
  for (std::uint16_t n = 1; n <= 3; ++n) EXPECT_FALSE(hear(latch, again, packet(n), now));
  EXPECT_EQ(latch.target(), moved);
  EXPECT_TRUE(hear(latch, again, packet(4), now));
  EXPECT_EQ(latch.target(), again);
  EXPECT_FALSE(hear(latch, moved, packet(2'000), now));
}

TEST(Latch, ThatMayLearnAnyAddressStaysWhereItIs) {
  using namespace std::chrono_literals;
  Latch latch(rule(Rtp::LEARN_ANY));
  for (std::uint16_t n = 1; n <= 4; ++n) hear(latch, moved, packet(n));
  EXPECT_FALSE(latch.admits(other));
  for (std::uint16_t n = 1; n <= 9; ++n) hear(latch, moved, packet(n), start + 1h);
  EXPECT_FALSE(latch.admits(told));
  EXPECT_EQ(latch.target(), moved);
}

TEST(Latch, TakesSoundFromWhereItIsToldWhileItLearns) {
  Latch latch(rule(Rtp::LEARN_ANY));
  EXPECT_TRUE(hear(latch, told, packet(1)));
  EXPECT_FALSE(hear(latch, other, packet(1)));
}

TEST(Latch, WantsOneStreamInOrder) {
  Latch latch(rule(Rtp::LEARN_ANY));
  for (std::uint16_t n = 0; n < 100; ++n) {
    EXPECT_FALSE(hear(latch, other, packet(static_cast<std::uint16_t>(n * 7919))));
    EXPECT_FALSE(hear(latch, moved, packet(n, n)));
  }
  EXPECT_EQ(latch.state(), Latch::State::learning);
  for (const int n : {65'534, 65'535, 1, 2}) {
    hear(latch, other, packet(static_cast<std::uint16_t>(n)));
  }
  EXPECT_EQ(latch.target(), other);
}

TEST(Latch, KeepsWhoShowsAStreamApartFromManyWhoShowNothing) {
  Latch latch(rule(Rtp::LEARN_ANY));
  hear(latch, other, packet(1));
  for (std::uint16_t n = 2; n <= 4; ++n) {
    hear(latch, other, packet(n));
    for (std::uint32_t stranger = 0; stranger < 50; ++stranger) {
      hear(latch, SocketAddress::from_ipv4(0x0A000000U + stranger * 256U + n, 5000),
           packet(n, stranger));
    }
  }
  EXPECT_EQ(latch.target(), other);
}

}  // namespace
}  // namespace dering::engine
