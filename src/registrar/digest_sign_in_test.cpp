// SPDX-License-Identifier: Apache-2.0
#include "registrar/digest_sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;
using testing::elsewhere;
using ::testing::HasSubstr;
using testing::home;
using ::testing::Not;
using testing::Register;
using testing::value_in;

class Digest : public testing::World {
 protected:
  /// The response without what differs from one challenge to the next.
  std::string response_without_nonce() const {
    std::string text = response();
    const std::string to_tag = value_in(std::string_view(text).substr(text.find("To:")), ";tag=");
    for (const std::string& varying : {value_in(text, "nonce=\""), to_tag}) {
      text.replace(text.find(varying), varying.size(), "*");
    }
    return text;
  }
  static Register unknown_device() { return {.aor = "7777", .from = "7777"}; }
};

TEST_F(Digest, ADeskPhoneSignsInWithSha256) {
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(status(), 200);
  ASSERT_EQ(contacts().size(), 1U);
  EXPECT_EQ(contacts()[0].uri, "sip:1001@192.0.2.10:5060");
  EXPECT_EQ(contacts()[0].flow, desk());
}

TEST_F(Digest, ChallengesOnceInTheAlgorithmOfTheAccountS14) {
  send(desk(), Register{}.text());
  EXPECT_THAT(response(), HasSubstr("algorithm=SHA-256, qop=\"auth\""));
  EXPECT_THAT(response(), Not(HasSubstr("MD5")));
  send(desk(), Register{.aor = "1002", .from = "1002"}.text());
  EXPECT_THAT(response(), HasSubstr("algorithm=MD5, qop=\"auth\""));
  EXPECT_THAT(response(), Not(HasSubstr("SHA-256")));
}

TEST_F(Digest, AnOldDeskPhoneSignsInWithMd5UnderANameOfItsOwn) {
  sign_in_by_digest(desk(), {.aor = "1002", .from = "1002"},
                    {.username = "old", .algorithm = identity::DigestAlgorithm::md5});
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(contacts("1002").size(), 1U);
}

TEST_F(Digest, E4UnknownDevicesAreAnsweredLikeWrongPasswords) {
  send(desk(), Register{.aor = "1003", .from = "1003"}.text());
  const std::string first_of_user = response_without_nonce();
  send(desk(), Register{.aor = "7777", .from = "7777"}.text());
  std::string first_of_nobody = response_without_nonce();
  std::size_t at = 0;
  while ((at = first_of_nobody.find("7777")) != std::string::npos) {
    first_of_nobody.replace(at, 4, "1003");
  }
  EXPECT_EQ(first_of_user, first_of_nobody);

  sign_in_by_digest(desk(), {}, {.password = "wrong"});
  const std::string wrong = response_without_nonce();
  sign_in_by_digest(desk(), {}, {.username = "nobody", .password = "wrong"});
  EXPECT_EQ(response_without_nonce(), wrong);
  EXPECT_EQ(status(), 401);
}

TEST_F(Digest, E5AReplayIsChallengedAgain) {
  send(desk(), Register{}.text());
  Register request{.fields = authorization(response(), {}), .cseq = 2};
  send(desk(), request.text());
  EXPECT_EQ(status(), 200);
  send(desk(elsewhere), request.text());
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(response(), Not(HasSubstr("stale")));
  send(desk(), request.text());
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(response(), HasSubstr("stale=true"));
}

TEST_F(Digest, E5AnOldNonceIsStale) {
  send(desk(), Register{}.text());
  Register request{.fields = authorization(response(), {}), .cseq = 2};
  pass(61s);
  send(desk(), request.text());
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(response(), HasSubstr("stale=true"));
}

TEST_F(Digest, IP1APhoneMayCallItselfByItsDeviceOrByItsNumber) {
  for (const char* aor : {"old", "1002"}) {
    for (const char* from : {"old", "1002"}) {
      sign_in_by_digest(desk(),
                        {.aor = aor, .from = from, .call_id = fmt::format("{}{}", aor, from)},
                        {.username = "old", .algorithm = identity::DigestAlgorithm::md5});
      EXPECT_EQ(status(), 200) << aor << from;
    }
  }
  EXPECT_EQ(contacts("1002").size(), 1U);
  EXPECT_TRUE(contacts("old").empty());
  // The name of somebody else's device is nobody's name for oneself.
  sign_in_by_digest(desk(), {.aor = "old", .from = "old"}, {});
  EXPECT_EQ(status(), 403);
}

TEST_F(Digest, E6WhoSignsInMustBeWhoRegisters) {
  for (const Register& request :
       {Register{.aor = "1002"}, Register{.from = "1002"}, Register{.aor = "1001%00"},
        Register{.aor = "%31001x"}, Register{.aor = "１００１"}}) {
    sign_in_by_digest(desk(), request);
    EXPECT_EQ(status(), 403) << request.text();
  }
  EXPECT_EQ(registrar.counts().bindings, 0U);
  // An escaped spelling of the same user is the same user (RFC 3261 §19.1.4).
  sign_in_by_digest(desk(), Register{.aor = "%31001"});
  EXPECT_EQ(status(), 200);
}

TEST_F(Digest, A7HalfOrForeignCredentialsAreAsGoodAsNone) {
  send(desk(), Register{}.text());
  const std::string whole = authorization(response(), {});
  const auto without = [&](std::string_view from, std::string_view to) {
    std::string changed = whole;
    const std::size_t at = changed.find(from);
    return changed.replace(at, from.size(), to);
  };
  for (const std::string& field :
       {without("Digest ", "Basic "), without("realm=\"dering\"", "realm=\"other\""),
        without("uri=\"sip:dering\"", "uri=\"sip:other\""), without("qop=auth", "qop=auth-int"),
        without("cnonce=\"abcd\"", "cnonce=\"\""), without("nc=00000001", "nc=1"),
        without("response=\"", "response=\"\", x=\""), without("username=\"1001\", ", ""),
        without("nonce=\"", "nonce=\"A"), std::string("Authorization: Digest\r\n"),
        std::string("Authorization: Digest username=\"\r\n"),
        "Authorization: Digest username=\"" + std::string(30'000, 'x') + "\"\r\n"}) {
    send(desk(), Register{.fields = field}.text());
    EXPECT_EQ(status(), 401) << field;
  }
  EXPECT_EQ(registrar.counts().bindings, 0U);
}

TEST_F(Digest, E3OnlyARightAnswerAllows) {
  SeededRandom dice(3);
  int allowed = 0;
  for (int round = 0; round < 500; ++round) {
    const bool is_known = dice.below(2) == 0;
    const bool is_right = dice.below(2) == 0;
    const bool is_same_source = dice.below(2) == 0;
    const bool is_own_user = dice.below(2) == 0;
    send(desk(), Register{}.text());
    Register request{.aor = is_own_user ? "1001" : "1002", .cseq = round + 2};
    request.fields = authorization(response(), {.username = is_known ? "1001" : "nobody",
                                                .password = is_right ? "secret" : "wrong"});
    send(is_same_source ? desk() : desk(elsewhere), request.text());
    const bool may = is_known && is_right && is_same_source && is_own_user;
    EXPECT_EQ(status() == 200, may) << round;
    allowed += may ? 1 : 0;
    pass(11min);  // the throttle forgets
  }
  EXPECT_GT(allowed, 10);
}

TEST_F(Digest, E8FiveFailuresPauseThatAddressAndNoOther) {
  for (int i = 0; i < 5; ++i) {
    sign_in_by_digest(desk(), {}, {.password = "wrong"});
    EXPECT_EQ(status(), 401) << i;
  }
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(status(), 403);
  sign_in_by_digest(desk(elsewhere), {});
  EXPECT_EQ(status(), 200);
  pass(30s);
  sign_in_by_digest(desk(), {.call_id = "other"});
  EXPECT_EQ(status(), 200);
}

TEST_F(Digest, E8AGuessAfterThePauseStartsItAgain) {
  for (int i = 0; i < 5; ++i) sign_in_by_digest(desk(), {}, {.password = "wrong"});
  pass(30s);
  sign_in_by_digest(desk(), {}, {.password = "wrong"});
  EXPECT_EQ(status(), 401);
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(status(), 403);
}

TEST_F(Digest, E8ForgedSourcesLockNobodyOut) {
  // Who forges an address never sees the challenge that went there.
  for (int i = 0; i < 50; ++i) {
    send(desk(elsewhere), Register{}.text());
    send(desk(), Register{.fields = authorization(response(), {.password = "wrong"})}.text());
    EXPECT_EQ(status(), 401);
  }
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(status(), 200);
}

TEST_F(Digest, UdpNeverSignsAFlowIn) {
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(registrar.user_of(desk()), nullptr);
}

TEST_F(Digest, AConnectionIsKeptOnceAPhoneHasSignedInOnIt) {
  const sip::Flow tcp{sip::Transport::tcp, home, 9};
  sign_in_by_digest(tcp, {}, {.password = "wrong"});
  EXPECT_EQ(status(), 401);
  EXPECT_TRUE(all<KeepFlow>().empty());
  sign_in_by_digest(tcp, {.call_id = "right"});
  ASSERT_EQ(all<KeepFlow>().size(), 1U);
  EXPECT_EQ(last<KeepFlow>().flow, tcp);
  sign_in_by_digest(tcp, {.call_id = "right", .cseq = 3});
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(all<KeepFlow>().size(), 1U) << "once is enough";
  sign_in_by_digest(desk(), {.call_id = "udp"});
  EXPECT_EQ(all<KeepFlow>().size(), 1U) << "UDP has no connection to keep";
}

TEST_F(Digest, AConnectionIsSignedInUntilItCarriesASecondLine) {
  const sip::Flow tcp{sip::Transport::tcp, home, 9};
  sign_in_by_digest(tcp, {});
  ASSERT_NE(registrar.user_of(tcp), nullptr);
  EXPECT_EQ(registrar.user_of(tcp)->extension, "1001");
  sign_in_by_digest(tcp, {.aor = "1002", .from = "1002", .call_id = "second"},
                    {.username = "old", .algorithm = identity::DigestAlgorithm::md5});
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(registrar.user_of(tcp), nullptr);
  registrar.on_flow_closed(tcp, now, out);
  EXPECT_TRUE(contacts("1001").empty());
  EXPECT_TRUE(contacts("1002").empty());
}

TEST_F(Digest, AuthorizesOtherRequestsOfDeskPhones) {
  const auto invite = [](std::string_view fields) {
    return *sip::Message::parse(fmt::format(
        "INVITE sip:1002@dering SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1\r\n"
        "From: <sip:1001@dering>;tag=a\r\nTo: <sip:1002@dering>\r\nCall-ID: i\r\n"
        "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\n{}Content-Length: 0\r\n\r\n",
        fields));
  };
  const auto decision = registrar.authorize_digest(invite(""), desk(), now);
  ASSERT_TRUE(std::holds_alternative<Challenge>(decision));
  const std::string answer = authorization(std::get<Challenge>(decision).value,
                                           {.method = "INVITE", .uri = "sip:1002@dering"});
  const auto second = registrar.authorize_digest(invite("Proxy-" + answer), desk(), now);
  ASSERT_TRUE(std::holds_alternative<Allowed>(second));
  EXPECT_EQ(std::get<Allowed>(second).user->extension, "1001");
}

TEST(ThrottleTest, IsBoundedAndForgets) {
  SeededRandom random(1);
  Throttle throttle(random, 100);
  const Instant now = Instant{} + 1h;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    throttle.on_failure("1001", SocketAddress::from_ipv4(i, 5060), now);
  }
  EXPECT_EQ(throttle.size(), 100U);
  throttle.on_failure("1001", home, now + 11min);
  EXPECT_EQ(throttle.size(), 1U);
}

TEST(ThrottleTest, CountsAnIpv6HouseholdAsOne) {
  SeededRandom random(1);
  Throttle throttle(random);
  const Instant now = Instant{} + 1h;
  for (const char* ip :
       {"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5"}) {
    throttle.on_failure("1001", *SocketAddress::from_text(ip, 5060), now);
  }
  EXPECT_TRUE(throttle.is_paused("1001", *SocketAddress::from_text("2001:db8::6", 1), now));
  EXPECT_FALSE(throttle.is_paused("1002", *SocketAddress::from_text("2001:db8::6", 1), now));
  EXPECT_FALSE(throttle.is_paused("1001", *SocketAddress::from_text("2001:db8:0:1::6", 1), now));
}

}  // namespace
}  // namespace dering::registrar
