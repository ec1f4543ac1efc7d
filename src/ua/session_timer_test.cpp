// SPDX-License-Identifier: Apache-2.0
#include "ua/session_timer.h"

#include <gtest/gtest.h>

#include "sip/testing/sip_text.h"

namespace dering::ua {
namespace {

using namespace std::chrono_literals;
using Refresher = SessionTerms::Refresher;
using sip::testing::RequestText;

sip::Message with(std::string fields) {
  RequestText text;
  text.more = std::move(fields);
  return sip::testing::parsed(text);
}
SessionTerms answered(std::string fields, sip::Flow flow = sip::testing::udp_flow()) {
  return terms_in_answer(with(std::move(fields)), flow);
}
constexpr const char* timer = "Supported: timer\r\n";

TEST(SessionTimer, IP5_WhatTheCallerAsksForIsNeverMadeLonger) {
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 600\r\n").seconds, 600U);
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 90\r\n").seconds, 90U);
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 7200\r\n").seconds, session_seconds);
  EXPECT_EQ(answered(timer).seconds, session_seconds);
}

TEST(SessionTimer, IP5_TheRefresherThatTheCallerNamesStays) {
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 600;refresher=uac\r\n").refresher,
            Refresher::peer);
  EXPECT_EQ(answered(std::string(timer) + "x: 600 ; Refresher=UAC\r\n").refresher, Refresher::peer);
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 600;refresher=uas\r\n").refresher,
            Refresher::us);
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 600\r\n").refresher, Refresher::us);
  // Who knows no timers cannot refresh, whatever it says.
  EXPECT_EQ(answered("Session-Expires: 600;refresher=uac\r\n").refresher, Refresher::us);
}

TEST(SessionTimer, IP5_TheAnswerIsNotBelowTheCallersMinimum) {
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 3000\r\nMin-SE: 2400\r\n").seconds,
            2400U);
  // Nobody is relied on who would refresh once in years.
  const SessionTerms terms = answered(
      std::string(timer) + "Session-Expires: 4294967295;refresher=uac\r\nMin-SE: 4294967295\r\n");
  EXPECT_EQ(terms.refresher, Refresher::us);
  SessionTimer of_years;
  of_years.start(terms, Instant{});
  EXPECT_EQ(of_years.due(Instant{} + 900s), SessionTimer::Due::refresh);
}

TEST(SessionTimer, IP5_OnlyWhoUnderstandsTheRefusalIsToldThatItIsTooShort) {
  const sip::Flow phone = sip::testing::udp_flow();
  EXPECT_TRUE(asks_for_too_short_session(
      with(std::string(timer) + "Session-Expires: 89;refresher=uac\r\n"), phone));
  EXPECT_FALSE(
      asks_for_too_short_session(with(std::string(timer) + "Session-Expires: 90\r\n"), phone));
  EXPECT_FALSE(asks_for_too_short_session(with("Session-Expires: 30\r\n"), phone));
  EXPECT_FALSE(asks_for_too_short_session(with(std::string(timer) + "Session-Expires: 30\r\n"),
                                          sip::testing::wss_flow()));
  EXPECT_EQ(answered("Session-Expires: 30\r\n").seconds, min_session_seconds);
}

TEST(SessionTimer, ABrowserIsRefreshedByUsWhateverItAsksFor) {
  EXPECT_EQ(answered(std::string(timer) + "Session-Expires: 90;refresher=uac\r\n",
                     sip::testing::wss_flow()),
            SessionTerms{});
}

TEST(SessionTimer, WhatTheCalledPhoneAnswersHolds) {
  EXPECT_EQ(terms_answered(with("Session-Expires: 600;refresher=uac\r\n")),
            (SessionTerms{600, Refresher::us}));
  EXPECT_EQ(terms_answered(with("Session-Expires: 600;refresher=uas\r\n")),
            (SessionTerms{600, Refresher::peer}));
  EXPECT_EQ(terms_answered(with("Session-Expires: 99999999;refresher=uac\r\n")).seconds,
            session_seconds);
  EXPECT_EQ(terms_answered(with("")), SessionTerms{});
}

TEST(SessionTimer, WeRefreshAtHalfTimeAndGiveUpWhoShouldHaveShortlyBeforeTheEnd) {
  const Instant start = Instant{} + 1h;
  SessionTimer ours;
  ours.start({600, Refresher::us}, start);
  EXPECT_EQ(ours.due(start + 299s), SessionTimer::Due::nothing);
  EXPECT_EQ(ours.due(start + 300s), SessionTimer::Due::refresh);
  SessionTimer theirs;
  theirs.start({600, Refresher::peer}, start);
  EXPECT_EQ(theirs.due(start + 567s), SessionTimer::Due::nothing);
  EXPECT_EQ(theirs.due(start + 568s), SessionTimer::Due::expired);
  theirs.start({90, Refresher::peer}, start);
  EXPECT_EQ(theirs.next_deadline(), start + 60s);
}

}  // namespace
}  // namespace dering::ua
