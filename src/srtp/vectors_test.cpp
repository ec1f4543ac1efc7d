// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "srtp/counter_mode.h"
#include "srtp/galois_counter_mode.h"
#include "srtp/key_derivation.h"

namespace dering::srtp {
namespace {

using Octets = std::vector<std::uint8_t>;

/// Hexadecimal digits; spaces are there for the eye.
Octets hex(std::string_view text) {
  std::string digits(text);
  std::erase(digits, ' ');
  Octets octets;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    octets.push_back(*to_number<std::uint8_t>(std::string_view(digits).substr(i, 2), 16));
  }
  return octets;
}

std::string shown(Bytes bytes) {
  return to_hex(as_text(bytes));
}

std::string shown(std::string_view text) {
  return shown(hex(text));
}

// RFC 3711 appendix B.2.
TEST(SrtpVectors, CounterModeMakesTheKeyStreamOfTheRfc) {
  SessionKeys keys;
  std::ranges::copy(hex("2B7E151628AED2A6ABF7158809CF4F3C"), keys.encryption.begin());
  std::ranges::copy(hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"), keys.salt.begin());
  CounterMode transform(keys);
  Octets body(48);
  Octets tag(10);
  transform.seal({.header = {}, .body = body, .suffix = {}}, tag);
  EXPECT_EQ(shown(body), shown("E03EAD0935C95E80E166B16DD92B4EB4"
                               "D23513162B02D0F72A43A2FE4A5F97AB"
                               "41E95B3BB0A2E8DD477901E4FCA894C0"));
}

// RFC 3711 appendix B.3.
TEST(SrtpVectors, SessionKeysAreDerivedAsInTheRfc) {
  const Octets key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
  const Octets salt = hex("0EC675AD498AFEEBB6960B3AABE6");
  SessionKeys keys;
  derive(Suite::aes128_cm_sha1_80, {key, salt}, Protocol::rtp, keys);
  EXPECT_EQ(shown(Bytes(keys.encryption).first(16)), shown("C61E7A93744F39EE10734AFE3FF7A087"));
  EXPECT_EQ(shown(keys.salt), shown("30CBBC08863D8C85D49DB34A9AE1"));
  EXPECT_EQ(shown(keys.authentication), shown("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

struct GcmVector {
  Suite suite;
  Protocol protocol;
  std::size_t header_size;
  std::uint32_t ssrc;
  std::uint64_t index;
  std::string_view suffix;
  std::string_view plain;
  std::string_view body_and_tag;
};

const std::string_view rtp_plain =
    "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070"
    "61727465 73207472 6573";
const std::string_view rtcp_plain =
    "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef"
    "deadbeef deadbeef deadbeef";

const GcmVector gcm_vectors[] = {
    // RFC 7714 §16.1.1
    {Suite::aead_aes_128_gcm, Protocol::rtp, 12, 0x5501a0b2, 0xf17b, "", rtp_plain,
     "f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833"
     "899d7f27 beb16a91 52cf765e e4390cce"},
    // RFC 7714 §16.2.1
    {Suite::aead_aes_256_gcm, Protocol::rtp, 12, 0x5501a0b2, 0xf17b, "", rtp_plain,
     "32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b"
     "7aa3db36 dfffd6b0 f9bb7878 d7a76c13"},
    // RFC 7714 §17.1
    {Suite::aead_aes_128_gcm, Protocol::rtcp, 8, 0x4d617273, 0x5d4, "800005d4", rtcp_plain,
     "63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded"
     "0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade"},
};

TEST(SrtpVectors, GaloisCounterModeSealsAndOpensAsInTheRfc) {
  const Octets key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  for (const GcmVector& vector : gcm_vectors) {
    SessionKeys keys;
    std::ranges::copy(key, keys.encryption.begin());
    std::ranges::copy(hex("517569642070726f2071756f"), keys.salt.begin());
    Octets packet = hex(vector.plain);
    const std::size_t plain_size = packet.size();
    packet.resize(plain_size + 16);
    const MutableBytes bytes(packet);
    const Octets suffix = hex(vector.suffix);
    const Piece piece{bytes.first(vector.header_size),
                      bytes.subspan(vector.header_size, plain_size - vector.header_size), suffix,
                      vector.ssrc, vector.index};
    GaloisCounterMode(vector.suite, keys, vector.protocol, Direction::seal)
        .seal(piece, bytes.last(16));
    EXPECT_EQ(shown(bytes.subspan(vector.header_size)), shown(vector.body_and_tag));

    GaloisCounterMode opener(vector.suite, keys, vector.protocol, Direction::open);
    EXPECT_TRUE(opener.open(piece, bytes.last(16)));
    EXPECT_EQ(shown(bytes.first(plain_size)), shown(vector.plain));
    packet.back() ^= 1;
    EXPECT_FALSE(opener.open(piece, bytes.last(16)));
  }
}

}  // namespace
}  // namespace dering::srtp
