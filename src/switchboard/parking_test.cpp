// SPDX-License-Identifier: Apache-2.0
//
// Parking through the whole switchboard: who is told of it, who may take the call, and what is
// left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using directory::ParkedCall;
using directory::ParkingChanged;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RequestText;
using testing::Sent;

class Parking : public testing::DeskWorld {
 protected:
  /// 1101 parks 1102, hears what became of it, and is gone.
  void parks() {
    const Talk call = talk();
    RequestText refer = in(call, "REFER");
    refer.more = "Refer-To: <sip:70@pbx.test>\r\n";
    receive(phone(1), refer.text());
    receive(phone(1), in(call, "BYE", 2).text());
    for (std::size_t heard = 0; heard < sent(Method::notify).size(); ++heard) {
      receive(phone(1), answer_text(sent(Method::notify).at(heard).message, 200));
    }
  }
  std::size_t places() const {
    for (const auto& table : switchboard.tables()) {
      if (table.name == "parking places") return table.size;
    }
    return 0;
  }
};

TEST_F(Parking, IsToldToWhoParkedAndOverForThemWhenSomebodyTakesTheCall) {
  parks();
  const auto told = all<ParkingChanged>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].extension, "1101");
  EXPECT_THAT(told[0].calls, ElementsAre(ParkedCall{"71", "1102", "Name 1102"}));
  EXPECT_EQ(switchboard.presence("1101"), directory::Presence::available);
  EXPECT_EQ(switchboard.presence("1102"), directory::Presence::in_call);
  out.clear();

  registers(4);  // who is nobody's colleague
  out.clear();
  dials(4, "71");
  const auto changed = all<ParkingChanged>();
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_THAT(changed[0].calls, IsEmpty());
  const Sent ok = take_final();
  EXPECT_EQ(ok.message.status(), 200);
  EXPECT_EQ(ok.to, phone(4));
  EXPECT_EQ(switchboard.presence("1104"), directory::Presence::in_call);
  EXPECT_EQ(places(), 0U);
  EXPECT_EQ(switchboard.counts().calls, 1U);
}

TEST_F(Parking, AnEmptyPlaceAndOneThatIsNoneAreToldApart) {
  registers(3);
  out.clear();
  dials(3, "71");
  Sent refused = take_final();
  EXPECT_EQ(refused.message.status(), 404);
  EXPECT_THAT(std::string(*refused.message.header(HeaderId::reason)), HasSubstr("nothing_parked"));
  dials(3, "80");
  refused = take_final();
  EXPECT_THAT(std::string(*refused.message.header(HeaderId::reason)), HasSubstr("unknown_number"));
}

TEST_F(Parking, LeavesNothingWhenTheSwitchboardStops) {
  parks();
  EXPECT_EQ(places(), 1U);
  feed(EndAllCalls{});
  EXPECT_EQ(places(), 0U);
}

TEST_F(Parking, ACallThatNobodyTakesOrAnswersEndsByItself) {
  parks();
  wait(60s);
  EXPECT_EQ(sent(Method::invite).back().to, phone(1));
  EXPECT_EQ(places(), 1U);
  wait(31s);
  EXPECT_EQ(places(), 0U);
  EXPECT_EQ(all<directory::SaveCallRecord>().back().record.outcome, "no_answer");
  wait(40s);
  EXPECT_EQ(switchboard.counts().calls, 0U);
  EXPECT_EQ(switchboard.counts().legs, 0U);
}

}  // namespace
}  // namespace dering::switchboard
