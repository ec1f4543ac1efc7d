// SPDX-License-Identifier: Apache-2.0
//
// A page that was loaded anew comes back into its call, or another tab of its browser does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feature/testing/transfers.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using Away = directory::LineChanged::Away;
using directory::LineChanged;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::browser_sdp;
using testing::Dialog;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Sent;
using testing::TransferTest;

/// Siti (1001) has a page, Budi (1002) a desk phone.
class Reentry : public TransferTest {
 protected:
  Reentry() {
    give_pages({"1001"});
    supported_ = "Supported: replaces\r\nAllow: INVITE, ACK, BYE, UPDATE\r\n";
  }
  void on_invite(sip::RequestArrived invite) override {
    const auto replaces = sip::replaces_of(invite.message);
    auto it = turn();
    const std::string caller(invite.message.from().uri.user);
    if (!replaces) {
      const std::string callee(sip::parse_uri(invite.message.request_uri())->user);
      return calls_.start({std::move(invite), {caller, {}}, instance_of(caller), callee},
                          dial({{callee, {}}, {{60s}}}), it);
    }
    const call::Leg* leg = calls_.leg_named(*replaces);
    if (!leg) return;
    calls_.take_place({std::move(invite), {caller, {}}, instance_of(caller), {}}, leg->id(), it);
  }
  static std::string instance_of(const std::string& person) { return "urn:uuid:" + person; }

  /// Siti's browser on this connection from now on: it answers what it is asked so.
  static sip::Flow page(std::uint16_t number) { return sip::testing::wss_flow(number); }

  /// It asks for the place of that dialog; an offer of its own.
  Dialog enters(const Dialog& old, const sip::Flow& from) {
    Dialog next{.flow = from,
                .call_id = "again" + std::to_string(++invites_) + "@page",
                .me = old.me,
                .my_tag = "again" + std::to_string(invites_),
                .you = old.you};
    RequestText invite = words(next, "INVITE", page_words(from, browser_sdp));
    invite.more = supported_ +
                  "Replaces: " + sip::replaces_value({old.call_id, old.your_tag, old.my_tag}) +
                  "\r\n";
    receive(from, invite.text());
    return next;
  }
  Dialog is_back(const Dialog& old, const sip::Flow& from) {
    Dialog next = enters(old, from);
    next.your_tag = std::string(take(200).message.to().tag());
    asks(next, "ACK");
    return next;
  }
  /// The old page is gone, and the new one on that connection knows nothing of it.
  void loads_anew(const Dialog& old, const sip::Flow& next) {
    close(old.flow);
    sent_.clear();
    move("1001", old.flow, next);
    const Sent refresh = take(Method::update);
    EXPECT_EQ(refresh.to, next);
    receive(next, answer_text(refresh.message, 404));
  }
  void falls_silent(std::uint32_t seconds) {
    media::v2::Event event;
    event.mutable_port_silent()->set_port(opened().front().port());
    event.mutable_port_silent()->set_seconds(seconds);
    tell_engine_event(event);
  }
  /// What who is told: "1002 unheard".
  std::vector<std::string> told_away() {
    std::vector<std::string> told;
    for (const LineChanged& line : std::exchange(out_.lines, {})) {
      if (!line.away) continue;
      const char* word = *line.away == Away::no          ? " is back"
                         : *line.away == Away::unreached ? " unreached"
                                                         : " unheard";
      told.push_back(line.extension + ": " + line.other + word);
    }
    return told;
  }
  void is_one_call_that_went_on() {
    ASSERT_EQ(out_.records.size(), 1U);
    EXPECT_EQ(out_.records[0].outcome, "answered");
    EXPECT_THAT(people(out_.records[0]),
                ElementsAre("1001 placed went_on", "1002 rung answered", "1001 went_on answered"));
    EXPECT_THAT(left_behind(), IsEmpty());
  }
};

TEST_F(Reentry, APageThatWasLoadedAnewGoesOnWithADeskPhone) {
  Talk call = talk("1001", "1002");
  loads_anew(call.caller, page(9));
  EXPECT_EQ(calls_.call_count(), 1U) << "it may come back";
  out_.commands.clear();
  Dialog again = is_back(call.caller, page(9));
  EXPECT_THAT(goodbyes(), IsEmpty()) << "nobody is there who could hear it";
  ASSERT_FALSE(joined().empty());
  EXPECT_TRUE(joined().back().hears() && joined().back().is_heard());
  asks(again, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  is_one_call_that_went_on();
}

TEST_F(Reentry, AnotherTabTakesOverAndTheOldOneIsToldThatItGoesOn) {
  Talk call = talk("1001", "1002");
  Dialog again = is_back(call.caller, page(9));
  const Sent bye = take(Method::bye);
  EXPECT_EQ(bye.to, call.caller.flow);
  EXPECT_THAT(std::string(*bye.message.header(HeaderId::reason)), HasSubstr("\"went_on\""));
  receive(bye.to, answer_text(bye.message, 200));
  asks(again, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  is_one_call_that_went_on();
}

TEST_F(Reentry, TheByeOfTheOldPageComesTooLateToEndTheCall) {
  Talk call = talk("1001", "1002");
  Dialog again = is_back(call.caller, page(9));
  asks(call.caller, "BYE");
  EXPECT_EQ(calls_.call_count(), 1U);
  EXPECT_EQ(calls_.own_calls_of("1002"), 1U);
  asks(again, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1001", "1002"));
  is_one_call_that_went_on();
}

TEST_F(Reentry, ComesAgainAndAgain) {
  Talk call = talk("1001", "1002");
  Dialog last = call.caller;
  for (std::uint16_t i = 9; i < 14; ++i) {
    loads_anew(last, page(i));
    last = is_back(last, page(i));
    EXPECT_EQ(calls_.leg_count(), 2U);
  }
  asks(last, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Reentry, TheSecondOneForTheSameDialogFindsNoCall) {
  Talk call = talk("1001", "1002");
  is_back(call.caller, page(9));
  sent_.clear();
  enters(call.caller, page(9));
  for (const Sent& sent : sent_) EXPECT_NE(sent.message.status(), 200);
  EXPECT_EQ(calls_.call_count(), 1U);
}

TEST_F(Reentry, TheOtherSideIsToldAfterThreeSecondsAndHearsMusicOnceNothingIsHeard) {
  Talk call = talk("1001", "1002");
  out_.commands.clear();
  close(call.caller.flow);
  pass(2900ms);
  EXPECT_THAT(told_away(), IsEmpty());
  pass(200ms);
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 unreached"));
  EXPECT_TRUE(started().empty()) << "the sound has a way of its own";
}

TEST_F(Reentry, MusicPlaysForAsLongAsNobodyIsThere) {
  Talk call = talk("1001", "1002");
  close(call.caller.flow);
  pass(5s);
  falls_silent(5);
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 unreached", "1002: 1001 unheard"));
  ASSERT_FALSE(started().empty());
  EXPECT_TRUE(started().back().has_play());
  out_.commands.clear();
  move("1001", call.caller.flow, page(9));
  is_back(call.caller, page(9));
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 is back"));
  ASSERT_FALSE(joined().empty());
  EXPECT_TRUE(joined().back().hears() && joined().back().is_heard());
}

TEST_F(Reentry, APageThatIsNotHeardIsAwayThoughNothingSaysThatItsConnectionIsGone) {
  Talk call = talk("1001", "1002");
  pass(5s);
  falls_silent(5);
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 unheard"));
  ASSERT_FALSE(started().empty());
  EXPECT_TRUE(started().back().has_play());
  media::v2::Event event;
  event.mutable_port_connected()->set_port(opened().front().port());
  tell_engine_event(event);
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 is back"));
}

TEST_F(Reentry, ADeskPhoneThatIsNotHeardMayHaveNothingToSay) {
  Talk call = talk("1001", "1002");
  pass(5s);
  media::v2::Event event;
  event.mutable_port_silent()->set_port(opened().back().port());
  event.mutable_port_silent()->set_seconds(5);
  tell_engine_event(event);
  EXPECT_THAT(told_away(), IsEmpty());
}

TEST_F(Reentry, AConnectionThatIsBackIsToldAsWell) {
  Talk call = talk("1001", "1002");
  close(call.caller.flow);
  pass(4s);
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 unreached"));
  sent_.clear();
  move("1001", call.caller.flow, page(9));
  EXPECT_THAT(told_away(), IsEmpty()) << "not before it has said that it knows the call";
  receive(page(9), answer_text(take(Method::update).message, 200));
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 is back"));
}

TEST_F(Reentry, ABlinkIsToldToNobody) {
  Talk call = talk("1001", "1002");
  loads_anew(call.caller, page(9));
  is_back(call.caller, page(9));
  pass(10s);
  EXPECT_THAT(told_away(), IsEmpty());
}

TEST_F(Reentry, APageThatNeverComesBackIsLostAfterItsTime) {
  Talk call = talk("1001", "1002");
  pass(10s);
  loads_anew(call.caller, page(9));
  falls_silent(5);
  pass(24s);
  EXPECT_EQ(calls_.call_count(), 1U);
  pass(2s);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 lost"));
  goodbyes();
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Reentry, ABrowserThatWasClosedIsLostThirtySecondsLaterThoughNothingIsHeard) {
  Talk call = talk("1001", "1002");
  pass(10s);
  close(call.caller.flow);
  falls_silent(5);
  pass(29s);
  EXPECT_EQ(calls_.call_count(), 1U);
  pass(2s);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 lost"));
}

TEST_F(Reentry, APageThatSaysThatItLeavesIsLostTenSecondsLater) {
  Talk call = talk("1001", "1002");
  close(call.caller.flow, sip::FlowEnd::left);
  pass(9s);
  EXPECT_EQ(calls_.call_count(), 1U);
  EXPECT_THAT(told_away(), ElementsAre("1002: 1001 unreached"));
  pass(2s);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 lost"));
  EXPECT_THAT(goodbyes(), ::testing::Contains("1002"));
}

TEST_F(Reentry, OneThatIsThereWithinTenSecondsHasTimeForTheQuestionOfItsBrowser) {
  Talk call = talk("1001", "1002");
  close(call.caller.flow, sip::FlowEnd::left);
  pass(9s);
  sent_.clear();
  move("1001", call.caller.flow, page(9));
  receive(page(9), answer_text(take(Method::update).message, 404));
  pass(24s);
  Dialog again = is_back(call.caller, page(9));
  asks(again, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  is_one_call_that_went_on();
}

TEST_F(Reentry, AConnectionThatComesBackAndIsLostLaterHasItsThirtySeconds) {
  Talk call = talk("1001", "1002");
  close(call.caller.flow, sip::FlowEnd::left);
  move("1001", call.caller.flow, page(9));
  receive(page(9), answer_text(take(Method::update).message, 200));
  close(page(9));
  pass(29s);
  EXPECT_EQ(calls_.call_count(), 1U);
  pass(2s);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 lost"));
}

TEST_F(Reentry, WhoGivesUpInTheNewPageEndsTheCallInTheDialogThatWas) {
  Talk call = talk("1001", "1002");
  loads_anew(call.caller, page(9));
  Dialog farewell = call.caller;
  farewell.flow = page(9);
  farewell.cseq = 2'147'483'646;
  asks(farewell, "BYE");
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 answered"));
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Reentry, ADeskPhoneOfWhichNeitherConnectionNorSoundIsLeftIsLostAtOnce) {
  phones_.of["1002"][0].flow.transport = sip::Transport::tcp;
  Talk call = talk("1001", "1002");
  pass(10s);
  close(call.callee.flow);
  media::v2::Event event;
  event.mutable_port_silent()->set_port(opened().back().port());
  event.mutable_port_silent()->set_seconds(5);
  tell_engine_event(event);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 lost"));
}

TEST_F(Reentry, WhoseCallIsOverMeanwhileFindsNone) {
  Talk call = talk("1001", "1002");
  loads_anew(call.caller, page(9));
  asks(call.callee, "BYE");
  EXPECT_EQ(calls_.leg_count(), 0U);
  EXPECT_EQ(calls_.leg_named({call.caller.call_id, call.caller.your_tag, call.caller.my_tag}),
            nullptr);
}

TEST_F(Reentry, WhoIsHeldHearsMusicInTheNewPageToo) {
  Talk call = talk("1001", "1002");
  RequestText hold =
      words(call.callee, "INVITE", std::string(testing::desk_sdp) + "a=sendonly\r\n");
  hold.cseq = ++call.callee.cseq;
  receive(call.callee.flow, hold.text());
  out_.commands.clear();
  loads_anew(call.caller, page(9));
  is_back(call.caller, page(9));
  ASSERT_FALSE(started().empty());
  EXPECT_TRUE(started().back().has_play());
}

// ---- Between pages

/// Ayu (1003) has a page too.
class SealedReentry : public Reentry, public ::testing::WithParamInterface<bool> {
 protected:
  SealedReentry() {
    give_pages({"1001", "1003"});
    if (GetParam()) firefoxes_.insert("1003");
  }
};
INSTANTIATE_TEST_SUITE_P(, SealedReentry, ::testing::Bool(),
                         [](const auto& param) { return param.param ? "Firefox" : "Chromium"; });

TEST_P(SealedReentry, EndsAtTheEngineAndTheOtherPageIsOfferedThatInItsDialogOrAnother) {
  Talk call = talk("1001", "1003");
  loads_anew(call.caller, page(9));
  Dialog again = enters(call.caller, page(9));
  const Sent ok = take(200);
  EXPECT_EQ(ok.to, page(9));
  EXPECT_EQ(*ok.message.header("X-Dering-Media"), "terminated;reason=transfer");
  again.your_tag = std::string(ok.message.to().tag());
  asks(again, "ACK");
  const Sent offer = take(Method::invite);
  EXPECT_EQ(offer.to, call.callee.flow);
  EXPECT_EQ(offer.message.count(HeaderId::replaces) > 0, GetParam());
  receive(offer.to, answer_text(offer.message, 200, GetParam() ? "new" : std::string_view(),
                                "<sip:x@192.0.2.1>", page_answer(offer.to)));
  pass(1s);
  bool both = false;
  for (const auto& join : joined()) both = join.hears() && join.is_heard();
  EXPECT_TRUE(both);
  EXPECT_EQ(calls_.call_count(), 1U);
  asks(again, "BYE");
  goodbyes();
  ASSERT_EQ(out_.records.size(), 1U);
  EXPECT_THAT(people(out_.records[0]),
              ElementsAre("1001 placed went_on", "1003 rung answered", "1001 went_on answered"));
}

TEST_P(SealedReentry, ASealedPeerIsToldAndPlaysItsOwnTune) {
  Talk call = talk("1001", "1003");
  out_.commands.clear();
  close(call.caller.flow);
  pass(6s);
  EXPECT_THAT(told_away(), ElementsAre("1003: 1001 unreached"));
  EXPECT_TRUE(started().empty()) << "the engine has no key";
}

TEST_P(SealedReentry, BothMayBeLoadedAnewAtOnce) {
  Talk call = talk("1001", "1003");
  loads_anew(call.caller, page(9));
  close(call.callee.flow);
  Dialog siti = is_back(call.caller, page(9));
  sent_.clear();
  move("1003", call.callee.flow, page(8));
  // Whatever the new page is asked, it knows of no call.
  while (!sent_.empty()) {
    const Sent asked = take();
    if (asked.to != page(8) || !asked.message.is_request()) continue;
    receive(asked.to, answer_text(asked.message, 404));
  }
  EXPECT_EQ(calls_.call_count(), 1U);
  Dialog ayu = is_back(call.callee, page(8));
  pass(1s);
  bool both = false;
  for (const auto& join : joined()) both = join.hears() && join.is_heard();
  EXPECT_TRUE(both);
  asks(ayu, "BYE");
  EXPECT_THAT(outcomes(), ElementsAre("1001 1003 answered"));
}

// ---- While somebody is sent on

TEST_F(Reentry, WhoHasJustSentTheOtherOneOnHasNoCallToComeBackInto) {
  give_pages({"1001"});
  Talk call = talk("1001", "1002");
  const Sent rung = sends_on(call.caller);
  says(rung, 180, "1003");
  loads_anew(call.caller, page(9));
  sent_.clear();
  enters(call.caller, page(9));
  for (const Sent& sent : sent_) EXPECT_NE(sent.message.status(), 200);
  says(rung, 200, "1003");
  EXPECT_EQ(calls_.own_calls_of("1002"), 1U);
  EXPECT_EQ(calls_.own_calls_of("1003"), 1U);
}

TEST_F(Reentry, WhoIsSentOnMayBeLoadedAnewMeanwhile) {
  Talk call = talk("1001", "1002");
  const Sent rung = sends_on(call.callee);
  says(rung, 180, "1003");
  loads_anew(call.caller, page(9));
  says(rung, 200, "1003");
  Dialog again = is_back(call.caller, page(9));
  pass(1s);
  EXPECT_EQ(calls_.own_calls_of("1003"), 1U);
  asks(again, "BYE");
  EXPECT_EQ(calls_.own_calls_of("1003"), 0U);
}

}  // namespace
}  // namespace dering::feature
