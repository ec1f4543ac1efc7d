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
  Digest() = default;
  explicit Digest(Settings settings) : World(std::move(settings)) {}
  /// The response without what differs from one challenge to the next.
  std::string response_without_nonce() const {
    std::string text = response();
    const std::string to_tag = value_in(std::string_view(text).substr(text.find("To:")), ";tag=");
    for (const std::string& varying : {value_in(text, "nonce=\""), to_tag}) {
      for (std::size_t at = 0; (at = text.find(varying)) != std::string::npos;) {
        text.replace(at, varying.size(), "*");
      }
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

/// The response with the name replaced, so that two of them can be compared.
std::string with_name(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST_F(Digest, AT8EveryNameIsOfferedSha256FirstAndMd5SecondInTheSameBytes) {
  send(desk(), Register{}.text());
  const std::string sha256 = "algorithm=SHA-256, qop=\"auth\"\r\n";
  const std::string md5 = "algorithm=MD5, qop=\"auth\"\r\n";
  ASSERT_THAT(response(), HasSubstr(sha256));
  ASSERT_THAT(response(), HasSubstr(md5));
  EXPECT_LT(response().find(sha256), response().find(md5));
  const std::string first = response();
  // 1002 has a device with MD5 alone, 1003 has none, 7777 is nobody, "old" is a device's name.
  for (const char* name : {"1002", "1003", "7777", "old"}) {
    --attempts;
    send(desk(), Register{.aor = name, .from = name}.text());
    EXPECT_EQ(with_name(response(), name, "1001"), first) << name;
  }
}

TEST_F(Digest, AT3ARepeatedRequestGetsTheSameChallengeForTenSeconds) {
  const auto challenge = [&](std::uint64_t attempt) {
    attempts = attempt;
    send(desk(), Register{}.text());
    return value_in(response(), "nonce=\"");
  };
  const std::string first = challenge(1);
  pass(9'999ms);
  EXPECT_EQ(challenge(1), first);
  EXPECT_NE(challenge(2), first);
  pass(1ms);
  EXPECT_NE(challenge(1), first);
}

TEST_F(Digest, ANewDeviceSignsInWithEitherAlgorithmOnOneNonce) {
  send(desk(), Register{}.text());
  const std::string challenge = response();
  int cseq = 1;
  for (const auto algorithm : {identity::DigestAlgorithm::sha256, identity::DigestAlgorithm::md5}) {
    const std::string nc = fmt::format("0000000{}", ++cseq);
    send(desk(), Register{.fields = authorization(challenge, {.algorithm = algorithm, .nc = nc}),
                          .cseq = cseq}
                     .text());
    EXPECT_EQ(status(), 200) << name_of(algorithm);
  }
}

TEST_F(Digest, AT8ProgramsThatStopAtSha256AreOfferedMd5Alone) {
  const auto offered = [&](std::string_view fields, std::string_view branch) {
    std::string text = Register{.fields = std::string(fields)}.text();
    const std::string_view usual = "branch=z9hG4bK1";
    text.replace(text.find(usual), usual.size(), fmt::format("branch={}", branch));
    send(desk(), text);
    EXPECT_THAT(response(), HasSubstr("algorithm=MD5"));
    return response().find("SHA-256") == std::string::npos ? "MD5" : "both";
  };
  EXPECT_STREQ(offered("User-Agent: baresip v1.0.0 (x86_64/linux)\r\n", "z9hG4bKb"), "MD5");
  EXPECT_STREQ(offered("User-Agent: baresip v2.9.0 (x86_64/linux)\r\n", "z9hG4bKb"), "both");
  EXPECT_STREQ(offered("User-Agent: Linphone/5.1\r\n", "z9hG4bK.a"), "both");
  EXPECT_STREQ(offered("", "z9hG4bK-1234-1-0"), "MD5") << "SIPp";
  EXPECT_STREQ(offered("User-Agent: other\r\n", "z9hG4bK-1234-1-0"), "both");
  for (const char* branch : {"z9hG4bK", "z9hG4bK-", "z9hG4bK-1-2", "z9hG4bK-1-2-", "z9hG4bK-1-2-x",
                             "z9hG4bK-1-2-3-4", "z9hG4bK-a-2-3"}) {
    EXPECT_STREQ(offered("", branch), "both") << branch;
  }
}

TEST_F(Digest, FR9SessionVariantsOfBothAlgorithmsSignIn) {
  int cseq = 0;
  for (const auto algorithm : {identity::DigestAlgorithm::sha256, identity::DigestAlgorithm::md5}) {
    for (const char* session : {"-sess", "-SESS"}) {
      sign_in_by_digest(desk(), {.cseq = cseq += 2}, {.algorithm = algorithm, .session = session});
      EXPECT_EQ(status(), 200) << name_of(algorithm) << session;
    }
  }
}

TEST_F(Digest, FR9TheCountMayBeSpelledInFewerDigits) {
  int cseq = 0;
  for (const char* nc : {"1", "01", "0000000a", "A"}) {
    sign_in_by_digest(desk(), {.cseq = cseq += 2}, {.nc = nc});
    EXPECT_EQ(status(), 200) << nc;
  }
}

TEST_F(Digest, FR9WhatCannotBeJudgedIsRefusedOnceWithWordsAndNotChallengedForEver) {
  send(desk(), Register{}.text());
  const std::string whole = authorization(response(), {});
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = whole;
    return changed.replace(changed.find(from), from.size(), to);
  };
  for (const auto& [field, phrase] :
       {std::pair{with("qop=auth, ", ""), "Digest Without qop"},
        {with("qop=auth", "qop=auth-int"), "Digest qop Is Not auth"},
        {with("cnonce=\"abcd\"", "cnonce=\"\""), "Digest Without cnonce"},
        {with(", nc=00000001", ""), "Digest Without a Valid nc"},
        {with("nc=00000001", "nc=000000001"), "Digest Without a Valid nc"},
        {with("nc=00000001", "nc=x"), "Digest Without a Valid nc"},
        {with("algorithm=SHA-256", "algorithm=SHA-512-256"), "Digest Algorithm Not Offered"},
        {with("algorithm=SHA-256", "algorithm=token"), "Digest Algorithm Not Offered"}}) {
    send(desk(), Register{.fields = field}.text());
    EXPECT_THAT(response(), ::testing::StartsWith(fmt::format("SIP/2.0 403 {}\r\n", phrase)));
    EXPECT_THAT(response(), Not(HasSubstr("Authenticate")));
  }
  EXPECT_EQ(registrar.counts().bindings, 0U);
}

TEST_F(Digest, FR8TheUriOfADigestMayDifferInPortParametersSchemeAndCase) {
  int cseq = 0;
  for (const char* uri : {"sip:dering:5060", "sip:dering;transport=tcp", "SIP:DERING",
                          "sips:dering", "sip:dering:5060;transport=udp?x=y"}) {
    sign_in_by_digest(desk(), {.cseq = cseq += 2}, {.uri = uri});
    EXPECT_EQ(status(), 200) << uri;
  }
}

TEST_F(Digest, FR8ADigestForAnotherResourceIsRefusedWithWords) {
  for (const char* uri : {"sip:other", "sip:1001@dering", "tel:1001", "", "sip:", "dering"}) {
    sign_in_by_digest(desk(), {}, {.uri = uri});
    EXPECT_THAT(response(),
                ::testing::StartsWith("SIP/2.0 403 Digest uri Is Not the Request-URI\r\n"))
        << uri;
  }
}

class DigestWithoutMd5 : public Digest {
 protected:
  DigestWithoutMd5() : Digest(Settings{.md5 = false}) {}
};

TEST_F(DigestWithoutMd5, OffersSha256AloneAndRefusesMd5WithWords) {
  send(desk(), Register{}.text());
  EXPECT_THAT(response(), HasSubstr("algorithm=SHA-256"));
  EXPECT_THAT(response(), Not(HasSubstr("MD5")));
  sign_in_by_digest(desk(), {.cseq = 2});
  EXPECT_EQ(status(), 200);
  for (const char* session : {"", "-sess"}) {
    sign_in_by_digest(desk(), {.cseq = 4},
                      {.algorithm = identity::DigestAlgorithm::md5, .session = session});
    EXPECT_THAT(response(), ::testing::StartsWith("SIP/2.0 403 Digest MD5 Not Accepted\r\n"));
  }
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
        without("response=\"", "response=\"\", x=\""), without("username=\"1001\", ", ""),
        without("nonce=\"", "nonce=\"A"), std::string("Authorization: Digest\r\n"),
        std::string("Authorization: Digest username=\"\r\n"),
        "Authorization: Digest username=\"" + std::string(30'000, 'x') + "\"\r\n"}) {
    send(desk(), Register{.fields = field}.text());
    EXPECT_EQ(status(), 401) << field;
  }
  // A right answer to a nonce that is ours and a little more.
  send(desk(), Register{.cseq = 2}.text());
  std::string longer = response();
  for (std::size_t at = 0; (at = longer.find("nonce=\"", at)) != longer.npos; at += 8) {
    longer.insert(at + 7, "A");
  }
  send(desk(), Register{.fields = authorization(longer, {}), .cseq = 3}.text());
  EXPECT_EQ(status(), 401);
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
  for (int i = 1; i < 5; ++i) {
    sign_in_by_digest(desk(), {}, {.password = "wrong"});
    EXPECT_EQ(status(), 401) << i;
  }
  sign_in_by_digest(desk(), {}, {.password = "wrong"});
  EXPECT_THAT(response(),
              ::testing::StartsWith("SIP/2.0 403 Too Many Failed Sign-Ins, Wait 30 Seconds\r\n"));
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
  EXPECT_EQ(status(), 403);
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(status(), 403);
}

TEST_F(Digest, FR9ALoopOfStaleAnswersEndsToo) {
  send(desk(), Register{}.text());
  const std::string old = authorization(response(), {});
  pass(61s);
  for (int i = 1; i < 5; ++i) {
    send(desk(), Register{.fields = old, .cseq = i}.text());
    EXPECT_THAT(response(), HasSubstr("stale=true")) << i;
  }
  send(desk(), Register{.fields = old, .cseq = 5}.text());
  EXPECT_EQ(status(), 403);
}

TEST_F(Digest, FR9ALoopOnAConnectionEndsWhateverNonceItAnswers) {
  const sip::Flow tcp{sip::Transport::tcp, home, 9};
  const std::string made_up = authorization("nonce=\"QUJDREVGR0hJSktMTU5PUFFSU1RVVg\"", {});
  for (int i = 1; i < 5; ++i) {
    send(tcp, Register{.fields = made_up, .cseq = i}.text());
    EXPECT_EQ(status(), 401) << i;
  }
  send(tcp, Register{.fields = made_up, .cseq = 5}.text());
  EXPECT_EQ(status(), 403);
}

TEST_F(Digest, E8ARepeatedDatagramIsOneFailure) {
  send(desk(), Register{}.text());
  const std::string wrong = authorization(response(), {.password = "wrong"});
  for (int i = 0; i < 20; ++i) {
    attempts = 77;
    send(desk(), Register{.fields = wrong, .cseq = 2}.text());
    EXPECT_EQ(status(), 401) << i;
  }
}

TEST_F(Digest, AT3ARefusalAfterTheRightPasswordIsTheSameWhenTheDatagramIsRepeated) {
  send(desk(), Register{}.text());
  const std::string right = authorization(response(), {});
  std::vector<std::string> answers;
  for (int i = 0; i < 7; ++i) {
    attempts = 77;
    send(desk(), Register{.aor = "1002", .fields = right, .cseq = 2}.text());
    answers.push_back(response());
  }
  EXPECT_THAT(answers, ::testing::Each(answers.front()));
  EXPECT_EQ(status(), 403);
}

TEST_F(Digest, E8ANeighbourWhoGuessesDoesNotShutOutWhoSignedInThere) {
  sign_in_by_digest(desk(), {});
  ASSERT_EQ(status(), 200);
  SocketAddress neighbour = *SocketAddress::from_text("192.0.2.10", 61'000);
  for (int i = 0; i < 6; ++i) sign_in_by_digest(desk(neighbour), {}, {.password = "wrong"});
  EXPECT_EQ(status(), 403);
  sign_in_by_digest(desk(neighbour), {});
  EXPECT_EQ(status(), 403);
  sign_in_by_digest(desk(), {.cseq = 4});
  EXPECT_EQ(status(), 200);
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

// E8: while a name is paused at an address, whatever is sent in the name of that address.
TEST_F(Digest, WhatAnswersNoChallengeOfOursIsNoGuessAlsoWhereTheNameIsPaused) {
  for (int i = 0; i < 5; ++i) sign_in_by_digest(desk(), {}, {.password = "wrong"});
  ASSERT_EQ(status(), 403);
  const std::string made_up = authorization("nonce=\"QUJDREVGR0hJSktMTU5PUFFSU1RVVg\"", {});
  send(desk(), Register{.fields = made_up}.text());
  EXPECT_EQ(status(), 401);
}

// ---- who was there before -----------------------------------------------------------------------

class KnownPhone : public Digest {
 protected:
  static SocketAddress at_home(std::uint16_t port) {
    return *SocketAddress::from_text("192.0.2.10", port);
  }
  static sip::Flow by_tcp(std::uint16_t port) { return {sip::Transport::tcp, at_home(port), port}; }
  /// Somebody behind the same address translation types this name, from one port or from many.
  void neighbour_guesses(int times, std::uint16_t ports = 1, const std::string& name = "1001") {
    for (int i = 0; i < times; ++i) {
      const auto port = static_cast<std::uint16_t>(50'000 + i % ports);
      sign_in_by_digest(desk(at_home(port)), {.call_id = fmt::format("n{}", i)},
                        {.username = name, .password = fmt::format("guess {}", i)});
    }
  }
  /// What the store has of a phone of 1001 at that address when we start.
  directory::StoredBinding stored(const SocketAddress& remote, std::string transport = "udp",
                                  std::string instance = {}) const {
    return {.extension = "1001",
            .contact_uri = "sip:1001@192.0.2.10:5060",
            .instance = std::move(instance),
            .reg_id = 0,
            .call_id = "before",
            .cseq = 1,
            .transport = std::move(transport),
            .remote = remote.text(),
            .local = {},
            .user_agent = {},
            .path = {},
            .expires_at = (wall() + 1h).count()};
  }
  static Register with_instance(int cseq, std::string_view uuid = "4711") {
    return {.contact = fmt::format(
                "Contact: <sip:1001@192.0.2.10:5060>;+sip.instance=\"<urn:uuid:{}>\"\r\n", uuid),
            .call_id = "instance",
            .cseq = cseq};
  }
  int status_after(const sip::Flow& flow, const Register& request, const Answer& answer = {}) {
    sign_in_by_digest(flow, request, answer);
    return status();
  }
};

TEST_F(KnownPhone, IsNeitherPausedByANeighbourNorIsItsBudgetUsed) {
  ASSERT_EQ(status_after(desk(), {}), 200);
  neighbour_guesses(30, 7);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(status_after(desk(), {.call_id = "typo", .cseq = 2 * i + 1}, {.password = "tpyo"}),
              401)
        << i;
  }
  EXPECT_EQ(status_after(desk(), {.call_id = "typo", .cseq = 20}), 200);
}

TEST_F(KnownPhone, HasABudgetOfItsOwnWhichHarmsNobodyElse) {
  ASSERT_EQ(status_after(desk(), {}), 200);
  for (int i = 0; i < 5; ++i) {
    status_after(desk(), {.call_id = "loop", .cseq = 2 * i + 1}, {.password = "old"});
  }
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(status_after(desk(), {.call_id = "loop", .cseq = 20}), 403) << "it has to wait";
  EXPECT_EQ(status_after(desk(at_home(5070)), {.call_id = "other"}), 200);
  pass(30s);
  EXPECT_EQ(status_after(desk(), {.call_id = "loop", .cseq = 30}), 200);
}

TEST_F(KnownPhone, IsKnownFromItsStoredBindingAfterARestart) {
  for (const char* transport : {"udp", "tcp"}) {
    registrar.on_stored_bindings({stored(home, transport)}, now, out);
  }
  neighbour_guesses(40, 9);
  EXPECT_EQ(status_after(desk(at_home(50'000)), {.call_id = "n"}), 403) << "the neighbour's port";
  EXPECT_EQ(status_after(desk(), {.call_id = "after"}, {.password = "wrong"}), 401);
  EXPECT_EQ(status_after(desk(), {.call_id = "after", .cseq = 8}), 200);
}

TEST_F(KnownPhone, IsKnownByItsInstanceFromAnotherPort) {
  registrar.on_stored_bindings({stored(at_home(5555), "tcp", "<urn:uuid:4711>")}, now, out);
  // So many new ports that none is heard any more.
  neighbour_guesses(250, 250);
  EXPECT_EQ(status_after(by_tcp(41'001), {.call_id = "none"}), 403);
  EXPECT_EQ(status_after(by_tcp(41'002), with_instance(1, "4712")), 403);
  EXPECT_EQ(status_after(by_tcp(41'003), with_instance(1)), 200);
}

TEST_F(KnownPhone, IsKnownByTheNonceThatItGoesOnWith) {
  send(by_tcp(40'001), Register{}.text());
  const std::string challenge = response();
  send(by_tcp(40'001), Register{.fields = authorization(challenge, {}), .cseq = 2}.text());
  ASSERT_EQ(status(), 200);
  neighbour_guesses(250, 250);
  EXPECT_EQ(status_after(by_tcp(40'002), {.call_id = "none"}), 403);
  send(by_tcp(40'003),
       Register{
           .fields = authorization(challenge, {.nc = "00000002"}), .call_id = "goes on", .cseq = 3}
           .text());
  EXPECT_EQ(status(), 200);
}

TEST_F(KnownPhone, IsHeardOnceFromANewPortWhereTheNameHasSignedInBefore) {
  ASSERT_EQ(status_after(desk(), {}), 200);
  neighbour_guesses(25, 3);
  EXPECT_EQ(status_after(desk(at_home(6'000)), {.call_id = "wrong"}, {.password = "x"}), 403)
      << "the same words as if nobody had listened";
  EXPECT_EQ(status_after(desk(at_home(6'000)), {.call_id = "wrong", .cseq = 5}), 403);
  EXPECT_EQ(status_after(desk(at_home(6'001)), {.call_id = "right"}), 200);
  EXPECT_EQ(status_after(desk(at_home(50'001)), {.call_id = "n", .cseq = 900}), 403)
      << "the neighbour stays paused";
}

TEST_F(KnownPhone, IsNotTakenForKnownWhereItNeverWas) {
  ASSERT_EQ(status_after(desk(), {}), 200);
  for (int i = 0; i < 9; ++i) {
    status_after(desk(elsewhere), {.call_id = fmt::format("{}", i)}, {.password = "x"});
  }
  const SocketAddress beside = *SocketAddress::from_text("198.51.100.66", 9'999);
  EXPECT_EQ(status_after(desk(beside), {.call_id = "beside"}), 403);
  EXPECT_EQ(status_after(desk(), {.call_id = "home"}), 200) << "and nobody elsewhere pauses it";
}

TEST_F(KnownPhone, AnOldNonceOnANewConnectionIsChallengedAlsoWhileOthersGuess) {
  send(by_tcp(40'001), Register{}.text());
  const std::string challenge = response();
  send(by_tcp(40'001), Register{.fields = authorization(challenge, {}), .cseq = 2}.text());
  ASSERT_EQ(status(), 200);
  neighbour_guesses(30, 2);
  pass(61s);
  neighbour_guesses(30, 2);
  send(by_tcp(40'002),
       Register{
           .fields = authorization(challenge, {.nc = "00000002"}), .call_id = "again", .cseq = 3}
           .text());
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(response(), HasSubstr("stale=true"));
  // The nonces of before a restart are nobody's.
  const std::string made_up = authorization("nonce=\"QUJDREVGR0hJSktMTU5PUFFSU1RVVg\"", {});
  send(by_tcp(40'003), Register{.fields = made_up, .call_id = "restart", .cseq = 1}.text());
  EXPECT_EQ(status(), 401);
}

TEST_F(KnownPhone, LoopsOfNeighboursEndWithoutHarmToIt) {
  ASSERT_EQ(status_after(by_tcp(40'001), {}), 200);
  const std::string made_up = authorization("nonce=\"QUJDREVGR0hJSktMTU5PUFFSU1RVVg\"", {});
  for (int i = 0; i < 600; ++i) {
    send(by_tcp(static_cast<std::uint16_t>(50'000 + i % 100)),
         Register{.fields = made_up, .cseq = i}.text());
  }
  EXPECT_EQ(status_after(by_tcp(40'002), {.call_id = "other"}), 200);
  EXPECT_EQ(status_after(desk(), {.call_id = "udp"}), 200);
}

TEST_F(KnownPhone, NothingIsRememberedOnceItsTimeIsOver) {
  const auto left = [&] {
    TableSizes sizes;
    registrar.list(sizes);
    std::erase_if(sizes, [](const TableSize& table) { return table.size == 0; });
    return sizes.size();
  };
  ASSERT_EQ(status_after(by_tcp(40'001), {}), 200);
  neighbour_guesses(300, 90);
  for (int i = 0; i < 70; ++i) neighbour_guesses(2, 1, fmt::format("made up {}", i));
  for (int i = 0; i < 3; ++i) {
    status_after(by_tcp(40'001), {.call_id = "x", .cseq = 2 * i + 1}, {.password = "typo"});
  }
  registrar.on_flow_closed(by_tcp(40'001), now, out);
  EXPECT_GT(left(), 6U);
  // Nobody comes any more: time alone does it.
  int steps = 0;
  for (; steps < 1'000 && registrar.next_deadline(); ++steps) {
    ASSERT_GE(*registrar.next_deadline(), now);
    pass(*registrar.next_deadline() - now);
  }
  EXPECT_EQ(left(), 0U);
  EXPECT_LT(steps, 100) << "and is not woken for each of them";
  EXPECT_LT(now - start, 26h);
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

class InviteByDigest : public Digest {
 protected:
  static std::string invite(std::string_view from, std::string_view fields) {
    return fmt::format(
        "INVITE sip:1002@dering SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1\r\n"
        "From: {};tag=a\r\nTo: <sip:1002@dering>\r\nCall-ID: i\r\n"
        "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\n{}Content-Length: 0\r\n\r\n",
        from, fields);
  }
  DigestDecision authorize(const std::string& text) {
    return registrar.authorize_digest(offered(desk(), *sip::Message::parse(text)), now);
  }
  /// Challenge and answer.
  DigestDecision signed_in(std::string_view from, const std::string& fields = {}) {
    const auto first = authorize(invite(from, fields));
    const std::string answer = authorization(std::get<Challenge>(first).values.front(),
                                             {.method = "INVITE", .uri = "sip:1002@dering"});
    return authorize(invite(from, fields + "Proxy-" + answer));
  }
};

TEST_F(InviteByDigest, AuthorizesOtherRequestsOfDeskPhones) {
  const auto decision = signed_in("<sip:1001@dering>");
  ASSERT_TRUE(std::holds_alternative<Allowed>(decision));
  EXPECT_EQ(std::get<Allowed>(decision).user->extension, "1001");
}

TEST_F(InviteByDigest, FR12WhoHidesIsKnownByTheCredentials) {
  for (const auto& [from, fields] :
       {std::pair{"\"Anonymous\" <sip:anonymous@anonymous.invalid>", ""},
        {"<sip:c8oqz84zk7z@anonymous.invalid>", ""},
        {"<sip:anonymous@dering>", ""},
        {"<sip:Anonymous@192.0.2.10>", "Privacy: id\r\n"},
        {"<sip:whatever@dering>", "Privacy: session; ID;critical\r\n"},
        {"<sip:1001@dering>", "Privacy: user\r\n"}}) {
    const auto decision = signed_in(from, fields);
    ASSERT_TRUE(std::holds_alternative<Allowed>(decision)) << from << fields;
    EXPECT_EQ(std::get<Allowed>(decision).user->extension, "1001");
  }
}

TEST_F(InviteByDigest, E6WhoDoesNotHideMayNotBeSomebodyElse) {
  for (const auto& [from, fields] : {std::pair{"<sip:1002@dering>", ""},
                                     {"<sip:1002@dering>", "Privacy: none\r\n"},
                                     {"<sip:whatever@dering>", "Privacy: session\r\n"}}) {
    const auto decision = signed_in(from, fields);
    ASSERT_TRUE(std::holds_alternative<Forbidden>(decision)) << from << fields;
    EXPECT_EQ(std::get<Forbidden>(decision).why, "not_the_user");
  }
}

TEST_F(InviteByDigest, EachDecisionSaysAWord) {
  const auto first = authorize(invite("<sip:1001@dering>", ""));
  EXPECT_EQ(std::get<Challenge>(first).why, "") << "to be challenged is no failure";
  const auto answered = [&](const Answer& answer) {
    return authorize(
        invite("<sip:1001@dering>",
               "Proxy-" + authorization(std::get<Challenge>(first).values.front(), answer)));
  };
  Answer answer{.method = "INVITE", .uri = "sip:1002@dering"};
  EXPECT_TRUE(std::holds_alternative<Allowed>(answered(answer)));
  EXPECT_EQ(std::get<Challenge>(answered(answer)).why, "stale");
  answer.password = "wrong";
  EXPECT_EQ(std::get<Challenge>(answered(answer)).why, "wrong_password");
}

}  // namespace
}  // namespace dering::registrar
