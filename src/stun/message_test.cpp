// SPDX-License-Identifier: Apache-2.0
#include "stun/message.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "stun/writer.h"

namespace dering::stun {
namespace {

using Datagram = std::vector<std::uint8_t>;

Datagram from_hex(std::string_view hex) {
  Datagram bytes;
  std::string digits;
  for (const char c : hex) {
    if (c != ' ') digits.push_back(c);
    if (digits.size() == 2) {
      bytes.push_back(*to_number<std::uint8_t>(digits, 16));
      digits.clear();
    }
  }
  return bytes;
}

constexpr std::string_view password = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr TransactionId transaction{0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                                    0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae};

// RFC 5769 §2.1
const Datagram sample_request = from_hex(
    "00010058 2112a442 b7e7a701 bc34d686 fa87dfae"
    "80220010 5354554e 20746573 7420636c 69656e74"
    "00240004 6e0001ff 80290008 932ff9b1 51263b36"
    "00060009 6576746a 3a683676 59202020"
    "00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2"
    "80280004 e57a3bcf");
// RFC 5769 §2.2
const Datagram sample_ipv4_response = from_hex(
    "0101003c 2112a442 b7e7a701 bc34d686 fa87dfae"
    "8022000b 74657374 20766563 746f7220"
    "00200008 0001a147 e112a643"
    "00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7"
    "80280004 c07d4c96");
// RFC 5769 §2.3
const Datagram sample_ipv6_response = from_hex(
    "01010048 2112a442 b7e7a701 bc34d686 fa87dfae"
    "8022000b 74657374 20766563 746f7220"
    "00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9"
    "00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41"
    "80280004 c8fb0b4c");
// RFC 5769 §2.4: signed with MD5("マトリックス:example.org:TheMatrIX")
const Datagram sample_long_term_request = from_hex(
    "00010060 2112a442 78ad3433 c6ad72c0 29da412e"
    "00060012 e3839ee3 8388e383 aae38383 e382afe3 82b90000"
    "0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341"
    "0014000b 6578616d 706c652e 6f726700"
    "00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666");

/// A request with the given attributes after the header.
Datagram request_with(std::string_view attributes_hex) {
  Datagram bytes = from_hex("00010000 2112a442 b7e7a701 bc34d686 fa87dfae");
  const Datagram attributes = from_hex(attributes_hex);
  bytes.insert(bytes.end(), attributes.begin(), attributes.end());
  bytes[2] = static_cast<std::uint8_t>(attributes.size() >> 8);
  bytes[3] = static_cast<std::uint8_t>(attributes.size());
  return bytes;
}

TEST(StunParse, ReadsTheSampleRequestOfRfc5769) {
  const auto message = parse(sample_request);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_class, Class::request);
  EXPECT_EQ(message->method, binding_method);
  EXPECT_EQ(message->transaction, transaction);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6e0001ffU);
  EXPECT_EQ(message->controlled, 0x932ff9b151263b36U);
  EXPECT_FALSE(message->controlling);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_EQ(message->unknown.count, 0U);
  EXPECT_TRUE(message->is_signed_with(password));
}

TEST(StunParse, ReadsTheSampleResponsesOfRfc5769) {
  const auto v4 = parse(sample_ipv4_response);
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->message_class, Class::success);
  EXPECT_EQ(v4->mapped_address->text(), "192.0.2.1:32853");
  EXPECT_TRUE(v4->is_signed_with(password));
  const auto v6 = parse(sample_ipv6_response);
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->mapped_address->text(), "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
  EXPECT_TRUE(v6->is_signed_with(password));
}

TEST(StunParse, ReadsTheLongTermSampleOfRfc5769) {
  const auto message = parse(sample_long_term_request);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->username, "マトリックス");
  EXPECT_FALSE(message->has_fingerprint);
  const Datagram key = from_hex("e8ca7ad59d5eb0518e312911d2dab2a9");
  EXPECT_TRUE(message->is_signed_with(as_text(key)));
}

TEST(StunIntegrity, FailsForAnotherPasswordAndForAnyChangedBit) {
  EXPECT_FALSE(parse(sample_ipv4_response)->is_signed_with("VOkJxbRl1RmTxUk/WvJxBu"));
  EXPECT_FALSE(parse(sample_ipv4_response)->is_signed_with(""));
  for (std::size_t at = 8; at < sample_request.size() - 8; ++at) {
    Datagram changed(sample_request.begin(), sample_request.end() - 8);
    changed[3] = 0x50;  // without FINGERPRINT, so that only the signature can notice
    ASSERT_TRUE(parse(changed)->is_signed_with(password));
    changed[at] ^= 0x01;
    const auto message = parse(changed);
    EXPECT_FALSE(message && message->is_signed_with(password)) << "byte " << at;
  }
}

TEST(StunParse, RefusesAWrongFingerprint) {
  for (std::size_t at = 4; at < sample_request.size(); ++at) {
    const bool is_type_of_fingerprint = at / 2 == (sample_request.size() - 8) / 2;
    if (is_type_of_fingerprint) continue;  // it would be another attribute
    Datagram changed = sample_request;
    changed[at] ^= 0x80;
    EXPECT_FALSE(parse(changed)) << "byte " << at;
  }
}

TEST(StunParse, RefusesEveryTruncation) {
  for (std::size_t size = 0; size < sample_request.size(); ++size) {
    EXPECT_FALSE(parse(Bytes(sample_request).first(size))) << size;
  }
}

TEST(StunParse, RefusesBytesBehindTheMessage) {
  Datagram longer = sample_request;
  longer.insert(longer.end(), 4, 0);
  EXPECT_FALSE(parse(longer));
}

TEST(StunParse, RefusesLengthsThatLie) {
  EXPECT_FALSE(parse(request_with("00060014 61626364")));  // longer than the message
  EXPECT_FALSE(parse(request_with("0006ffff 61626364")));
  EXPECT_FALSE(parse(request_with("00240003 6e000100")));           // PRIORITY of three bytes
  EXPECT_FALSE(parse(request_with("802a0004 00000001")));           // tie-breaker of four
  EXPECT_FALSE(parse(request_with("00250004 00000000")));           // USE-CANDIDATE with a value
  EXPECT_FALSE(parse(request_with("00080004 00000000")));           // MESSAGE-INTEGRITY of four
  EXPECT_FALSE(parse(request_with("80280000")));                    // empty FINGERPRINT
  EXPECT_FALSE(parse(request_with("00200008 0002a147 e112a643")));  // IPv6 of four bytes
  EXPECT_FALSE(parse(request_with("00200004 0001a147")));           // no address
  EXPECT_FALSE(parse(request_with("00090004 00000700")));           // error 700
}

TEST(StunParse, RefusesALongUsername) {
  Datagram name(600, 'a');
  std::string hex = "00060258" + to_hex(as_text(name));
  EXPECT_FALSE(parse(request_with(hex)));
}

TEST(StunParse, IgnoresWhatFollowsTheSignature) {
  Datagram bytes(sample_request.begin(), sample_request.end() - 8);
  const Datagram late = from_hex("00250000");  // USE-CANDIDATE, vouched for by nobody
  bytes.insert(bytes.end(), late.begin(), late.end());
  bytes[3] = 0x54;
  const auto message = parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->use_candidate);
  EXPECT_TRUE(message->is_signed_with(password));
}

TEST(StunParse, ListsUnknownRequiredAttributesUpToEight) {
  std::string hex = "c0570004 00000000";
  for (int i = 0; i < 20; ++i) hex += "7f010000";
  const Datagram request = request_with(hex);
  const auto message = parse(request);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->unknown.count, 8U);
  EXPECT_EQ(message->unknown.types[0], 0x7f01);
}

TEST(StunParse, CountsTheFirstOfTwoEqualAttributes) {
  const Datagram request = request_with("00060004 61626364 00060004 65666768");
  const auto message = parse(request);
  EXPECT_EQ(message->username, "abcd");
}

TEST(StunWriter, WritesWhatTheParserReads) {
  std::array<std::uint8_t, 256> buffer{};
  Writer writer(buffer, Class::request, transaction);
  writer.username("abcd:efghi");
  writer.priority(0x6e0001ff);
  writer.ice_controlling(0x0102030405060708);
  writer.use_candidate();
  const auto message = parse(writer.finish_signed(password));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->username, "abcd:efghi");
  EXPECT_EQ(message->priority, 0x6e0001ffU);
  EXPECT_EQ(message->controlling, 0x0102030405060708U);
  EXPECT_TRUE(message->use_candidate);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_TRUE(message->is_signed_with(password));
}

TEST(StunWriter, WritesBothAddressFamiliesAsRfc5769Has) {
  for (const std::string_view ip : {"192.0.2.1", "2001:db8:1234:5678:11:2233:4455:6677"}) {
    std::array<std::uint8_t, 256> buffer{};
    Writer writer(buffer, Class::success, transaction);
    const SocketAddress address = *SocketAddress::from_text(ip, 32853);
    writer.xor_mapped_address(address);
    const Bytes written = writer.finish_unsigned();
    EXPECT_EQ(parse(written)->mapped_address, address);
    const Datagram& sample = address.is_ipv4() ? sample_ipv4_response : sample_ipv6_response;
    const std::size_t size = address.is_ipv4() ? 12 : 24;
    EXPECT_EQ(to_hex(as_text(written.subspan(20, size))),
              to_hex(as_text(Bytes(sample).subspan(36, size))));
  }
}

TEST(StunWriter, WritesErrors) {
  std::array<std::uint8_t, 256> buffer{};
  Writer writer(buffer, Class::error, transaction);
  writer.error_code(487, "Role Conflict");
  const auto message = parse(writer.finish_signed(password));
  EXPECT_EQ(message->message_class, Class::error);
  EXPECT_EQ(message->error_code, 487);
}

TEST(StunWriter, GivesNothingWhenTheBufferIsTooSmall) {
  for (std::size_t size = 0; size < 64; ++size) {
    std::vector<std::uint8_t> buffer(size);
    Writer writer(buffer, Class::success, transaction);
    writer.xor_mapped_address(*SocketAddress::from_text("192.0.2.1", 1));
    EXPECT_TRUE(writer.finish_signed(password).empty()) << size;
  }
}

}  // namespace
}  // namespace dering::stun
