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

DigestCredentials in_session(DigestCredentials credentials) {
  credentials.algorithm = "MD5-sess";
  return credentials;
}

// Computed with: H(H(H(user:realm:password):nonce:cnonce):nonce:nc:cnonce:auth:H(method:uri)).
TEST(DigestResponse, FR9HashesTheNoncesIntoTheHa1OfASession) {
  const std::string ha1 =
      digest_ha1(DigestAlgorithm::md5, "Mufasa", "http-auth@example.org", "Circle of Life");
  EXPECT_EQ(digest_response(DigestAlgorithm::md5, ha1, "GET", in_session(mufasa)),
            "e783283f46242139c486a698fec7211d");
}

TEST(DigestResponse, MatchesTheExamplesOfRfc7616) {
  const auto response = [](DigestAlgorithm algorithm) {
    const std::string ha1 =
        digest_ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");
    EXPECT_NE(digest_response(algorithm, ha1, "GET", in_session(mufasa)),
              digest_response(algorithm, ha1, "GET", mufasa));
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
  /// The first of the challenges to a request that was never made before.
  std::string challenge(bool stale = false) {
    return gate.challenges({.source = home, .request = ++requests, .is_stale = stale}, now).front();
  }
  DigestVerdict judge(const DigestCredentials& credentials) { return judge(credentials, home); }
  DigestVerdict judge(const DigestCredentials& credentials, const SocketAddress& source) {
    return gate.judge(credentials, {ha1, {}}, "REGISTER", source, now);
  }

  SeededRandom random{1};
  DigestGate gate{{.realm = "dering"}, random};
  std::uint64_t requests = 0;
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

TEST_F(DigestGateTest, OffersTheStrongerAlgorithmFirstOnOneNonce) {
  const auto both = gate.challenges({.source = home, .request = 1}, now);
  ASSERT_EQ(both.size(), 2U);
  device.read(both[0]);
  const std::string nonce = device.nonce;
  device.read(both[1]);
  EXPECT_EQ(device.nonce, nonce);
  EXPECT_NE(both[0].find("algorithm=SHA-256"), std::string::npos);
  EXPECT_NE(both[1].find("algorithm=MD5"), std::string::npos);
}

TEST_F(DigestGateTest, DoesNotTakeMd5OfADeviceWithoutIt) {
  device.algorithm = DigestAlgorithm::md5;
  device.read(challenge());
  EXPECT_EQ(judge(device.answer()), DigestVerdict::wrong);
}

TEST_F(DigestGateTest, DoesNotTakeMd5WhereItIsSwitchedOff) {
  DigestGate strict({.realm = "dering", .md5 = false}, random);
  ASSERT_EQ(strict.challenges({.source = home, .request = 1, .is_md5_alone = true}, now).size(),
            1U);
  device.algorithm = DigestAlgorithm::md5;
  device.read(strict.challenges({.source = home, .request = 1, .is_md5_alone = true}, now).front());
  const std::string md5 = digest_ha1(DigestAlgorithm::md5, "1001", "dering", "secret");
  EXPECT_EQ(strict.judge(device.answer(), {ha1, md5}, "REGISTER", home, now),
            DigestVerdict::unusable);
  EXPECT_EQ(strict.fault_of(device.answer()), DigestFault::md5_refused);
}

TEST_F(DigestGateTest, AT3TheSameRequestGetsTheSameChallengeWithinTenSeconds) {
  const DigestOccasion occasion{.source = home, .request = 5};
  const auto first = gate.challenges(occasion, now);
  EXPECT_EQ(gate.challenges(occasion, now + 9'999ms), first);
  EXPECT_NE(gate.challenges(occasion, now + 10s), first);
  EXPECT_NE(gate.challenges({.source = home, .request = 6}, now), first);
  const SocketAddress elsewhere = *SocketAddress::from_text("192.0.2.66", 5060);
  EXPECT_NE(gate.challenges({.source = elsewhere, .request = 5}, now), first);
}

TEST_F(DigestGateTest, APhoneThatStopsAtSha256CanBeOfferedMd5Alone) {
  const auto offered = gate.challenges({.source = home, .request = 1, .is_md5_alone = true}, now);
  ASSERT_EQ(offered.size(), 1U);
  EXPECT_NE(offered[0].find("algorithm=MD5"), std::string::npos);
}

TEST_F(DigestGateTest, NamesWhatIsMissing) {
  device.read(challenge());
  const DigestCredentials whole = device.answer();
  EXPECT_FALSE(gate.fault_of(whole));
  const auto fault = [&](std::string_view DigestCredentials::* field, std::string_view value) {
    DigestCredentials part = whole;
    part.*field = value;
    EXPECT_EQ(judge(part), DigestVerdict::unusable);
    return gate.fault_of(part).value();
  };
  EXPECT_EQ(fault(&DigestCredentials::qop, ""), DigestFault::no_qop);
  EXPECT_EQ(fault(&DigestCredentials::qop, "auth-int"), DigestFault::other_qop);
  EXPECT_EQ(fault(&DigestCredentials::cnonce, ""), DigestFault::no_cnonce);
  EXPECT_EQ(fault(&DigestCredentials::nc, ""), DigestFault::no_count);
  EXPECT_EQ(fault(&DigestCredentials::nc, "0000000g"), DigestFault::no_count);
  EXPECT_EQ(fault(&DigestCredentials::nc, "-0000001"), DigestFault::no_count);
  EXPECT_EQ(fault(&DigestCredentials::algorithm, "SHA-512-256"), DigestFault::unknown_algorithm);
  EXPECT_EQ(fault(&DigestCredentials::algorithm, "-sess"), DigestFault::unknown_algorithm);
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
  now += 60s;  // the test begins where a slot begins
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

// One phone's right digests make those of others worthless.
TEST_F(DigestGateTest, E5OneDeviceCannotFillTheTableOfUsedNonces) {
  DigestGate small({.realm = "dering", .used_nonces = 100}, random);
  const auto sign_in = [&](const std::string& name) {
    device.username = name;
    const std::string own = digest_ha1(DigestAlgorithm::sha256, name, "dering", "secret");
    device.read(small.challenges({.source = home, .request = ++requests}, now).front());
    return small.judge(device.answer(), {own, {}}, "REGISTER", home, now);
  };
  int right = 0;
  for (int i = 0; i < 1000; ++i) right += sign_in("greedy") == DigestVerdict::right ? 1 : 0;
  EXPECT_EQ(right, 50);
  EXPECT_EQ(sign_in("greedy"), DigestVerdict::crowded) << "which is no challenge";
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in("1001"), DigestVerdict::right) << i;
  now += 61s;
  EXPECT_EQ(sign_in("greedy"), DigestVerdict::right);
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
       {std::string(), std::string("A"), std::string(38, '!'), std::string("\xff\xff"),
        "A" + genuine, genuine + "A", genuine.substr(1)}) {
    device.nonce = odd;
    EXPECT_EQ(judge(device.answer()), DigestVerdict::unproven);
  }
}

}  // namespace
}  // namespace dering::identity
