// SPDX-License-Identifier: Apache-2.0
#include "ua/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "ua/testing/subscription_ground.h"

namespace dering::ua {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using Due = Subscription::Due;
using Reason = Subscription::Reason;
using State = Subscription::State;

class SubscriptionTest : public ::testing::Test, public testing::SubscriptionGround {
 protected:
  static sip::SubscriptionState told(const sip::Message& notify) {
    return sip::subscription_state_of(notify).value();
  }
};

TEST_F(SubscriptionTest, IsAnsweredWithItsTimeAndToldTheWholeStateAtOnce) {
  auto subscription = subscribe(600);
  const auto response = last_response();
  EXPECT_EQ(response->status(), 200);
  EXPECT_EQ(response->header(HeaderId::expires), "600");
  EXPECT_TRUE(response->header(HeaderId::contact));
  EXPECT_EQ(response->to().tag(), subscription.local_tag());
  EXPECT_EQ(subscription.due(turn.now), Due::everything);
  const auto told_first = notify(subscription);
  EXPECT_EQ(told_first->method(), sip::Method::notify);
  EXPECT_EQ(told_first->request_uri(), "sip:1001@192.0.2.1:5060");
  EXPECT_EQ(told_first->header(HeaderId::event), "dialog");
  EXPECT_EQ(told(*told_first), (sip::SubscriptionState{.expires = 600}));
  EXPECT_EQ(told_first->body(), "<x/>");
  answer(subscription, 200);
  EXPECT_EQ(subscription.due(turn.now), Due::nothing);
}

TEST_F(SubscriptionTest, SaysOneNotifyAtATimeAndTellsTheNewestStateNext) {
  auto subscription = subscribe(600);
  notify(subscription);
  for (int i = 0; i < 5; ++i) subscription.on_changed();
  EXPECT_EQ(subscription.due(turn.now), Due::nothing) << "one is under way";
  answer(subscription, 200);
  EXPECT_EQ(subscription.due(turn.now), Due::changes);
  notify(subscription);
  answer(subscription, 200);
  EXPECT_EQ(subscription.due(turn.now), Due::nothing) << "five changes are told by one";
  EXPECT_EQ(subscription.version(), 2U);
}

TEST_F(SubscriptionTest, IsProlongedByARefreshAndToldEverythingAgain) {
  auto subscription = subscribe(600);
  notify(subscription);
  answer(subscription, 200);
  turn.now += 500s;
  refresh(subscription, 600);
  EXPECT_EQ(last_response()->status(), 200);
  EXPECT_EQ(subscription.due(turn.now), Due::everything);
  turn.now += 500s;
  subscription.on_time(turn.now);
  EXPECT_EQ(subscription.state(), State::active);
}

TEST_F(SubscriptionTest, EndsWithANotifyThatSaysWhyWhenItsTimeIsUp) {
  auto subscription = subscribe(60);
  notify(subscription);
  answer(subscription, 200);
  EXPECT_EQ(subscription.next_deadline(), turn.now + 60s);
  turn.now += 60s;
  subscription.on_time(turn.now);
  EXPECT_EQ(subscription.state(), State::ending);
  EXPECT_EQ(told(*notify(subscription)),
            (sip::SubscriptionState{sip::SubscriptionState::Value::terminated, Reason::timeout}));
  EXPECT_FALSE(subscription.is_over());
  answer(subscription, 200);
  EXPECT_TRUE(subscription.is_over());
}

TEST_F(SubscriptionTest, TellsTheStateOnceForExpiresZero) {
  auto subscription = subscribe(0);
  EXPECT_EQ(last_response()->header(HeaderId::expires), "0");
  const auto only = notify(subscription);
  EXPECT_EQ(told(*only).value, sip::SubscriptionState::Value::terminated);
  EXPECT_EQ(only->body(), "<x/>");
  answer(subscription, 200);
  EXPECT_TRUE(subscription.is_over());
}

TEST_F(SubscriptionTest, IsEndedByTheOneWhoMadeItEvenWhileANotifyIsUnderWay) {
  auto subscription = subscribe(600);
  notify(subscription);
  refresh(subscription, 0);
  EXPECT_EQ(last_response()->status(), 200);
  EXPECT_EQ(subscription.due(turn.now), Due::nothing);
  answer(subscription, 200);
  EXPECT_EQ(told(*notify(subscription)).reason, Reason::timeout);
  answer(subscription, 200);
  EXPECT_TRUE(subscription.is_over());
}

TEST_F(SubscriptionTest, IsGoneWhenThePhoneDoesNotKnowItOrDoesNotAnswer) {
  for (const int status : {404, 481, 489, 603, 302, 415}) {
    auto subscription = subscribe(600);
    notify(subscription);
    answer(subscription, status);
    EXPECT_TRUE(subscription.is_over()) << status;
  }
  auto silent = subscribe(600);
  notify(silent);
  silent.on_failed(sip::RequestFailed::Reason::timeout);
  EXPECT_TRUE(silent.is_over());
}

TEST_F(SubscriptionTest, LeavesAPhoneAloneThatHasNoRoomNow) {
  auto subscription = subscribe(600);
  notify(subscription);
  answer(subscription, 503, "Retry-After: 20\r\n");
  EXPECT_EQ(subscription.state(), State::active);
  EXPECT_EQ(subscription.due(turn.now), Due::nothing);
  EXPECT_EQ(subscription.next_deadline(), turn.now + 20s);
  turn.now += 20s;
  subscription.on_time(turn.now);
  EXPECT_EQ(subscription.due(turn.now), Due::everything) << "what was not taken is told again";
}

TEST_F(SubscriptionTest, IsNotKeptQuietForLongerThanAMinute) {
  auto subscription = subscribe(600);
  notify(subscription);
  answer(subscription, 503, "Retry-After: 4294967295\r\n");
  EXPECT_EQ(subscription.next_deadline(), turn.now + 60s);
}

TEST_F(SubscriptionTest, WaitsForAPhoneThatLostItsConnectionAndTellsEverythingWhenItIsBack) {
  auto subscription = subscribe(600);
  notify(subscription);
  answer(subscription, 200);
  subscription.on_flow_closed();
  subscription.on_changed();
  EXPECT_EQ(subscription.due(turn.now), Due::nothing);
  subscription.on_flow_moved(sip::testing::tcp_flow(7));
  EXPECT_EQ(subscription.due(turn.now), Due::everything);
  EXPECT_EQ(subscription.flow(), sip::testing::tcp_flow(7));
}

TEST_F(SubscriptionTest, SaysANotifyAgainWhereThePhoneHasGoneMeanwhile) {
  auto subscription = subscribe(600);
  notify(subscription);
  subscription.on_flow_moved(sip::testing::udp_flow(5070));
  EXPECT_EQ(subscription.due(turn.now), Due::everything);
}

TEST_F(SubscriptionTest, OfAPhoneThatDoesNotComeBackEndsInSilence) {
  auto subscription = subscribe(600);
  subscription.on_flow_closed();
  turn.now += 600s;
  subscription.on_time(turn.now);
  EXPECT_TRUE(subscription.is_over());
}

TEST_F(SubscriptionTest, RefusesARefreshThatIsOlderThanTheLastOne) {
  auto subscription = subscribe(600);
  cseq = 0;
  refresh(subscription, 0);
  EXPECT_EQ(last_response()->status(), 500);
  EXPECT_EQ(subscription.state(), State::active);
}

TEST_F(SubscriptionTest, DoesNotComeBackToLifeByARefreshAfterItsEnd) {
  auto subscription = subscribe(600);
  subscription.end(Reason::noresource);
  refresh(subscription, 600);
  EXPECT_EQ(last_response()->status(), 481);
  EXPECT_EQ(told(*notify(subscription)).reason, Reason::noresource);
}

// Each state with each event: what becomes of it is a row.
enum class Heard { change, end, closed, moved, taken, refused, nothing, time };

State after(testing::SubscriptionGround& ground, Subscription& subscription, Heard what) {
  switch (what) {
    case Heard::change:
      subscription.on_changed();
      break;
    case Heard::end:
      subscription.end(Reason::deactivated);
      break;
    case Heard::closed:
      subscription.on_flow_closed();
      break;
    case Heard::moved:
      subscription.on_flow_moved(sip::testing::udp_flow(5070));
      break;
    case Heard::taken:
      ground.answer(subscription, 200);
      break;
    case Heard::refused:
      ground.answer(subscription, 481);
      break;
    case Heard::nothing:
      subscription.on_failed(sip::RequestFailed::Reason::timeout);
      break;
    case Heard::time:
      subscription.on_time(ground.turn.now + 601s);
      break;
  }
  return subscription.state();
}

TEST(States, OfASubscriptionEachMeetsEachEvent) {
  using enum State;
  struct Row {
    State from;
    std::array<State, 8> becomes;  ///< for each of Heard
  };
  const std::array rows{
      Row{active, {active, ending, away, active, active, over, over, ending}},
      Row{away, {away, over, over, active, away, away, over, over}},
      Row{ending, {ending, ending, over, ending, over, over, over, ending}},
      Row{over, {over, over, over, over, over, over, over, over}},
  };
  for (const Row& row : rows) {
    for (std::size_t event = 0; event < row.becomes.size(); ++event) {
      testing::SubscriptionGround ground;
      auto subscription = ground.subscribe(600);
      if (row.from == ending) subscription.end(Reason::deactivated);
      ground.notify(subscription);
      if (row.from == away || row.from == over) subscription.on_flow_closed();
      if (row.from == over) subscription.on_flow_closed();
      ASSERT_EQ(subscription.state(), row.from);
      EXPECT_EQ(after(ground, subscription, static_cast<Heard>(event)), row.becomes[event])
          << "state " << static_cast<int>(row.from) << " event " << event;
    }
  }
}

}  // namespace
}  // namespace dering::ua
