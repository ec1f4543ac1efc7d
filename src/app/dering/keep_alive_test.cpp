// SPDX-License-Identifier: Apache-2.0
#include "app/dering/keep_alive.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <vector>

#include "stun/message.h"
#include "stun/writer.h"

namespace dering::app {
namespace {

const SocketAddress phone = *SocketAddress::from_text("192.0.2.10", 31'337);
const SocketAddress phone6 = *SocketAddress::from_text("2001:db8::10", 31'337);
constexpr stun::TransactionId transaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/// A STUN message with these bytes behind its header.
std::vector<std::uint8_t> message(std::uint16_t type, std::vector<std::uint8_t> attributes = {}) {
  std::vector<std::uint8_t> bytes{static_cast<std::uint8_t>(type >> 8),
                                  static_cast<std::uint8_t>(type),
                                  0,
                                  static_cast<std::uint8_t>(attributes.size()),
                                  0x21,
                                  0x12,
                                  0xA4,
                                  0x42};
  bytes.insert(bytes.end(), transaction.begin(), transaction.end());
  bytes.insert(bytes.end(), attributes.begin(), attributes.end());
  return bytes;
}

TEST(KeepAlive, FR4ABindingRequestIsToldWhereItCameFrom) {
  for (const SocketAddress& source : {phone, phone6}) {
    const auto request = message(0x0001);
    const auto answer = answer_to_keep_alive(request, source);
    ASSERT_TRUE(answer);
    const auto read = stun::parse(as_bytes(*answer));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->message_class, stun::Class::success);
    EXPECT_EQ(read->transaction, transaction);
    EXPECT_EQ(read->mapped_address, source);
    EXPECT_LE(answer->size(), 3 * request.size());
  }
}

TEST(KeepAlive, FR4AFingerprintedRequestIsAnsweredToo) {
  std::array<std::uint8_t, 128> buffer{};
  stun::Writer writer(buffer, stun::Class::request, transaction);
  EXPECT_TRUE(answer_to_keep_alive(writer.finish_unsigned(), phone));
}

TEST(KeepAlive, FR4WhatIsNotUnderstoodIsNamedInNoMoreThanThreeTimesTheBytes) {
  std::vector<std::uint8_t> attributes;
  for (std::uint8_t i = 1; i <= 9; ++i) {
    attributes.insert(attributes.end(), {0x7F, i, 0, 0});
    const auto request = message(0x0001, attributes);
    const auto answer = answer_to_keep_alive(request, phone);
    ASSERT_TRUE(answer);
    const auto read = stun::parse(as_bytes(*answer));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->message_class, stun::Class::error);
    EXPECT_EQ(read->error_code, 420);
    EXPECT_LE(answer->size(), 3 * request.size());
  }
}

TEST(KeepAlive, FR4NothingElseIsAnswered) {
  EXPECT_FALSE(answer_to_keep_alive(message(0x0011), phone)) << "an indication";
  EXPECT_FALSE(answer_to_keep_alive(message(0x0101), phone)) << "an answer: two servers would talk";
  EXPECT_FALSE(answer_to_keep_alive(message(0x0111), phone));
  EXPECT_FALSE(answer_to_keep_alive(message(0x0003), phone)) << "an allocation";
  auto old = message(0x0001);
  old[4] = 0;
  EXPECT_FALSE(answer_to_keep_alive(old, phone)) << "no magic cookie";
  auto cut = message(0x0001);
  cut.pop_back();
  EXPECT_FALSE(may_be_stun(cut));
  EXPECT_FALSE(answer_to_keep_alive(cut, phone));
  EXPECT_FALSE(may_be_stun(as_bytes("OPTIONS sip:dering SIP/2.0\r\n\r\n")));
}

TEST(KeepAlive, BytesThatSayNothingAreOneAndAskForNothing) {
  using namespace std::string_view_literals;
  for (const auto bytes : {"\r\n\r\n"sv, "\r\n"sv, "\0\0\0\0"sv, "\0"sv, " "sv, ""sv}) {
    EXPECT_TRUE(is_bare_keep_alive(as_bytes(bytes))) << bytes.size();
  }
  for (const auto bytes : {"OPTIONS"sv, "\r\nx"sv, "jaK"sv}) {
    EXPECT_FALSE(is_bare_keep_alive(as_bytes(bytes))) << bytes;
  }
}

TEST(KeepAlive, StunThatAsksForNothingOfOursIsNotMalformed) {
  EXPECT_TRUE(is_unanswered_stun(message(0x0011))) << "an indication";
  EXPECT_TRUE(is_unanswered_stun(message(0x0101))) << "a response";
  EXPECT_FALSE(is_unanswered_stun(message(0x0001)));
  EXPECT_FALSE(is_unanswered_stun(as_bytes(std::string_view("\x01nothing of the kind at all"))));
}

}  // namespace
}  // namespace dering::app
