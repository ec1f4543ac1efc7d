// SPDX-License-Identifier: Apache-2.0
#include "identity/digest.h"

#include <gtest/gtest.h>

namespace dering::identity {
namespace {

using namespace std::chrono_literals;
using enum NonceMint::Verdict;

const SocketAddress home = *SocketAddress::from_text("192.0.2.1", 5060);
const SocketAddress elsewhere = *SocketAddress::from_text("192.0.2.2", 5060);

/// The example of RFC 7616 §3.9.1.
DigestFields rfc_7616_fields() {
  return {.username = "Mufasa",
          .realm = "http-auth@example.org",
          .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
          .uri = "/dir/index.html",
          .response = {},
          .algorithm = {},
          .qop = "auth",
          .nc = "00000001",
          .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"};
}

std::string rfc_7616_response(DigestAlgorithm algorithm) {
  const DigestFields fields = rfc_7616_fields();
  const std::string ha1 = digest_ha1(algorithm, fields.username, fields.realm, "Circle of Life");
  return digest_response(algorithm, ha1, fields, "GET");
}

TEST(Digest, AgreesWithTheExamplesOfRfc7616) {
  EXPECT_EQ(rfc_7616_response(DigestAlgorithm::md5), "8ca523f5e9506fed4657c9700eebdbec");
  EXPECT_EQ(rfc_7616_response(DigestAlgorithm::sha256),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(Digest, TakesMd5ForAMissingAlgorithmAndNoOthers) {
  EXPECT_EQ(digest_algorithm_from(""), DigestAlgorithm::md5);
  EXPECT_EQ(digest_algorithm_from("sha-256"), DigestAlgorithm::sha256);
  EXPECT_FALSE(digest_algorithm_from("MD5-sess"));
  EXPECT_FALSE(digest_algorithm_from("SHA-512-256"));
}

TEST(NonceMint, E5_ANonceIsGoodOnlyForItsAddressRealmAndMinute) {
  SeededRandom random(1);
  const NonceMint mint(random);
  const Instant now{100s};
  const std::string nonce = mint.make(now, home, "dering");
  EXPECT_EQ(mint.judge(nonce, now + 59s, home, "dering"), fresh);
  EXPECT_EQ(mint.judge(nonce, now + 60s, home, "dering"), stale);
  EXPECT_EQ(mint.judge(nonce, now, elsewhere, "dering"), foreign);
  EXPECT_EQ(mint.judge(nonce, now, home, "other"), foreign);
}

TEST(NonceMint, RefusesAChangedTimeAndTextsOfOtherShape) {
  SeededRandom random(1);
  const NonceMint mint(random);
  const Instant now{100s};
  std::string nonce = mint.make(now, home, "dering");
  nonce[10] = nonce[10] == 'A' ? 'E' : 'A';
  EXPECT_EQ(mint.judge(nonce, now, home, "dering"), foreign);
  for (const std::string_view text : {"", "x", "AAAAAAAAAAA", "AAAAAAAAAAA="}) {
    EXPECT_EQ(mint.judge(text, now, home, "dering"), foreign) << text;
  }
}

TEST(NonceCounts, E5_ACapturedAnswerCannotBeSentAgain) {
  NonceCounts counts;
  EXPECT_TRUE(counts.advance("a", 1, Instant{}));
  EXPECT_FALSE(counts.advance("a", 1, Instant{}));
  EXPECT_TRUE(counts.advance("a", 5, Instant{}));
  EXPECT_FALSE(counts.advance("a", 4, Instant{}));
  EXPECT_TRUE(counts.advance("b", 1, Instant{}));
}

TEST(NonceCounts, ForgetsOnlyStaleNoncesWhenFull) {
  NonceCounts counts(2);
  EXPECT_TRUE(counts.advance("a", 1, Instant{0s}));
  EXPECT_TRUE(counts.advance("b", 1, Instant{30s}));
  EXPECT_FALSE(counts.advance("c", 1, Instant{59s}));
  EXPECT_TRUE(counts.advance("c", 1, Instant{60s}));
  EXPECT_FALSE(counts.advance("b", 1, Instant{60s}));
  EXPECT_EQ(counts.size(), 2U);
}

}  // namespace
}  // namespace dering::identity
