// SPDX-License-Identifier: Apache-2.0
#include "registrar/told.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using identity::TokenRefusal;
using refusal::Reason;
using refusal::Refusal;
using ::testing::IsEmpty;
using testing::Register;
using ::testing::SizeIs;

class Told : public testing::World {
 protected:
  void answer_token(TokenRefusal refused) {
    send(browser(1), with_token(of_browser()).text());
    registrar.on_token_verdict(last<VerifyToken>().question, std::unexpected(refused), now, out);
  }
};

TEST_F(Told, AChallengeIsNoRefusalAndNeitherIsASignIn) {
  send(desk(), Register{}.text());
  EXPECT_EQ(status(), 401);
  sign_in_by_digest(desk(), {});
  EXPECT_EQ(status(), 200);
  send(browser(1), of_browser().text());
  EXPECT_EQ(status(), 401);
  sign_in(browser(2), of_browser());
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(all<Refusal>(), IsEmpty());
}

// AT11
TEST_F(Told, AWrongPasswordIsToldWithTheNameOfTheCredentialsAndItsSource) {
  sign_in_by_digest(desk(), {}, {.password = "another"});
  const auto told = all<Refusal>();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].reason, Reason::wrong_password);
  EXPECT_EQ(told[0].what, refusal::What::registration);
  EXPECT_EQ(told[0].transport, refusal::Transport::udp);
  EXPECT_EQ(told[0].name, "1001");
  EXPECT_EQ(told[0].source, desk().remote);
  EXPECT_TRUE(told[0].is_known_name);
  EXPECT_TRUE(told[0].is_proven) << "it answered a challenge that only that address got";
}

TEST_F(Told, AnUnknownDeviceIsToldAsSuchThoughItIsAnsweredLikeAnyOther) {
  sign_in_by_digest(desk(), {}, {.username = "nobody"});
  ASSERT_THAT(all<Refusal>(), SizeIs(1));
  EXPECT_EQ(last<Refusal>().reason, Reason::unknown_name);
  EXPECT_FALSE(last<Refusal>().is_known_name);
}

// E8: anybody can write an address into a datagram.
TEST_F(Told, CredentialsForANonceThatIsNotOursAreNoFailureOfThatAddress) {
  Register request;
  request.fields = authorization("nonce=\"0123456789abcdef\"", {.password = "another"});
  send(desk(), request.text());
  EXPECT_EQ(status(), 401);
  EXPECT_THAT(all<Refusal>(), IsEmpty());
}

// E8: whether the answer was right was not looked at, so nobody has shown where they are.
TEST_F(Told, APausedNameProvesItsAddressByAConnectionAndNotByADatagram) {
  const sip::Flow tcp{sip::Transport::tcp, desk().remote, 9};
  for (int i = 0; i < 5; ++i) sign_in_by_digest(desk(), {}, {.password = "another"});
  for (const sip::Flow& flow : {desk(), tcp}) {
    sign_in_by_digest(flow, {});
    EXPECT_EQ(last<Refusal>().reason, Reason::paused);
    EXPECT_EQ(last<Refusal>().is_proven, flow == tcp);
  }
}

TEST_F(Told, WhoSpeaksForAnotherUserWithARightPasswordIsNotAllowed) {
  sign_in_by_digest(desk(), {.aor = "1003", .from = "1003"}, {.username = "1001"});
  EXPECT_EQ(status(), 403);
  ASSERT_THAT(all<Refusal>(), SizeIs(1));
  EXPECT_EQ(last<Refusal>().reason, Reason::not_allowed);
}

TEST_F(Told, TokensAreToldByWhatIsWrongWithThem) {
  const std::pair<TokenRefusal, Reason> pairs[] = {
      {TokenRefusal::not_valid, Reason::bad_token},
      {TokenRefusal::foreign, Reason::foreign_token},
      {TokenRefusal::expired, Reason::expired_token},
      {TokenRefusal::not_allowed, Reason::not_allowed}};
  for (const auto& [refused, reason] : pairs) {
    answer_token(refused);
    EXPECT_EQ(last<Refusal>().reason, reason);
    EXPECT_EQ(last<Refusal>().transport, refusal::Transport::wss);
    EXPECT_TRUE(last<Refusal>().is_proven);
    EXPECT_EQ(status(), refused == TokenRefusal::not_allowed ? 403 : 401);
  }
}

TEST_F(Told, ALongNameIsCut) {
  sign_in_by_digest(desk(), {}, {.username = std::string(200, 'x')});
  EXPECT_THAT(last<Refusal>().name, SizeIs(refusal::longest_name));
}

}  // namespace
}  // namespace dering::registrar
