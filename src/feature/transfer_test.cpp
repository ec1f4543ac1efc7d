// SPDX-License-Identifier: Apache-2.0
#include "feature/transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "feature/testing/transfers.h"

namespace dering::feature {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using testing::browser_answer;
using testing::browser_sdp;
using testing::desk_sdp;
using testing::Dialog;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Sent;
using ::testing::StartsWith;
using testing::TransferTest;

class BritishTones : public TransferTest {
 protected:
  BritishTones() : TransferTest({.codecs = {}, .tones = "uk"}) {}
};

TEST_F(BritishTones, AreHeardByWhoIsSentOnWhereTheSettingSaysSo) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  says(take(Method::invite), 180, "1003");
  EXPECT_TRUE(is_tone(media::v2::Tone::NAME_RINGBACK));
  EXPECT_EQ(started().back().tone().country(), "uk");
}

// ---- Blind --------------------------------------------------------------------------------------

TEST_F(TransferTest, WhoIsSentOnHearsRingingAndTheTransferorWaitsUntilSomebodyAnswers) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(take(202).to, flow_of("1001"));
  EXPECT_EQ(told(), "Trying");
  const Sent invite = take(Method::invite);
  EXPECT_EQ(invite.to, flow_of("1003"));
  EXPECT_EQ(invite.message.from().uri.user, "1002");
  EXPECT_TRUE(sent_.empty()) << "nobody is told goodbye yet";
  EXPECT_TRUE(started().back().has_play()) << "music until it rings";

  says(invite, 180, "1003");
  EXPECT_EQ(told(), "Ringing");
  EXPECT_TRUE(is_tone(media::v2::Tone::NAME_RINGBACK));
  EXPECT_EQ(calls_.own_calls_of("1001"), 1U);
  EXPECT_EQ(calls_.own_calls_of("1002"), 1U);
  EXPECT_EQ(calls_.waiting_calls_of("1003"), 1U);

  out_.commands.clear();
  Dialog third = says(invite, 200, "1003");
  EXPECT_EQ(take(Method::ack).to, flow_of("1003"));
  EXPECT_EQ(told(), "OK");
  EXPECT_THAT(goodbyes(), ElementsAre("1001"));
  ASSERT_EQ(joined().size(), 2U);
  EXPECT_TRUE(joined()[0].hears() && joined()[1].hears());
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred"));
  EXPECT_EQ(calls_.own_calls_of("1001"), 0U);

  asks(third, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred", "1002 1003 answered"));
  EXPECT_THAT(people(out_.records[0]),
              ElementsAre("1001 placed transferred", "1002 rung transferred"));
  EXPECT_THAT(people(out_.records[1]),
              ElementsAre("1002 transferred answered", "1003 rung answered"));
  EXPECT_THAT(passages(), ElementsAre("1002 to 1003 by 1001", "1002 from 1001"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(TransferTest, TheOneWhoWasCalledMaySendTheCallerOn) {
  Talk call = talk("1001", "1002");
  refers(call.callee, "<sip:1003@pbx.test>");
  EXPECT_EQ(take(202).to, flow_of("1002"));
  const Sent invite = take(Method::invite);
  EXPECT_EQ(invite.message.from().uri.user, "1001");
  says(invite, 200, "1003");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
}

struct Refusal {
  std::string name;
  int status;  ///< 0: it says nothing for the whole time
  std::string told;
  std::string outcome;
};

class RefusedTarget : public TransferTest, public ::testing::WithParamInterface<Refusal> {
 protected:
  void refuse(const Sent& invite) {
    if (GetParam().status == 0) {
      says(invite, 180, "1003");
      EXPECT_EQ(told(), "Ringing");
      pass(60s);
      receive(invite.to, answer_text(invite.message, 487, "1003"));
      return;
    }
    says(invite, GetParam().status, "1003");
  }
};

TEST_P(RefusedTarget, BringsThemBackToWhoSentThemOn) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  out_.commands.clear();
  refuse(take(Method::invite));
  std::string last;
  while (last != GetParam().told) last = told();
  // They hear each other again.
  bool both = false;
  for (const auto& join : joined()) both = join.hears() && join.is_heard();
  EXPECT_TRUE(both);
  EXPECT_THAT(goodbyes(), ElementsAre());
  EXPECT_EQ(calls_.call_count(), 1U);
  EXPECT_THAT(outcomes(), ElementsAre("1002 1003 " + GetParam().outcome));

  asks(call.caller, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(people(out_.records[1]), ElementsAre("1001 placed answered", "1002 rung transferred",
                                                   "1002 returned answered"));
  EXPECT_THAT(passages(), ElementsAre("1002 from 1001", "1002 to 1003 by 1001"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_P(RefusedTarget, RingsWhoSentThemOnIfThatOneHasHungUp) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  asks(call.caller, "BYE");
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred"));
  sent_.clear();
  refuse(invite);
  std::string last;
  while (last != GetParam().told) last = told();
  const Sent back = take(Method::invite);
  EXPECT_EQ(back.to, flow_of("1001"));
  EXPECT_EQ(back.message.from().uri.user, "1002");
  says(back, 200, "again");
  EXPECT_EQ(calls_.own_calls_of("1001"), 1U);
  asks(call.callee, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1001"));
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred", "1002 1003 answered"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(As, RefusedTarget,
                         ::testing::Values(Refusal{"Busy", 486, "Busy Here", "busy"},
                                           Refusal{"Declined", 603, "Decline", "declined"},
                                           Refusal{"Silent", 0, "Request Timeout", "no_answer"},
                                           Refusal{"Broken", 500, "Server Internal Error",
                                                   "failed"}),
                         [](const auto& test) { return test.param.name; });

TEST_F(TransferTest, SomebodyWithoutAPhoneBringsThemBackAtOnce) {
  phones_.of["1003"].clear();
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  EXPECT_EQ(told(), "Temporarily Unavailable");
  EXPECT_EQ(calls_.call_count(), 1U);
  asks(call.callee, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1001"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(TransferTest, WhoIsSentOnMayHangUpMeanwhile) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  const Sent invite = take(Method::invite);
  says(invite, 180, "1003");
  sent_.clear();
  asks(call.callee, "BYE");
  EXPECT_EQ(told(), "Request Terminated");
  EXPECT_EQ(take(Method::bye).to, flow_of("1001"));
}

TEST_F(TransferTest, WhoHungUpAndDoesNotAnswerEndsItForAll) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  const Sent invite = take(Method::invite);
  asks(call.caller, "BYE");
  says(invite, 486, "1003");
  const Sent back = take(Method::invite);
  EXPECT_EQ(back.to, flow_of("1001"));
  says(back, 180, "again");
  pass(29s);
  sent_.clear();
  pass(1s);
  const Sent bye = take(Method::bye);
  EXPECT_EQ(bye.to, flow_of("1002"));
  EXPECT_THAT(std::string(*bye.message.header(HeaderId::reason)), HasSubstr("no_answer"));
}

TEST_F(TransferTest, TheNewsComesAfterTheGoodbyeTooUnlessThePhoneDoesNotKnowOfIt) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  asks(call.caller, "BYE");
  sent_.clear();
  says(invite, 180, "1003");
  EXPECT_EQ(told(481), "Ringing");
  says(invite, 200, "1003");
  for (const Sent& sent : sent_) EXPECT_NE(sent.message.method(), Method::notify);
  asks(call.callee, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1003"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(TransferTest, APhoneThatDoesNotKnowTheSubscriptionIsLetGoAllTheSameWhenSomebodyAnswers) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(481), "Trying");
  Dialog third = says(take(Method::invite), 200, "1003");
  EXPECT_THAT(goodbyes(), ElementsAre("1001"));
  asks(third, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(TransferTest, TheNewsIsSaidAgainToAPhoneThatHadHeardALaterRequest) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  says(take(Method::invite), 486, "1003");
  EXPECT_EQ(told(500), "Busy Here");
  const Sent again = take(Method::notify);
  EXPECT_EQ(sip::parse_status_fragment(again.message.body())->status, 486);
  receive(again.to, answer_text(again.message, 200));
  EXPECT_TRUE(sent_.empty());
}

TEST_F(TransferTest, TheLastNewsIsSaidAgainToAPhoneThatHasHungUp) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  asks(call.caller, "BYE");
  says(invite, 200, "1003");
  EXPECT_EQ(told(500), "OK") << "it heard of the ringing later";
  EXPECT_EQ(told(), "OK");
  asks(call.callee, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1003"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(TransferTest, APhoneThatHasHungUpAndRefusesTheNewsEachTimeIsForgotten) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  asks(call.caller, "BYE");
  says(invite, 200, "1003");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(told(500), "OK");
  asks(call.callee, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1003"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(TransferTest, APhoneThatRefusesTheNewsEachTimeIsLeftAlone) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  says(take(Method::invite), 486, "1003");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(told(500), "Busy Here");
  EXPECT_TRUE(sent_.empty());
}

// ---- Attended -----------------------------------------------------------------------------------

class Attended : public TransferTest, public ::testing::WithParamInterface<bool> {};

TEST_P(Attended, TheTwoOthersTalkAndWhoAskedHasDone) {
  Talk call = talk("1001", "1002");
  Talk consultation = talk("1001", "1003");
  out_.commands.clear();
  refers(call.caller, to_dialog("1003", consultation.caller, GetParam()));
  EXPECT_EQ(take(202).to, flow_of("1001"));
  EXPECT_EQ(told(), "Trying");
  const Sent bye = take(Method::bye);
  EXPECT_EQ(bye.to, flow_of("1001"));
  receive(bye.to, answer_text(bye.message, 200));
  EXPECT_EQ(told(), "OK");
  EXPECT_THAT(goodbyes(), ElementsAre("1001"));
  ASSERT_EQ(joined().size(), 1U) << "the third one hears whoever there is";
  EXPECT_TRUE(joined()[0].hears() && joined()[0].is_heard());
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred"));
  EXPECT_EQ(calls_.own_calls_of("1001"), 0U);
  asks(consultation.callee, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(people(out_.records[1]), ElementsAre("1001 placed transferred", "1003 rung answered",
                                                   "1002 transferred answered"));
  EXPECT_THAT(passages(), ElementsAre("1002 to 1003 by 1001", "1002 from 1001"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_P(Attended, AConsultationThatCameInServesAsWell) {
  Talk call = talk("1001", "1002");
  Talk consultation = talk("1003", "1001");
  refers(call.caller, to_dialog("1003", consultation.callee, GetParam()));
  EXPECT_EQ(told(), "Trying");
  const Sent bye = take(Method::bye);
  EXPECT_EQ(bye.to, flow_of("1001"));
  receive(bye.to, answer_text(bye.message, 200));
  EXPECT_EQ(told(), "OK");
  EXPECT_THAT(goodbyes(), ElementsAre("1001"));
  asks(call.callee, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1003"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Of, Attended, ::testing::Bool(), [](const auto& test) {
  return test.param ? "SwappedTags" : "TagsAsTheRfcHasThem";
});

TEST_F(TransferTest, AConsultationThatOnlyRingsIsGivenUpAndItsNumberRings) {
  Talk call = talk("1001", "1002");
  Dialog consultation = invites("1001", "1003");
  const Sent first = take(Method::invite);
  says(first, 180, "1003");
  consultation.your_tag = std::string(take(180).message.to().tag());
  refers(call.caller, to_dialog("1003", consultation, false));
  EXPECT_EQ(told(), "Trying");
  const Sent second = take(Method::invite);
  EXPECT_EQ(second.to, flow_of("1003"));
  EXPECT_EQ(second.message.from().uri.user, "1002");
  receive(first.to, answer_text(first.message, 487, "1003"));
  says(second, 200, "second");
  EXPECT_EQ(told(), "OK");
  asks(call.callee, "BYE");
  goodbyes();
  EXPECT_THAT(outcomes(),
              ElementsAre("1001 1003 cancelled", "1001 1002 transferred", "1002 1003 answered"));
}

TEST_F(TransferTest, AConsultationThatRingsAtWhomItIsAboutGoesOnWhenTheTransferIsRefused) {
  Talk call = talk("1001", "1002");
  Dialog consultation = invites("1001", "1002");
  says(take(Method::invite), 180, "second");
  consultation.your_tag = std::string(take(180).message.to().tag());
  refers(call.caller, to_dialog("1002", consultation, false));
  EXPECT_EQ(take(482).to, flow_of("1001"));
  EXPECT_TRUE(sent_.empty()) << "no CANCEL";
  EXPECT_THAT(outcomes(), ElementsAre());
}

// ---- Between pages
// --------------------------------------------------------------------------------

/// Calls that are sealed until somebody is sent on.
class SealedTransfers : public TransferTest {
 protected:
  SealedTransfers() { give_pages({"1001", "1002", "1003"}); }

  /// The offer of ours by which this person's page is to send to the engine, answered by it.
  Sent takes_offer(const std::string& person, int status = 200) {
    for (std::size_t i = 0; i < sent_.size(); ++i) {
      const sip::Message& message = sent_[i].message;
      const bool is_it = sent_[i].to == flow_of(person) && message.is_request() &&
                         message.method() == Method::invite && !message.to().tag().empty();
      if (!is_it) continue;
      Sent offer = std::move(sent_[i]);
      sent_.erase(sent_.begin() + static_cast<std::ptrdiff_t>(i));
      receive(offer.to, answer_text(offer.message, status, {}, "<sip:x@a.invalid;transport=ws>",
                                    status == 200 ? browser_answer() : std::string()));
      return offer;
    }
    ADD_FAILURE() << person << " is made no offer";
    std::abort();
  }
  /// Who takes part with sound both ways, by what was said to the engine last.
  std::size_t hearing() const {
    std::map<std::uint64_t, bool> hears;
    for (const auto& join : joined()) hears[join.port()] = join.hears() && join.is_heard();
    return static_cast<std::size_t>(
        std::ranges::count_if(hears, [](const auto& one) { return one.second; }));
  }
};

TEST_F(SealedTransfers, WhoIsSentOnIsHeardByTheServerFromThenOnAndToldSo) {
  Talk call = talk("1001", "1002");
  EXPECT_TRUE(joined().empty()) << "sealed";
  const Sent invite = sends_on(call.caller);
  EXPECT_EQ(invite.to, flow_of("1003"));
  EXPECT_EQ(invite.message.header("X-Dering-Media"), "terminated;reason=transfer");
  EXPECT_THAT(std::string(invite.message.body()), HasSubstr("a=fingerprint:sha-256 AB:CD"));
  const Sent offer = takes_offer("1002");
  EXPECT_EQ(offer.message.header("X-Dering-Media"), "terminated;reason=transfer");
  EXPECT_THAT(std::string(offer.message.body()), HasSubstr("a=fingerprint:sha-256 AB:CD"));
  EXPECT_THAT(std::string(offer.message.body()), HasSubstr("a=setup:actpass"));
  EXPECT_TRUE(started().back().has_play());
  says(invite, 180, "1003");
  EXPECT_TRUE(is_tone(media::v2::Tone::NAME_RINGBACK));
  Dialog third = says(invite, 200, "1003");
  EXPECT_EQ(hearing(), 2U);
  EXPECT_THAT(goodbyes(), ElementsAre("1001"));
  asks(third, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(SealedTransfers, TheOtherAnswersBeforeWhoIsSentOnHasMoved) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  receive(invite.to, answer_text(invite.message, 200, "1003", "<sip:x@a.invalid;transport=ws>",
                                 browser_answer()));
  EXPECT_EQ(hearing(), 0U);
  takes_offer("1002");
  EXPECT_EQ(hearing(), 2U);
}

TEST_F(SealedTransfers, BothAreHeardByTheServerWhenTheyAreTogetherAgain) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  takes_offer("1002");
  says(invite, 486, "1003");
  const Sent back = takes_offer("1001");
  EXPECT_EQ(back.message.header("X-Dering-Media"), "terminated;reason=transfer");
  EXPECT_EQ(hearing(), 2U);
  EXPECT_EQ(calls_.call_count(), 1U);
  asks(call.caller, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(SealedTransfers, TheyAreBackAlsoWhereTheRefusalComesBeforeTheMoveIsDone) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  receive(invite.to, answer_text(invite.message, 486, "1003"));
  takes_offer("1002");
  takes_offer("1001");
  EXPECT_EQ(hearing(), 2U);
  EXPECT_EQ(calls_.call_count(), 1U);
}

TEST_F(SealedTransfers, AnAttendedTransferMovesAllThree) {
  Talk call = talk("1001", "1002");
  Talk consultation = talk("1001", "1003");
  const std::size_t before = opened().size();
  refers(call.caller, to_dialog("1003", consultation.caller, false));
  // Until both have answered, their new ports must not be taken for another sealed pair.
  const auto ports = opened();
  ASSERT_EQ(ports.size(), before + 2);
  EXPECT_TRUE(ports[before].awaits_keys());
  EXPECT_TRUE(ports[before + 1].awaits_keys());
  takes_offer("1002");
  takes_offer("1003");
  EXPECT_EQ(hearing(), 2U);
}

TEST_F(SealedTransfers, APageThatCannotMoveEndsTheCallAndWhoSentItOnIsTold) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  takes_offer("1002", 488);
  EXPECT_EQ(told(), "Service Unavailable");
  EXPECT_THAT(outcomes(), ElementsAre("1002 1003 media_lost", "1001 1002 transferred"));
}

TEST_F(SealedTransfers, APageThatStaysWithItsKeysAndCannotBeReplacedIsNotSentOn) {
  firefoxes_ = {"1002"};
  for (const bool is_attended : {false, true}) {
    Talk call = talk("1001", "1002");
    Talk consultation = talk("1001", "1003");
    refers(call.caller,
           is_attended ? to_dialog("1003", consultation.caller, false) : "<sip:1003@pbx.test>");
    EXPECT_EQ(told(), "Trying");
    EXPECT_EQ(told(), "Not Acceptable Here");
    EXPECT_TRUE(sent_.empty());
    asks(call.caller, "BYE");
    asks(consultation.caller, "BYE");
    goodbyes();
  }
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(SealedTransfers, ADeskPhoneMaySendAPageOnToAPage) {
  phones_.of["1004"] = {{"sip:1004@192.0.2.1", flow_of("1004"), {}}};
  Talk call = talk("1004", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  const Sent invite = take(Method::invite);
  says(invite, 200, "1003");
  EXPECT_EQ(hearing(), 2U) << "it was heard by the server already";
  EXPECT_THAT(goodbyes(), ElementsAre("1004"));
}

// ---- Pages whose codec the other one does not take ----------------------------------------------

/// Budi (1002) has a page, Siti (1001) and Ayu (1003) have desk phones with PCMU alone, or pages.
class OtherCodecs : public SealedTransfers {
 protected:
  OtherCodecs() { supported_ = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE, REFER, NOTIFY\r\n"; }

  /// In the order of the section.
  static std::string codecs_in(const sip::Message& offer) {
    const std::string_view body = offer.body();
    const std::size_t at = body.find("UDP/TLS/RTP/SAVPF ");
    return std::string(body.substr(at + 18, body.find("\r\n", at) - at - 18));
  }
  bool is_made_an_offer(const std::string& person) const {
    return std::ranges::any_of(sent_, [&](const Sent& sent) {
      return sent.to == flow_of(person) && sent.message.is_request() &&
             sent.message.method() == Method::invite && !sent.message.to().tag().empty();
    });
  }
  /// The keys of Budi's page, of which the engine knows the port that it was told last of.
  void secure() {
    media::v2::Event event;
    event.mutable_port_secured()->set_port(updated().back().port());
    tell_engine_event(event);
  }
  /// Budi has moved to the engine, and Ayu's phone answers.
  Dialog sent_on() {
    give_desk_phone("1003");
    Talk call = talk("1001", "1002");
    refers(call.caller, "<sip:1003@pbx.test>");
    EXPECT_EQ(told(), "Trying");
    const Sent invite = take(Method::invite);
    EXPECT_THAT(codecs_in(takes_offer("1002").message), StartsWith("111 "));
    secure();
    EXPECT_FALSE(is_made_an_offer("1002"));
    return says(invite, 200, "1003");
  }
  void give_desk_phone(const std::string& person) {
    pages_.erase(person);
    phones_.of[person] = {{"sip:" + person + "@192.0.2.1", flow_of(person), {}}};
  }
};

TEST_F(OtherCodecs, APageIsAskedOnceToSpeakWhatWhoeverAnsweredTakes) {
  Dialog third = sent_on();
  const Sent offer = takes_offer("1002");
  EXPECT_THAT(codecs_in(offer.message), StartsWith("0 "));
  EXPECT_EQ(updated().back().stream().receive(0).name(), media::v2::Codec::NAME_PCMU);
  EXPECT_FALSE(is_made_an_offer("1002"));
  EXPECT_EQ(hearing(), 2U);
  asks(third, "BYE");
  goodbyes();
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(OtherCodecs, APageThatDoesNotWantToIsLeftAloneAndTalksOn) {
  sent_on();
  takes_offer("1002", 488);
  secure();
  EXPECT_FALSE(is_made_an_offer("1002"));
  EXPECT_EQ(hearing(), 2U);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred"));
}

TEST_F(OtherCodecs, APageThatIsStillOnItsWayIsAskedWhenItIsThere) {
  give_desk_phone("1003");
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  says(take(Method::invite), 200, "1003");
  takes_offer("1002");
  EXPECT_FALSE(is_made_an_offer("1002"));
  secure();
  EXPECT_THAT(codecs_in(takes_offer("1002").message), StartsWith("0 "));
}

TEST_F(OtherCodecs, PagesThatSpeakTheSameAreNotAsked) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  const Sent invite = take(Method::invite);
  takes_offer("1002");
  secure();
  says(invite, 200, "1003");
  EXPECT_FALSE(is_made_an_offer("1002") || is_made_an_offer("1003"));
}

// ---- Pages that stay with the keys of a dialog --------------------------------------------------

/// Such pages take an INVITE that replaces their dialog (RFC 3891) by themselves, as JsSIP does.
class ReplacedPages : public SealedTransfers {
 protected:
  ReplacedPages() {
    firefoxes_ = {"1001", "1002", "1003"};
    supported_ = "Supported: replaces\r\n";
  }

  /// The INVITE with Replaces that this person's page was sent.
  Sent replacing(const std::string& person) {
    for (std::size_t i = 0; i < sent_.size(); ++i) {
      const sip::Message& message = sent_[i].message;
      const bool is_it = sent_[i].to == flow_of(person) && message.is_request() &&
                         message.method() == Method::invite && message.to().tag().empty() &&
                         message.header(HeaderId::replaces);
      if (!is_it) continue;
      Sent invite = std::move(sent_[i]);
      sent_.erase(sent_.begin() + static_cast<std::ptrdiff_t>(i));
      return invite;
    }
    ADD_FAILURE() << person << " is sent no INVITE with Replaces";
    std::abort();
  }
  /// Its page answers it, and speaks in that dialog from now on.
  Dialog is_replaced(const std::string& person) {
    return says(replacing(person), 200, person + "new");
  }
  /// In which dialog this person is told goodbye: by its Call-ID.
  std::vector<std::string> ended_dialogs(const std::string& person) {
    std::vector<std::string> ended;
    for (const Sent& sent : sent_) {
      const sip::Message& message = sent.message;
      const bool is_bye = message.is_request() && message.method() == Method::bye;
      if (is_bye && sent.to == flow_of(person)) ended.emplace_back(message.call_id());
    }
    return ended;
  }
};

TEST_F(ReplacedPages, OneThatIsSentOnIsSentAnInviteInThePlaceOfItsDialog) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  const Sent invite = replacing("1002");
  const auto named = sip::replaces_of(invite.message);
  ASSERT_TRUE(named);
  EXPECT_EQ(*named, (sip::Replaces{call.callee.call_id, call.callee.my_tag, call.callee.your_tag}));
  EXPECT_NE(invite.message.call_id(), call.callee.call_id);
  EXPECT_EQ(invite.message.request_uri(), "sip:x@192.0.2.1") << "its Contact";
  EXPECT_EQ(invite.message.from().uri.user, "1001");
  EXPECT_EQ(invite.message.to().uri.user, "1002");
  EXPECT_EQ(invite.message.header("X-Dering-Media"), "terminated;reason=transfer");
  const std::string offer(invite.message.body());
  EXPECT_THAT(offer, HasSubstr("a=fingerprint:sha-256 AB:CD"));
  EXPECT_THAT(offer, HasSubstr("a=setup:actpass"));
  EXPECT_TRUE(ended_dialogs("1002").empty()) << "not before it is answered";

  Dialog second = says(invite, 200, "new");
  EXPECT_THAT(ended_dialogs("1002"), ElementsAre(call.callee.call_id));
  Dialog third = says(take(Method::invite), 200, "1003");
  EXPECT_EQ(hearing(), 2U);
  EXPECT_THAT(goodbyes(), ElementsAre("1002", "1001")) << "the old dialog, and who sent them on";
  asks(third, "BYE");
  EXPECT_THAT(ended_dialogs("1002"), ElementsAre(second.call_id));
  goodbyes();
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred", "1002 1003 answered"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(ReplacedPages, OneThatEndsTheOldDialogItselfTalksOn) {
  Talk call = talk("1001", "1002");
  refers(call.callee, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  Dialog first = is_replaced("1001");
  const Sent invite = take(Method::invite);
  sent_.clear();
  asks(call.caller, "BYE");
  EXPECT_EQ(take().message.status(), 481);
  says(invite, 200, "1003");
  EXPECT_EQ(hearing(), 2U);
  EXPECT_THAT(goodbyes(), ElementsAre("1002")) << "who sent them on";
  asks(first, "BYE");
  EXPECT_EQ(take().message.status(), 200);
  EXPECT_THAT(goodbyes(), ElementsAre("1003"));
  EXPECT_THAT(left_behind(), ElementsAre());
}

TEST_F(ReplacedPages, AnAttendedTransferMovesAllThree) {
  Talk call = talk("1001", "1002");
  Talk consultation = talk("1001", "1003");
  refers(call.caller, to_dialog("1003", consultation.caller, false));
  is_replaced("1002");
  is_replaced("1003");
  EXPECT_EQ(hearing(), 2U);
}

TEST_F(ReplacedPages, BesideOneThatTakesOtherKeysEachIsMovedInItsWay) {
  firefoxes_ = {"1002"};
  Talk call = talk("1001", "1002");
  Talk consultation = talk("1001", "1003");
  refers(call.caller, to_dialog("1003", consultation.caller, false));
  is_replaced("1002");
  takes_offer("1003");
  EXPECT_EQ(hearing(), 2U);
}

TEST_F(ReplacedPages, OneThatRefusesEndsTheCallAndWhoSentItOnIsTold) {
  for (const int status : {403, 481, 486}) {
    out_.records.clear();
    Talk call = talk("1001", "1002");
    refers(call.caller, "<sip:1003@pbx.test>");
    EXPECT_EQ(told(), "Trying");
    says(replacing("1002"), status);
    EXPECT_EQ(told(), "Service Unavailable");
    EXPECT_THAT(outcomes(), ElementsAre("1002 1003 media_lost", "1001 1002 transferred"));
    goodbyes();
  }
}

TEST_F(ReplacedPages, OneThatNeverAnswersEndsTheCallAfterTwentySeconds) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  const Sent invite = replacing("1002");
  receive(invite.to, answer_text(invite.message, 180, "new"));
  pass(21s);
  EXPECT_THAT(outcomes(), ElementsAre("1002 1003 media_lost", "1001 1002 transferred"));
  EXPECT_EQ(take(Method::cancel).message.call_id(), invite.message.call_id());
}

TEST_F(ReplacedPages, WhoHangsUpMeanwhileHasHungUpAndIsNotTalkedToInTheOtherDialog) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  const Sent invite = replacing("1002");
  receive(invite.to, answer_text(invite.message, 180, "new"));
  sent_.clear();
  asks(call.callee, "BYE");
  EXPECT_EQ(take(Method::cancel).message.call_id(), invite.message.call_id());
  sent_.clear();
  says(invite, 200, "new");
  EXPECT_EQ(take().message.method(), Method::ack);
  EXPECT_THAT(ended_dialogs("1002"), ElementsAre(invite.message.call_id()));
}

TEST_F(ReplacedPages, WhatIsAskedInTheOldDialogMeanwhileChangesNothingOfTheNewOne) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  const Sent invite = replacing("1002");
  const Sent third = take(Method::invite);
  sent_.clear();
  // JsSIP ends a call whose hold is refused (docs/jssip.md, S23).
  ++call.callee.cseq;
  receive(call.callee.flow, words(call.callee, "INVITE", browser_sdp).text());
  const Sent held = take(200);
  EXPECT_THAT(std::string(held.message.body()), HasSubstr("a=inactive"));
  asks(call.callee, "ACK");
  refers(call.callee, "<sip:1004@pbx.test>");
  EXPECT_EQ(take().message.status(), 491);
  says(invite, 200, "new");
  says(third, 200, "1003");
  EXPECT_EQ(hearing(), 2U);
}

TEST_F(ReplacedPages, OneThatWasCutOffMeanwhileIsAskedAgainWhenItIsBack) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  const Sent lost = replacing("1002");
  close(flow_of("1002"));
  EXPECT_TRUE(out_.records.empty());
  const sip::Flow back = sip::testing::wss_flow(12);
  move("1002", flow_of("1002"), back);
  phones_.of["1002"][0].flow = back;
  pass(5s);
  EXPECT_TRUE(out_.records.empty());
}

TEST_F(ReplacedPages, WhoSentThemOnIsToldInTheDialogInWhichTheyAsked) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  is_replaced("1002");
  says(take(Method::invite), 486, "1003");
  const Sent notify = take(Method::notify);
  EXPECT_EQ(notify.message.call_id(), call.caller.call_id);
  receive(notify.to, answer_text(notify.message, 200));
  is_replaced("1001");
  EXPECT_EQ(hearing(), 2U);
  EXPECT_EQ(calls_.call_count(), 1U);
}

TEST_F(TransferTest, WhateverEndsTheCallOfWhoWasSentOnIsToldToWhoSentThem) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  EXPECT_EQ(told(), "Trying");
  take(Method::invite);
  auto it = turn();
  calls_.end_talking_on(flow_of("1002"), call::Outcome::signed_out, it);
  close(sip::testing::wss_flow(9));
  EXPECT_EQ(told(), "Forbidden");
}

// ---- Who one talks with -------------------------------------------------------------------------

class Introductions : public TransferTest {
 protected:
  static std::string identity(const Sent& sent) {
    return std::string(sent.message.header("P-Asserted-Identity").value_or(""));
  }
  /// Who was told, inside the dialog, with whom they talk. These phones do not list UPDATE.
  std::vector<std::string> introduced() {
    std::vector<std::string> told;
    while (!sent_.empty()) {
      const Sent sent = take();
      const bool is_it = sent.message.is_request() && sent.message.method() == Method::invite &&
                         !sent.message.to().tag().empty();
      if (is_it) told.push_back(std::to_string(sent.to.remote.port()) + " " + identity(sent));
    }
    return told;
  }
};

TEST_F(Introductions, WhoIsSentOnIsToldWhoAnswered) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  says(take(Method::invite), 200, "1003");
  EXPECT_THAT(introduced(), ElementsAre("5062 <sip:1003@pbx.test>"));
}

TEST_F(Introductions, BothAreToldAfterAnAttendedTransfer) {
  Talk call = talk("1001", "1002");
  Talk consultation = talk("1001", "1003");
  refers(call.caller, to_dialog("1003", consultation.caller, false));
  EXPECT_THAT(introduced(), ::testing::UnorderedElementsAre("5062 <sip:1003@pbx.test>",
                                                            "5063 <sip:1002@pbx.test>"));
}

TEST_F(Introductions, APhoneThatHasAnAnswerToAcknowledgeIsToldAfterwards) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  const Sent invite = take(Method::invite);
  ++call.callee.cseq;
  receive(flow_of("1002"), words(call.callee, "INVITE", desk_sdp).text());
  says(invite, 200, "1003");
  EXPECT_THAT(introduced(), ElementsAre());
  receive(flow_of("1002"), words(call.callee, "ACK").text());
  EXPECT_THAT(introduced(), ElementsAre("5062 <sip:1003@pbx.test>"));
}

TEST_F(Introductions, NobodyIsNamedWhoHidesTheirNumber) {
  hidden_ = "1001";
  Talk call = talk("1001", "1002");
  Talk consultation = talk("1002", "1003");
  refers(call.callee, to_dialog("1003", consultation.caller, false));
  std::string told;
  while (!sent_.empty()) {
    const Sent sent = take();
    if (sent.to == flow_of("1003") && !identity(sent).empty()) told = identity(sent);
  }
  EXPECT_EQ(told, "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
  asks(consultation.callee, "BYE");
  EXPECT_THAT(passages(), ElementsAre("1001 to 1003 by 1002", "1001 from 1002"));
  EXPECT_TRUE(out_.records.back().stays.back().is_hidden) << "from 1003, for ever";
}

TEST_F(Introductions, NothingIsSaidInACallThatNobodySentOn) {
  Dialog caller = invites("1001", "1002");
  const Sent invite = take(Method::invite);
  says(invite, 200, "1002");
  EXPECT_EQ(identity(take(200)), "");
}

// ---- What is refused ----------------------------------------------------------------------------

TEST_F(TransferTest, WhatCannotBeIsRefusedAndTheCallGoesOn) {
  Talk call = talk("1001", "1002");
  Talk foreign = talk("1004", "1005");
  const std::vector<std::pair<std::string, int>> wrong{
      {"<sip:0815@elsewhere.test>", 403},
      {"<sip:9999@pbx.test>", 404},
      {"<sip:1002@pbx.test>", 482},
      {"<sip:1001@pbx.test>", 482},
      {"<sip:1003@pbx.test;method=BYE>", 403},
      {"<http://pbx.test/>", 403},
      {"nonsense<", 400},
      {to_dialog("1003", foreign.caller, false), 404},
      {to_dialog("1003", foreign.callee, true), 404},
      {to_dialog("1002", call.caller, false), 404},
      {"<sip:1003@pbx.test?Replaces=gone%3Bto-tag%3Da%3Bfrom-tag%3Db>", 404},
      {"<sip:1003@pbx.test?Replaces=%3B%3B>", 400},
  };
  for (const auto& [target, status] : wrong) {
    refers(call.caller, target);
    EXPECT_EQ(take().message.status(), status) << target;
    EXPECT_TRUE(sent_.empty()) << target;
  }
  EXPECT_EQ(calls_.call_count(), 2U);
  EXPECT_TRUE(out_.records.empty());
  asks(call.caller, "BYE");
  EXPECT_THAT(goodbyes(), ElementsAre("1002"));
}

TEST_F(TransferTest, ASecondReferWaitsForTheFirst) {
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:1003@pbx.test>");
  take(Method::invite);
  refers(call.caller, "<sip:1004@pbx.test>");
  EXPECT_EQ(take().message.status(), 491);
}

TEST_F(TransferTest, WhoIsSentRoundAndRoundStaysInTheEnd) {
  Talk call = talk("1001", "1002");
  Dialog holder = call.caller;
  std::string next = "1003";
  for (unsigned move = 0; move < most_moves; ++move) {
    refers(holder, "<sip:" + next + "@pbx.test>");
    holder = says(take(Method::invite), 200, "tag" + std::to_string(move));
    next = next == "1003" ? "1004" : "1003";
    goodbyes();
  }
  refers(holder, "<sip:" + next + "@pbx.test>");
  EXPECT_EQ(take().message.status(), 482);
}

TEST_F(TransferTest, AfterTheLongestTimeNobodyHearsOfItAnyMore) {
  Talk call = talk("1001", "1002");
  const Sent invite = sends_on(call.caller);
  asks(call.caller, "BYE");
  says(invite, 486, "1003");
  sent_.clear();
  pass(10min);
  EXPECT_THAT(left_behind(), ElementsAre());
}

}  // namespace
}  // namespace dering::feature
