// SPDX-License-Identifier: Apache-2.0
#include "sdp/crypto_attribute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <vector>

#include "base/text.h"

namespace dering::sdp {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr CryptoSuite suites[] = {CryptoSuite::aes_cm_128_hmac_sha1_80,
                                  CryptoSuite::aead_aes_128_gcm, CryptoSuite::aead_aes_256_gcm};

std::string key_of(std::size_t size) {
  std::string key;
  for (std::size_t i = 0; i < size; ++i) key.push_back(static_cast<char>(i + 1));
  return key;
}

std::size_t size_of(CryptoSuite suite) {
  return sizes_of(suite).key + sizes_of(suite).salt;
}

std::string line_of(CryptoSuite suite, std::string_view key, std::string_view ending = "") {
  return "1 " + std::string(name_of(suite)) + " inline:" + std::string(key) + std::string(ending);
}

std::string good_line(std::string_view ending = "") {
  return line_of(CryptoSuite::aes_cm_128_hmac_sha1_80, to_base64(key_of(30)), ending);
}

/// Why it is refused; nothing if it is taken.
std::optional<NoCrypto> fault_of(std::string_view line) {
  const auto crypto = parse_crypto(line);
  return crypto ? std::nullopt : std::optional(crypto.error());
}

MediaSection section_of(const std::vector<std::string>& lines) {
  MediaSection section;
  for (const std::string& line : lines) section.lines.push_back({'a', "crypto:" + line});
  return section;
}

// RFC 4568 §4, without the MKI that stands there.
TEST(CryptoAttribute, ReadsTheExampleOfTheRfc) {
  const auto crypto = parse_crypto(
      "1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20");
  ASSERT_TRUE(crypto);
  EXPECT_EQ(crypto->tag, 1U);
  EXPECT_EQ(crypto->suite, CryptoSuite::aes_cm_128_hmac_sha1_80);
  EXPECT_EQ(as_text(crypto->key()),
            "=-n@%^x!Bjuf"
            "r9)?");
  EXPECT_EQ(as_text(crypto->salt()), ",#5h\\`=&]{qiPQ");
}

TEST(CryptoAttribute, ReadsWhatItWroteForEachSuite) {
  SeededRandom random(4);
  for (const CryptoSuite suite : suites) {
    const CryptoAttribute crypto = fresh_crypto(7, suite, random);
    EXPECT_EQ(crypto.key().size(), sizes_of(suite).key);
    EXPECT_EQ(crypto.salt().size(), sizes_of(suite).salt);
    EXPECT_EQ(parse_crypto(text_of(crypto)), crypto) << text_of(crypto);
  }
}

TEST(CryptoAttribute, NeverMakesTheSameKeyTwice) {
  SeededRandom random(4);
  const auto first = fresh_crypto(1, CryptoSuite::aead_aes_256_gcm, random);
  EXPECT_NE(first.key_and_salt,
            fresh_crypto(1, CryptoSuite::aead_aes_256_gcm, random).key_and_salt);
}

// Hostile input C5.
TEST(CryptoAttribute, RefusesAKeyOfAnyOtherLength) {
  for (const CryptoSuite suite : suites) {
    for (std::size_t size = 0; size < 200; ++size) {
      const auto fault = fault_of(line_of(suite, to_base64(key_of(size))));
      if (size == size_of(suite)) {
        EXPECT_EQ(fault, std::nullopt);
      } else {
        EXPECT_EQ(fault, NoCrypto::bad_key) << name_of(suite) << size;
      }
    }
    EXPECT_EQ(fault_of(line_of(suite, std::string(60'000, 'A'))), NoCrypto::bad_key);
  }
}

// Hostile input C5.
TEST(CryptoAttribute, RefusesAKeyWithAnyCharacterThatIsNotBase64) {
  const std::string key = to_base64(key_of(30));
  for (int c = 0x21; c < 0x7f; ++c) {
    std::string broken = key;
    broken[11] = static_cast<char>(c);
    const bool is_base64 = std::isalnum(c) != 0 || c == '+' || c == '/';
    EXPECT_EQ(!fault_of(line_of(CryptoSuite::aes_cm_128_hmac_sha1_80, broken)), is_base64) << c;
  }
  for (const char* garbage : {"", "=", "====", "\x80\xff", "%n%s%n", "AAAA=AAAA"}) {
    EXPECT_NE(fault_of(line_of(CryptoSuite::aes_cm_128_hmac_sha1_80, garbage)), std::nullopt);
  }
}

TEST(CryptoAttribute, TakesAKeyWithAndWithoutItsPadding) {
  for (const CryptoSuite suite : suites) {
    std::string key = to_base64(key_of(size_of(suite)));
    EXPECT_EQ(fault_of(line_of(suite, key)), std::nullopt);
    while (key.ends_with('=')) key.pop_back();
    EXPECT_EQ(fault_of(line_of(suite, key)), std::nullopt);
    EXPECT_EQ(fault_of(line_of(suite, key, "===")), NoCrypto::bad_key);
  }
}

TEST(CryptoAttribute, RefusesAnotherSuiteByName) {
  for (const char* suite :
       {"AES_CM_128_HMAC_SHA1_32", "F8_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_8",
        "AES_256_CM_HMAC_SHA1_80", "AES_CM_128_NULL_AUTH", "NULL"}) {
    const std::string line = "1 " + std::string(suite) + " inline:" + to_base64(key_of(30));
    EXPECT_EQ(fault_of(line), NoCrypto::unknown_suite) << suite;
  }
  EXPECT_EQ(fault_of("1 aes_cm_128_hmac_sha1_80 INLINE:" + to_base64(key_of(30))), std::nullopt);
}

TEST(CryptoAttribute, ReadsALifetimeAndRefusesOneThatCannotBe) {
  for (const char* lifetime : {"|2^0", "|2^31", "|2^48", "|1", "|1048576", "|281474976710656"}) {
    EXPECT_EQ(fault_of(good_line(lifetime)), std::nullopt) << lifetime;
  }
  for (const char* lifetime : {"|2^49", "|2^99999999999999999999", "|0", "|281474976710657",
                               "|99999999999999999999999999"}) {
    EXPECT_EQ(fault_of(good_line(lifetime)), NoCrypto::bad_lifetime) << lifetime;
  }
  for (const char* lifetime : {"|", "|2^", "|-1", "|+1", "|2^-1", "|0x10", "|1e3", "|3^20"}) {
    EXPECT_EQ(fault_of(good_line(lifetime)), NoCrypto::malformed) << lifetime;
  }
}

TEST(CryptoAttribute, RefusesAMasterKeyIdentifierAndSeveralKeys) {
  for (const char* ending : {"|1:4", "|2^20|1:32", "|2^20|", "||1:4", "|:", "|1066:4|2^20"}) {
    EXPECT_EQ(fault_of(good_line(ending)), NoCrypto::key_identifier) << ending;
  }
  EXPECT_EQ(fault_of(good_line("|2^20|1:4;inline:" + to_base64(key_of(30)) + "|2^20|2:4")),
            NoCrypto::key_identifier);
  EXPECT_EQ(fault_of(good_line(";inline:" + to_base64(key_of(30)))), NoCrypto::key_identifier);
}

// RFC 4568 §6.3.
TEST(CryptoAttribute, LeavesALineWithAParameterThatItMustUnderstand) {
  for (const char* parameter :
       {"KDR=1", "KDR=24", "KDR", "UNENCRYPTED_SRTP", "UNENCRYPTED_SRTCP", "UNAUTHENTICATED_SRTP",
        "unencrypted_srtcp", "FEC_ORDER=FEC_SRTP", "FEC_ORDER=SRTP_FEC", "SOMETHING=NEW",
        "FEC_KEY=inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR"}) {
    EXPECT_EQ(fault_of(good_line(" ") + parameter), NoCrypto::unknown_parameter) << parameter;
    EXPECT_EQ(fault_of(good_line(" WSH=64 ") + parameter), NoCrypto::unknown_parameter);
  }
}

TEST(CryptoAttribute, ReadsOverAParameterThatMayBeIgnored) {
  for (const char* parameter :
       {"WSH=64", "WSH=1024", "KDR=0", "-SOMETHING=NEW", "-", "wsh=128", ""}) {
    EXPECT_EQ(fault_of(good_line(" ") + parameter), std::nullopt) << parameter;
  }
  EXPECT_EQ(fault_of(good_line(" WSH=")), NoCrypto::malformed);
  EXPECT_EQ(fault_of(good_line(" WSH=abc")), NoCrypto::malformed);
}

TEST(CryptoAttribute, RefusesWhatIsNotALine) {
  const std::string rest = good_line().substr(1);
  for (const char* tag : {"", "-1", "+1", "01", "1234567890", "x", "0x1", "1.5"}) {
    EXPECT_EQ(fault_of(tag + rest), NoCrypto::malformed) << tag;
  }
  for (const char* line :
       {"", " ", "1", "1 AES_CM_128_HMAC_SHA1_80", "1 AES_CM_128_HMAC_SHA1_80 ",
        "1 AES_CM_128_HMAC_SHA1_80 prompt:AAAA", "1 AES_CM_128_HMAC_SHA1_80 inline"}) {
    EXPECT_EQ(fault_of(line), NoCrypto::malformed) << line;
  }
  for (const char* tag : {"0", "9", "999999999"}) {
    EXPECT_EQ(fault_of(tag + rest), std::nullopt) << tag;
  }
}

TEST(CryptoAttribute, TellsWhyWithoutAnythingOfTheKey) {
  for (int reason = 0; reason <= static_cast<int>(NoCrypto::not_as_offered); ++reason) {
    EXPECT_FALSE(name_of(static_cast<NoCrypto>(reason)).empty());
  }
}

TEST(CryptoChoice, TakesTheFirstLineOfAnOfferThatWeCanSpeak) {
  const std::string key = to_base64(key_of(30));
  const auto chosen = choose_crypto(section_of(
      {"1 AES_CM_128_HMAC_SHA1_32 inline:" + key,
       "2 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|1:4", "garbage",
       "3 AES_CM_128_HMAC_SHA1_80 inline:" + key, "4 AES_CM_128_HMAC_SHA1_80 inline:" + key}));
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->tag, 3U);
}

TEST(CryptoChoice, SaysWhyThereIsNone) {
  EXPECT_EQ(choose_crypto(section_of({})).error(), NoCrypto::absent);
  EXPECT_EQ(choose_crypto(section_of({"1 NULL inline:AAAA", "garbage"})).error(),
            NoCrypto::unknown_suite);
  const std::string key = to_base64(key_of(30));
  EXPECT_EQ(
      choose_crypto(section_of({"5 AES_CM_128_HMAC_SHA1_80 inline:" + key, "5 NULL x:y"})).error(),
      NoCrypto::repeated_tag);
}

TEST(CryptoChoice, ReadsALongOfferInOneWalk) {
  std::vector<std::string> lines(max_lines_per_section - 1, "7 NULL inline:AAAA");
  lines.push_back(good_line());
  EXPECT_EQ(choose_crypto(section_of(lines))->tag, 1U);
}

TEST(CryptoAnswer, IsTakenOnlyWithATagAndSuiteThatWeOffered) {
  SeededRandom random(1);
  const std::array offered = {fresh_crypto(1, CryptoSuite::aead_aes_128_gcm, random),
                              fresh_crypto(2, CryptoSuite::aes_cm_128_hmac_sha1_80, random)};
  const auto answered = [&](std::uint32_t tag, CryptoSuite suite) {
    return answered_crypto(section_of({text_of(fresh_crypto(tag, suite, random))}), offered);
  };
  EXPECT_TRUE(answered(1, CryptoSuite::aead_aes_128_gcm));
  EXPECT_TRUE(answered(2, CryptoSuite::aes_cm_128_hmac_sha1_80));
  for (const std::uint32_t tag : {0U, 2U, 3U}) {
    EXPECT_EQ(answered(tag, CryptoSuite::aead_aes_128_gcm).error(), NoCrypto::not_as_offered);
  }
}

// Hostile input C5: a downgrade.
TEST(CryptoAnswer, WithoutALineOrWithSeveralGivesNoKey) {
  SeededRandom random(1);
  const std::array offered = {fresh_crypto(1, CryptoSuite::aes_cm_128_hmac_sha1_80, random),
                              fresh_crypto(2, CryptoSuite::aead_aes_128_gcm, random)};
  EXPECT_EQ(answered_crypto(section_of({}), offered).error(), NoCrypto::absent);
  EXPECT_EQ(
      answered_crypto(section_of({text_of(offered[0]), text_of(offered[1])}), offered).error(),
      NoCrypto::not_as_offered);
  EXPECT_EQ(answered_crypto(section_of({good_line(" UNENCRYPTED_SRTP")}), offered).error(),
            NoCrypto::unknown_parameter);
}

TEST(CryptoLines, OfOthersAreReplacedByOurs) {
  SeededRandom random(1);
  MediaSection section = section_of({good_line(), "2 NULL inline:AAAA"});
  const std::array ours = {fresh_crypto(1, CryptoSuite::aead_aes_256_gcm, random),
                           fresh_crypto(2, CryptoSuite::aes_cm_128_hmac_sha1_80, random)};
  set_crypto(section, ours);
  ASSERT_EQ(section.lines.size(), 2U);
  EXPECT_EQ(choose_crypto(section), ours[0]);
  set_crypto(section, {});
  EXPECT_TRUE(section.lines.empty());
}

}  // namespace
}  // namespace dering::sdp
