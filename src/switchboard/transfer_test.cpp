// SPDX-License-Identifier: Apache-2.0
//
// REFER through the whole switchboard: who may ask for it, how often, and where it leads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sip/message/transfer_fields.h"
#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using testing::RequestText;
using testing::Sent;

class Transfers : public testing::DeskWorld {
 protected:
  RequestText refer(const Talk& call, std::uint32_t later, const std::string& target) {
    RequestText text = in(call, "REFER", later);
    text.more = "Refer-To: " + target + "\r\n";
    return text;
  }
  int status_of(const RequestText& text) {
    out.clear();
    receive(phone(1), text.text());
    return take_final().message.status();
  }
};

TEST_F(Transfers, AnOwnNumberInAnySpellingIsRung) {
  registers(3);
  for (const char* target :
       {"<sip:1103@pbx.test>", "sip:1103@203.0.113.9", "<sip:1103@dering;user=phone>", "<tel:1103>",
        "\"Name\" <sip:11%303@pbx.test>"}) {
    const Talk call = talk();
    receive(phone(1), refer(call, 1, target).text());
    const auto rung = sent(Method::invite);
    ASSERT_EQ(rung.size(), 1U) << target;
    EXPECT_EQ(rung[0].to, phone(3)) << target;
    EXPECT_EQ(rung[0].message.from().uri.user, "1102") << target;
    feed(sip::Received{phone(1), sip::testing::parsed(in(call, "BYE", 2).text())});
    out.clear();
    receive(phone(3), answer_text(rung[0].message, 486, "busy"));
    wait(40s);  // 1101 is rung again and does not answer
    out.clear();
  }
}

TEST_F(Transfers, NobodyIsSentOutOfTheHouse) {
  const Talk call = talk();
  std::uint32_t later = 0;
  for (const char* target : {"<sip:1103@elsewhere.test>", "<sip:+4930123456@elsewhere.test>",
                             "<http://pbx.test/1103>", "<sip:elsewhere.test>"}) {
    EXPECT_EQ(status_of(refer(call, ++later, target)), 403) << target;
  }
  EXPECT_EQ(status_of(refer(call, ++later, "<sip:0815@pbx.test>")), 404);
  EXPECT_EQ(switchboard.counts().calls, 1U);
}

TEST_F(Transfers, AReferStormIsCountedAsCallsAreAndTheCallGoesOn) {
  const Talk call = talk();
  int refused = 0;
  const unsigned most = 2 * Settings{}.new_calls_per_minute;
  for (unsigned i = 1; i <= most; ++i) {
    const int status = status_of(refer(call, i, "<sip:0815@pbx.test>"));
    if (status == 503) ++refused;
  }
  EXPECT_GT(refused, 0);
  EXPECT_EQ(status_of(in(call, "OPTIONS", most + 1)), 200);
  pass(61s);
  EXPECT_EQ(status_of(refer(call, most + 2, "<sip:0815@pbx.test>")), 404);
}

TEST_F(Transfers, ADialogOfSomebodyElseIsNoConsultation) {
  registers(4);
  registers(5);
  const Talk call = talk();
  const RequestText other = dials(4, "1105");
  const Sent rung = take(Method::invite);
  receive(phone(5), answer_text(rung.message, 200, "callee", "<sip:1105@192.0.2.5:5060>",
                                feature::testing::desk_sdp));
  const Sent ok = take_final();
  const sip::Replaces names{other.call_id, std::string(ok.message.to().tag()), other.from_tag};
  EXPECT_EQ(status_of(refer(call, 1, sip::refer_to_value("sip:1105@pbx.test", names))), 404);
  EXPECT_EQ(switchboard.counts().calls, 2U);
}

// ---- A page that is sent on in another dialog ---------------------------------------------------

/// 1101 and 1102 have pages in a browser that stays with the keys of a connection.
class ReplacedDialogs : public Transfers {
 protected:
  static sip::Flow page(unsigned i) {
    return {sip::Transport::wss, *SocketAddress::from_text(fmt::format("192.0.2.{}", i), 40'000),
            10 + i};
  }
  static std::string contact(unsigned i) {
    return fmt::format("<sip:page{}@x.invalid;transport=ws>", i);
  }
  static std::string description(std::string sdp) {
    return sdp.replace(sdp.find("o=-"), 3, "o=mozilla...");
  }
  RequestText of_page(unsigned i, std::string method, std::string uri) {
    RequestText text = request(i, std::move(method), std::move(uri));
    text.transport = "WSS";
    text.contact = contact(i);
    return text;
  }
  void signs_in(unsigned i) {
    RequestText text = of_page(i, "REGISTER", "sip:dering");
    text.to = text.from;
    text.more = "Authorization: Bearer good\r\n";
    receive(page(i), text.text());
    identity::TokenClaims claims;
    claims.subject = "s" + extension(i);
    claims.roles = {identity::Role::user};
    claims.expires_at = 1'900'000'000;
    feed(identity::TokenJudged{all<identity::VerifyToken>().at(0).question, claims});
    ASSERT_EQ(take_final().message.status(), 200);
  }
  void answers(const Sent& invite, const std::string& tag) {
    std::string text = answer_text(invite.message, 200, tag, contact(2),
                                   description(feature::testing::browser_answer()));
    text.insert(text.find("\r\n") + 2, "Supported: replaces\r\n");
    receive(page(2), text);
  }
};

TEST_F(ReplacedDialogs, OnePersonIsOneLegToEverybodyWhoCounts) {
  signs_in(1);
  signs_in(2);
  registers(3);
  RequestText dialled = of_page(1, "INVITE", "sip:1102@dering");
  dialled.body = description(std::string(feature::testing::browser_sdp));
  dialled.more = "Supported: replaces\r\n";
  receive(page(1), dialled.text());
  const Sent rung = take(Method::invite);
  answers(rung, "first");
  RequestText refers = dialled;
  refers.to_tag = take_final().message.to().tag();
  refers.body.clear();
  refers.method = "ACK";
  refers.branch = new_branch();
  receive(page(1), refers.text());
  refers.method = "REFER";
  refers.branch = new_branch();
  refers.cseq += 1;
  refers.more = "Refer-To: <sip:1103@dering>\r\n";
  out.clear();
  receive(page(1), refers.text());

  const auto invites = sent(Method::invite);
  const auto replacing = std::ranges::find(invites, page(2), &Sent::to);
  const auto third = std::ranges::find(invites, phone(3), &Sent::to);
  ASSERT_TRUE(replacing != invites.end() && third != invites.end());
  const auto named = sip::replaces_of(replacing->message);
  ASSERT_TRUE(named);
  EXPECT_EQ(named->to_tag, "first");
  EXPECT_EQ(named->call_id, rung.message.call_id());
  EXPECT_EQ(replacing->message.request_uri(), "sip:page2@x.invalid;transport=ws");
  EXPECT_TRUE(all<directory::PresenceChanged>().empty()) << "1102 is in a call as before";
  EXPECT_EQ(switchboard.counts().calls, 2U);

  out.clear();
  answers(*replacing, "second");
  EXPECT_EQ(take(Method::bye).message.call_id(), rung.message.call_id());
  receive(phone(3), answer_text(third->message, 200, "third", "<sip:1103@192.0.2.3:5060>",
                                feature::testing::desk_sdp));
  EXPECT_EQ(switchboard.counts().calls, 2U) << "1101 is told goodbye";
  out.clear();
  feed(sip::FlowClosed{page(2)});
  wait(31s);
  const auto records = all<directory::SaveCallRecord>();
  ASSERT_EQ(records.size(), 1U);
  std::vector<std::string> people;
  for (const directory::CallStay& stay : records[0].record.stays) people.push_back(stay.person);
  EXPECT_THAT(people, ::testing::ElementsAre("1102", "1103"));
}

}  // namespace
}  // namespace dering::switchboard
