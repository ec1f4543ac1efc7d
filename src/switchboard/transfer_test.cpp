// SPDX-License-Identifier: Apache-2.0
//
// REFER through the whole switchboard: who may ask for it, how often, and where it leads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace dering::switchboard
