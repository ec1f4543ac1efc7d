// SPDX-License-Identifier: Apache-2.0
#include "identity/digest.h"

#include <gtest/gtest.h>

#include <set>

namespace dering::identity {
namespace {

using namespace std::chrono_literals;

// RFC 7616 §3.9.1
constexpr DigestCredentials mufasa{.username = "Mufasa",
                                   .realm = "http-auth@example.org",
                                   .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                                   .uri = "/dir/index.html",
                                   .response = {},
                                   .algorithm = {},
                                   .qop = "auth",
                                   .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                                   .nc = "00000001"};

TEST(DigestResponse, MatchesTheExamplesOfRfc7616) {
  const auto response = [](DigestAlgorithm algorithm) {
    const std::string ha1 =
        digest_ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
    return digest_response(algorithm, ha1, "GET", mufasa);
  };
  EXPECT_EQ(response(DigestAlgorithm::md5), "8ca523f5e9506fed4657c9700eebdbec");
  EXPECT_EQ(response(DigestAlgorithm::sha256),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

/// A device that answers challenges.
struct Device {
  std::string username = "1001";
  std::string password = "secret";
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;

  std::string nonce;
  std::string response;

  void read(const std::string& challenge) {
    const std::size_t begin = challenge.find("nonce=\"") + 7;
    nonce = challenge.substr(begin, challenge.find('"', begin) - begin);
  }
  DigestCredentials answer(std::string_view nc = "00000001") {
    DigestCredentials credentials{username, "dering", nonce, "sip:dering", {}, name_of(algorithm),
                                  "auth",   "abcd",   nc};
    response = digest_response(algorithm, digest_ha1(algorithm, username, "dering", password),
                               "REGISTER", credentials);
    credentials.response = response;
    return credentials;
  }
};

class DigestGateTest : public ::testing::Test {
 protected:
  std::string challenge(bool stale = false) {
    return gate.challenge(DigestAlgorithm::sha256, home, stale, now);
  }
  DigestVerdict judge(const DigestCredentials& credentials) { return judge(credentials, home); }
  DigestVerdict judge(const DigestCredentials& credentials, const SocketAddress& source) {
    return gate.judge(credentials, {DigestAlgorithm::sha256, ha1}, "REGISTER", source, now);
  }

  SeededRandom random{1};
  DigestGate gate{"dering", random};
  Instant now = Instant{} + 1h;
  SocketAddress home = *SocketAddress::from_text("192.0.2.10", 5060);
  std::string ha1 = digest_ha1(DigestAlgorithm::sha256, "1001", "dering", "secret");
  Device device;
};

TEST_F(DigestGateTest, AdmitsTheRightPasswordOnly) {
  device.read(challenge());
  EXPECT_EQ(judge(device.answer()), DigestVerdict::right);
  device.password = "Secret";
  EXPECT_EQ(judge(device.answer("00000002")), DigestVerdict::wrong);
}

TEST_F(DigestGateTest, WritesAChallengeThatDevicesCanParse) {
  EXPECT_EQ(challenge().find("Digest realm=\"dering\", nonce=\""), 0U);
  EXPECT_NE(challenge().find("\", algorithm=SHA-256, qop=\"auth\""), std::string::npos);
  EXPECT_EQ(challenge().find("stale"), std::string::npos);
  EXPECT_NE(challenge(true).find(", stale=true"), std::string::npos);
}

TEST_F(DigestGateTest, DoesNotTakeMd5WhereSha256WasAsked) {
  device.algorithm = DigestAlgorithm::md5;
  device.read(challenge());
  EXPECT_EQ(judge(device.answer()), DigestVerdict::wrong);
}

TEST_F(DigestGateTest, NeedsEveryParameter) {
  device.read(challenge());
  const DigestCredentials whole = device.answer();
  EXPECT_TRUE(gate.is_complete(whole));
  for (const auto field :
       {&DigestCredentials::username, &DigestCredentials::realm, &DigestCredentials::nonce,
        &DigestCredentials::uri, &DigestCredentials::response, &DigestCredentials::qop,
        &DigestCredentials::cnonce, &DigestCredentials::nc}) {
    DigestCredentials part = whole;
    part.*field = {};
    EXPECT_FALSE(gate.is_complete(part));
  }
  DigestCredentials odd = whole;
  odd.nc = "0000000g";
  EXPECT_FALSE(gate.is_complete(odd));
  odd = whole;
  odd.qop = "auth-int";
  EXPECT_FALSE(gate.is_complete(odd));
}

TEST_F(DigestGateTest, E4UnknownDevicesAreJudgedLikeWrongPasswords) {
  device.read(challenge());
  const DigestSecret nobody;
  EXPECT_EQ(gate.judge(device.answer(), nobody, "REGISTER", home, now), DigestVerdict::wrong);
  device.password = "other";
  EXPECT_EQ(judge(device.answer()), DigestVerdict::wrong);
}

TEST_F(DigestGateTest, E5ReplayFromAnotherAddressProvesNothing) {
  device.read(challenge());
  const DigestCredentials credentials = device.answer();
  EXPECT_EQ(judge(credentials, *SocketAddress::from_text("192.0.2.66", 5060)),
            DigestVerdict::unproven);
  // Behind a NAT the port may change between challenge and answer.
  EXPECT_EQ(judge(credentials, *SocketAddress::from_text("192.0.2.10", 61'000)),
            DigestVerdict::right);
}

TEST_F(DigestGateTest, E5TheSameCountIsStaleAHigherOneIsNot) {
  device.read(challenge());
  EXPECT_EQ(judge(device.answer("00000001")), DigestVerdict::right);
  EXPECT_EQ(judge(device.answer("00000001")), DigestVerdict::stale);
  EXPECT_EQ(judge(device.answer("00000005")), DigestVerdict::right);
  EXPECT_EQ(judge(device.answer("00000004")), DigestVerdict::stale);
  EXPECT_EQ(judge(device.answer("0000000A")), DigestVerdict::right);
}

TEST_F(DigestGateTest, E5TheSameCountStaysStaleForTheWholeLifeOfTheNonce) {
  const auto other_signs_in = [&] {
    Device other;
    other.read(challenge());
    EXPECT_EQ(judge(other.answer()), DigestVerdict::right);
  };
  other_signs_in();
  now += 40s;
  device.read(challenge());
  EXPECT_EQ(judge(device.answer("00000001")), DigestVerdict::right);
  now += 30s;
  other_signs_in();  // by now the first of the used nonces may be forgotten
  EXPECT_EQ(judge(device.answer("00000001")), DigestVerdict::stale);
}

TEST_F(DigestGateTest, E5ANonceIsGoodForSixtySeconds) {
  device.read(challenge());
  now += 60s;
  EXPECT_EQ(judge(device.answer("00000001")), DigestVerdict::right);
  now += 1s;
  EXPECT_EQ(judge(device.answer("00000002")), DigestVerdict::stale);
  device.password = "wrong";
  EXPECT_EQ(judge(device.answer("00000003")), DigestVerdict::wrong);
}

TEST_F(DigestGateTest, E5ChallengesAndFailuresLeaveNoState) {
  std::set<std::string> nonces;
  device.password = "wrong";
  for (int i = 0; i < 10'000; ++i) {
    device.read(challenge());
    nonces.insert(device.nonce);
    judge(device.answer());
  }
  EXPECT_EQ(nonces.size(), 10'000U);
  EXPECT_EQ(gate.used_nonce_count(), 0U);
}

TEST_F(DigestGateTest, E5UsedNoncesAreForgottenWhenTheyAreTooOldToBeUsed) {
  for (int i = 0; i < 100; ++i) {
    device.read(challenge());
    EXPECT_EQ(judge(device.answer()), DigestVerdict::right);
  }
  EXPECT_EQ(gate.used_nonce_count(), 100U);
  now += 121s;
  device.read(challenge());
  EXPECT_EQ(judge(device.answer()), DigestVerdict::right);
  EXPECT_EQ(gate.used_nonce_count(), 1U);
}

TEST_F(DigestGateTest, E5ATableFullOfUsedNoncesAdmitsAgainWhenTheyAreOld) {
  DigestGate small("dering", random, 3);
  const auto sign_in = [&] {
    device.read(small.challenge(DigestAlgorithm::sha256, home, false, now));
    return small.judge(device.answer(), {DigestAlgorithm::sha256, ha1}, "REGISTER", home, now);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sign_in(), DigestVerdict::right);
  EXPECT_EQ(sign_in(), DigestVerdict::stale);
  now += 61s;
  EXPECT_EQ(sign_in(), DigestVerdict::right);
}

TEST_F(DigestGateTest, E5AlteredNoncesAreNotOurs) {
  device.read(challenge());
  const std::string genuine = device.nonce;
  for (std::size_t i = 0; i < genuine.size(); ++i) {
    device.nonce = genuine;
    device.nonce[i] = device.nonce[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(judge(device.answer()), DigestVerdict::unproven) << i;
  }
  for (const std::string& odd :
       {std::string(), std::string("A"), std::string(38, '!'), std::string("\xff\xff")}) {
    device.nonce = odd;
    EXPECT_EQ(judge(device.answer()), DigestVerdict::unproven);
  }
}

}  // namespace
}  // namespace dering::identity
