// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>
#include <type_traits>
#include <variant>

#include "base/bytes.h"
#include "base/joined.h"
#include "base/mailbox.h"
#include "base/random.h"
#include "base/socket_address.h"
#include "base/text.h"
#include "base/timer_queue.h"

namespace dering {
namespace {

using namespace std::chrono_literals;

TEST(JoinedVariants, HaveTheAlternativesOfAllInTheirOrder) {
  using Inner = Joined<std::variant<int, char>, std::variant<bool>>;
  EXPECT_TRUE((std::is_same_v<Inner, std::variant<int, char, bool>>));
  EXPECT_TRUE((std::is_same_v<Joined<std::variant<float>, Inner>,  // and of one that was joined
                              std::variant<float, int, char, bool>>));
}

TEST(ToNumber, TakesOnlyTheWholeText) {
  EXPECT_EQ(to_number<std::uint32_t>("4294967295"), 4294967295U);
  EXPECT_FALSE(to_number<std::uint32_t>("4294967296"));
  EXPECT_FALSE(to_number<std::uint32_t>("-1"));
  EXPECT_FALSE(to_number<std::uint32_t>("+1"));
  EXPECT_FALSE(to_number<std::uint32_t>(" 1"));
  EXPECT_FALSE(to_number<std::uint32_t>("1x"));
  EXPECT_FALSE(to_number<std::uint32_t>(""));
}

TEST(Utf8, RefusesOverlongSurrogatesAndTruncation) {
  EXPECT_TRUE(is_utf8("Siti Àdé €𝄞"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
}

TEST(Base64, RoundTripsAndRefusesOtherCharacters) {
  for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(from_base64(to_base64(text)), text);
    EXPECT_EQ(from_base64url(to_base64url(text)), text);
  }
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_FALSE(from_base64("Zm9v!g=="));
  EXPECT_FALSE(from_base64url("Zm9vYh"));  // the last bits are not zero
}

TEST(ByteReader, SticksAfterAReadPastTheEnd) {
  const std::uint8_t bytes[] = {1, 2, 3};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_FALSE(reader.ok());
}

TEST(SocketAddress, ReadsAndPrintsBothFamilies) {
  EXPECT_EQ(SocketAddress::from_text("192.0.2.1", 5060)->text(), "192.0.2.1:5060");
  EXPECT_EQ(SocketAddress::from_text("[2001:db8::1]", 5060)->text(), "[2001:db8::1]:5060");
  EXPECT_FALSE(SocketAddress::from_text("example.org", 5060));
  EXPECT_TRUE(SocketAddress::from_text("127.0.0.9", 1)->is_loopback());
}

TEST(Mailbox, RefusesAndCountsWhenFull) {
  int woken = 0;
  Mailbox<int> mailbox(2, [&] { ++woken; });
  EXPECT_TRUE(mailbox.post(1));
  EXPECT_TRUE(mailbox.post(2));
  EXPECT_FALSE(mailbox.post(3));
  EXPECT_EQ(mailbox.refused(), 1U);
  EXPECT_EQ(woken, 1);
  std::vector<int> letters;
  mailbox.take(letters);
  EXPECT_EQ(letters, (std::vector{1, 2}));
}

TEST(Mailbox, AT1TakesManyLettersWithOneWakeAndLeavesThoseThatDoNotFitToTheSender) {
  int woken = 0;
  Mailbox<int> mailbox(4, [&] { ++woken; });
  std::vector<int> letters{1, 2, 3};
  EXPECT_TRUE(mailbox.post_all(letters));
  EXPECT_TRUE(letters.empty());
  std::vector<int> more{4, 5, 6};
  EXPECT_FALSE(mailbox.post_all(more));
  EXPECT_EQ(more, (std::vector{5, 6}));
  EXPECT_EQ(mailbox.refused(), 2U);
  EXPECT_EQ(woken, 1);
  mailbox.take(letters);
  EXPECT_EQ(letters, (std::vector{1, 2, 3, 4}));
  EXPECT_TRUE(mailbox.post_all(more));
  mailbox.take(letters);
  EXPECT_EQ(letters, (std::vector{5, 6}));
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(mailbox.post_all(more));
  EXPECT_EQ(woken, 2) << "nothing is no reason to wake anybody";
}

TEST(Mailbox, AT1WhatMustArriveFindsRoomInAFullOne) {
  Mailbox<int> mailbox(1);
  EXPECT_TRUE(mailbox.post(1));
  EXPECT_FALSE(mailbox.post(2));
  mailbox.post_always(3);
  std::vector<int> letters;
  mailbox.take(letters);
  EXPECT_EQ(letters, (std::vector{1, 3}));
}

TEST(Mailbox, GivesBackTheRoomThatAFloodNeeded) {
  Mailbox<int> mailbox(100'000);
  std::vector<int> letters;
  for (int i = 0; i < 50'000; ++i) EXPECT_TRUE(mailbox.post(int(i)));
  mailbox.take(letters);
  EXPECT_GE(letters.capacity(), 50'000U);
  mailbox.take(letters);
  mailbox.take(letters);
  EXPECT_LT(letters.capacity(), 2'000U);
}

TEST(TimerQueue, GivesKeysInOrderOfTime) {
  TimerQueue<int> queue;
  const Instant start{};
  queue.add(start + 2s, 2);
  queue.add(start + 1s, 1);
  EXPECT_EQ(queue.next(), start + 1s);
  EXPECT_FALSE(queue.take_due(start));
  EXPECT_EQ(queue.take_due(start + 5s), 1);
  EXPECT_EQ(queue.take_due(start + 5s), 2);
  EXPECT_FALSE(queue.take_due(start + 5s));
}

TEST(SystemRandom, FillsTextsAndBuffersOfAnyLength) {
  SystemRandom random;
  for (const std::size_t length : {0U, 1U, 12U, 100U}) {
    const std::string token = random.token(length);
    EXPECT_EQ(token.size(), length);
    EXPECT_TRUE(std::ranges::all_of(token, [](unsigned char c) { return std::isalnum(c); }));
  }
  std::array<std::uint8_t, 1000> bytes{};
  random.fill(bytes);
  for (std::size_t at = 0; at < bytes.size(); at += 100) {
    const auto part = std::span(bytes).subspan(at, 100);
    EXPECT_TRUE(std::ranges::any_of(part, [](std::uint8_t byte) { return byte != 0; })) << at;
  }
}

TEST(SeededRandom, RepeatsForTheSameSeed) {
  SeededRandom a(7);
  SeededRandom b(7);
  EXPECT_EQ(a.token(40), b.token(40));
  EXPECT_EQ(a.token(10).size(), 10U);
  for (int i = 0; i < 100; ++i) EXPECT_LT(a.below(3), 3U);
}

}  // namespace
}  // namespace dering
