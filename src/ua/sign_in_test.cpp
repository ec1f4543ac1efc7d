// SPDX-License-Identifier: Apache-2.0
//
// Challenges to requests of a call: answered to the trunk of the call, and to nobody else
// (hostile-input E1).
#include "ua/sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ua/testing/dialogs.h"

namespace dering::ua {
namespace {

using sip::Method;
using testing::contact;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::sdp;
using testing::WithPhone;

constexpr std::string_view realm = "provider.example";

std::string challenge_field(std::string_view name, std::string_view nonce,
                            std::string_view in = realm, std::string_view more = {}) {
  return std::string(name) + ": Digest realm=\"" + std::string(in) + "\", nonce=\"" +
         std::string(nonce) + "\", qop=\"auth\", algorithm=MD5" + std::string(more) + "\r\n";
}
std::string asked(std::string_view nonce, std::string_view in = realm, std::string_view more = {}) {
  return challenge_field("WWW-Authenticate", nonce, in, more);
}

/// A call to a trunk at which we have an account, or to a phone, of which nobody has one.
class CallOut : public WithPhone, public ::testing::Test {
 protected:
  void begin(bool has_account = true) {
    Target target{"sip:0812@192.0.2.1:5060", flow, {}, {}};
    if (has_account)
      target.account = std::make_shared<const trunk::Account>(
          trunk::Account{"dering", "geheim", std::string(realm)});
    peer.emplace(LegId{1}, target, "1001", turn);
    invitation.emplace(LegId{1}, Invitation{"<sip:1001@pbx.test>;tag=" + peer->local_tag(),
                                            "<sip:0812@provider.example>", std::string(sdp)});
    invitation->send(*peer, turn);
  }
  sip::Message last(Method method) const { return *sent(method); }
  /// A response to the last request of that method, with fields of one's own.
  std::optional<sip::ResponseArrived> response(Method method, int status,
                                               std::string_view fields = {},
                                               std::string_view body = {}) {
    std::string text = sip::testing::answer_text(last(method), status, "b", contact, body);
    text.insert(text.find("\r\n") + 2, fields);
    endpoint.on_message(from.value_or(flow), sip::testing::parsed(text), turn.now, said);
    return take<sip::ResponseArrived>();
  }
  ClientInvitation::Event hear(int status, std::string_view fields = {},
                               std::string_view body = {}) {
    const auto arrived = response(Method::invite, status, fields, body);
    return arrived ? invitation->on_response(*peer, *arrived, turn) : ClientInvitation::Event::none;
  }
  std::string authorization(Method method = Method::invite) const {
    return std::string(last(method).header("Authorization").value_or(""));
  }
  void talk() {
    const auto arrived = response(Method::invite, 200, {}, sdp);
    ASSERT_EQ(invitation->on_response(*peer, *arrived, turn), ClientInvitation::Event::answered);
    usage.emplace(LegId{1},
                  InviteUsage::Start{invitation->terms(), arrived->message, std::string(sdp)},
                  turn.now);
  }
  void tell_usage(Method method, int status, std::string_view fields = {},
                  std::string_view body = {}) {
    const auto arrived = response(method, status, fields, body);
    if (arrived) usage->on_response(*peer, *arrived, turn);
  }

  std::optional<sip::Flow> from;
  std::optional<Peer> peer;
  std::optional<ClientInvitation> invitation;
  std::optional<InviteUsage> usage;
};

TEST_F(CallOut, IsSaidAgainWithCredentialsWhereTheTrunkAsks) {
  begin();
  EXPECT_EQ(authorization(), "");
  const auto first = last(Method::invite);
  EXPECT_EQ(hear(401, asked("n1")), ClientInvitation::Event::none);
  EXPECT_TRUE(sent(Method::ack)) << "a 401 is acknowledged as any other final response";
  const auto second = last(Method::invite);
  EXPECT_THAT(authorization(), HasSubstr("username=\"dering\", realm=\"provider.example\", "
                                         "nonce=\"n1\", uri=\"sip:0812@192.0.2.1:5060\""));
  EXPECT_THAT(authorization(), Not(HasSubstr("geheim")));
  EXPECT_EQ(second.cseq().number, first.cseq().number + 1);
  EXPECT_EQ(second.call_id(), first.call_id());
  EXPECT_EQ(second.from().tag(), first.from().tag());
  EXPECT_EQ(second.body(), sdp);
  EXPECT_EQ(hear(180), ClientInvitation::Event::ringing);
  talk();
}

TEST_F(CallOut, AnswersAProxyAndTheServerBehindIt) {
  begin();
  hear(407, challenge_field("Proxy-Authenticate", "p1"));
  hear(401, asked("n1"));
  EXPECT_THAT(authorization(), HasSubstr("n1"));
  EXPECT_THAT(last(Method::invite).header("Proxy-Authorization").value_or(""), HasSubstr("p1"));
}

TEST_F(CallOut, TakesOnlyANonceThatIsStaleForARightPassword) {
  begin();
  hear(401, asked("n1"));
  EXPECT_EQ(hear(401, asked("n2", realm, ", stale=true")), ClientInvitation::Event::none);
  EXPECT_THAT(authorization(), HasSubstr("n2"));
  EXPECT_EQ(hear(401, asked("n3")), ClientInvitation::Event::failed);
  EXPECT_EQ(invitation->failure().unanswered, trunk::NoAnswer::wrong_password);
}

TEST_F(CallOut, GivesUpOnWhoAsksForEver) {
  begin();
  std::size_t answers = 0;
  while (hear(401, asked("n" + std::to_string(answers), realm, ", stale=true")) ==
         ClientInvitation::Event::none) {
    ASSERT_LT(++answers, 20U);
  }
  EXPECT_EQ(answers, SignIn::most_answers);
}

TEST_F(CallOut, TellsNothingToAnotherRealm) {
  begin();
  EXPECT_EQ(hear(401, asked("n1", "elsewhere.example")), ClientInvitation::Event::failed);
  EXPECT_EQ(authorization(), "");
  EXPECT_EQ(invitation->failure().unanswered, trunk::NoAnswer::other_realm);
}

TEST_F(CallOut, TellsNothingToWhoAnswersInTheTrunksPlace) {
  begin();
  from = sip::Flow{sip::Transport::udp, *SocketAddress::from_text("203.0.113.66", 5060), 0};
  hear(401, asked("n1"));
  EXPECT_EQ(authorization(), "");
}

TEST_F(CallOut, TellsNothingToAPhoneThatAsksInTheTrunksRealm) {
  begin(false);
  EXPECT_EQ(hear(407, challenge_field("Proxy-Authenticate", "n1")),
            ClientInvitation::Event::failed);
  EXPECT_EQ(last(Method::invite).header("Proxy-Authorization"), std::nullopt);
}

TEST_F(CallOut, IsNotSaidAgainOnceItIsCancelled) {
  begin();
  hear(180);
  invitation->cancel("SIP;cause=487", turn);
  EXPECT_EQ(hear(401, asked("n1")), ClientInvitation::Event::failed);
  EXPECT_EQ(authorization(), "");
}

TEST_F(CallOut, SignsInWhereALaterOfferOrTheByeIsAskedFor) {
  begin();
  talk();
  const std::string later(sdp);
  usage->offer(*peer, later, turn);
  tell_usage(Method::invite, 401, asked("n7"));
  EXPECT_THAT(authorization(), HasSubstr("n7"));
  EXPECT_THAT(authorization(), HasSubstr("uri=\"sip:1002@192.0.2.1:5060\""))
      << "the URI of a request in a dialog is the remote target";
  EXPECT_EQ(last(Method::invite).body(), later);
  tell_usage(Method::invite, 200, {}, sdp);
  const auto outcome = usage->take_passed_on();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, 200);

  usage->hang_up(*peer, "SIP;cause=200", turn);
  tell_usage(Method::bye, 407, challenge_field("Proxy-Authenticate", "n8"));
  EXPECT_EQ(usage->state(), InviteUsage::State::ending);
  EXPECT_THAT(last(Method::bye).header("Proxy-Authorization").value_or(""), HasSubstr("n8"));
  EXPECT_EQ(last(Method::bye).header("Reason"), "SIP;cause=200");
  tell_usage(Method::bye, 200);
  EXPECT_EQ(usage->state(), InviteUsage::State::ended);
}

TEST_F(CallOut, TellsNothingToAPhoneThatAsksForItsBye) {
  begin(false);
  talk();
  usage->hang_up(*peer, "SIP;cause=200", turn);
  tell_usage(Method::bye, 401, asked("n1"));
  EXPECT_EQ(authorization(Method::bye), "");
  EXPECT_EQ(usage->state(), InviteUsage::State::ended);
}

}  // namespace
}  // namespace dering::ua
