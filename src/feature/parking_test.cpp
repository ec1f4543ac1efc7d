// SPDX-License-Identifier: Apache-2.0
#include "feature/parking.h"

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
using testing::Dialog;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Sent;

/// Outlives the calls of the tests.
struct Places {
  explicit Places(directory::ParkingNumbers numbers = {}) : board(std::move(numbers)) {}
  ParkingBoard board;
};

/// Siti (1001) talks with Budi (1002), and parks him.
class ParkingTest : protected Places, public testing::TransferTest {
 protected:
  explicit ParkingTest(directory::ParkingNumbers numbers = {}) : Places(std::move(numbers)) {
    supported_ = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE, REFER, NOTIFY\r\n";
  }
  void on_invite(sip::RequestArrived invite) override {
    const std::string caller(invite.message.from().uri.user);
    const std::string dialled(sip::parse_uri(invite.message.request_uri())->user);
    auto it = turn();
    call::IncomingCall call{std::move(invite), {caller, {}, caller == hidden_}, {}, dialled};
    if (board.numbers().is_place(dialled) && !phones_.of.contains(dialled)) {
      return calls_.take_parked(std::move(call), board.parked_at(dialled), it);
    }
    auto feature = dialled == "70" ? parking_desk(house_) : dial({{dialled, {}}, house_});
    calls_.start(std::move(call), std::move(feature), it);
  }

  // -- what phones do
  Talk parked(const std::string& by = "1001", const std::string& who = "1002") {
    Talk call = talk(by, who);
    refers(call.caller, "<sip:70@pbx.test>");
    EXPECT_EQ(told(), "Trying");
    return call;
  }
  /// Who hangs up answers, and is forgotten.
  void is_hung_up(std::string_view person, std::string_view why) {
    const Sent bye = take(Method::bye);
    EXPECT_EQ(owner_of(bye.to), person);
    EXPECT_THAT(std::string(*bye.message.header(HeaderId::reason)), HasSubstr(why));
    receive(bye.to, answer_text(bye.message, 200));
  }
  /// The display of the phone changes to this.
  std::string is_shown(std::string_view person) {
    const Sent update = take(Method::update);
    EXPECT_EQ(owner_of(update.to), person);
    receive(update.to, answer_text(update.message, 200));
    return identity(update);
  }
  Dialog takes(const std::string& who, const std::string& place) {
    sent_.clear();
    Dialog dialog = invites(who, place);
    dialog.your_tag = std::string(take(200).message.to().tag());
    asks(dialog, "ACK");
    return dialog;
  }
  static std::string identity(const Sent& sent) {
    return std::string(sent.message.header("P-Asserted-Identity").value_or(""));
  }
  static std::string reason(const Sent& sent) {
    return std::string(sent.message.header(HeaderId::reason).value_or(""));
  }
  std::size_t who_hear_each_other() const {
    std::size_t count = 0;
    for (const auto& join : joined()) count += join.hears() && join.is_heard() ? 1U : 0U;
    return count;
  }
  /// The phone of that person that talks, by its last dialog, is asked nothing and all is
  /// forgotten.
  void all_is_over() {
    pass(40s);
    EXPECT_EQ(board.size(), 0U);
    EXPECT_THAT(left_behind(), ElementsAre());
  }

  House house_{{60s}, &board, 60s};
};

// ---- Where the call goes ------------------------------------------------------------------------

TEST_F(ParkingTest, WhoIsParkedHearsMusicAndTheDisplayOfWhoParkedThemSaysWhere) {
  out_.commands.clear();
  Talk call = parked();
  EXPECT_TRUE(board.parked_at("71"));
  EXPECT_EQ(is_shown("1001"), "\"Parked at 71\" <sip:71@pbx.test>");
  const auto sounds = started();
  ASSERT_EQ(sounds.size(), 2U);
  EXPECT_TRUE(sounds[0].has_play() != sounds[1].has_play()) << "music, and a tone";
  EXPECT_EQ(calls_.own_calls_of("1001"), 1U);
  EXPECT_EQ(calls_.own_calls_of("1002"), 1U);

  pass(announce_time - 1ms);
  EXPECT_TRUE(sent_.empty());
  pass(1ms);
  EXPECT_EQ(told(), "Parked at 71");
  is_hung_up("1001", "transferred");
  EXPECT_EQ(calls_.own_calls_of("1001"), 0U);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred"));

  asks(call.callee, "BYE");
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred", "1002 1001 cancelled"));
  EXPECT_THAT(people(out_.records[1]), ElementsAre("1002 parked cancelled"));
  all_is_over();
}

TEST_F(ParkingTest, WhoAnsweredOnOnePhoneParksWhileTheOtherOneIsStillBeingCancelled) {
  phones_.of["1002"].push_back({"sip:1002@192.0.2.9", flow_of("1005"), {}});
  Dialog caller = invites("1001", "1002");
  take(Method::invite);
  Dialog callee = says(take(Method::invite), 200, "second");
  caller.your_tag = std::string(take(200).message.to().tag());
  asks(caller, "ACK");
  refers(callee, "<sip:70@pbx.test>");
  take(202);
  EXPECT_TRUE(board.parked_at("71"));
  EXPECT_TRUE(is_tone(media::v2::Tone::NAME_CONFIRMATION));
}

TEST_F(ParkingTest, WhoHangsUpAtOnceIsToldAllTheSame) {
  Talk call = parked();
  asks(call.caller, "BYE");
  EXPECT_EQ(told(), "Parked at 71");
  EXPECT_TRUE(board.parked_at("71"));
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred"));
  asks(call.callee, "BYE");
  all_is_over();
}

TEST_F(ParkingTest, APageIsToldAtOnceAndSealedSoundEndsAtTheEngine) {
  give_pages({"1001", "1002"});
  parked();
  bool is_told = false;
  bool is_anchored = false;
  bool is_over = false;
  while (!sent_.empty()) {
    const Sent sent = take();
    if (!sent.message.is_request()) continue;
    is_told |= sent.message.body() == "SIP/2.0 200 Parked at 71\r\n";
    is_over |= sent.message.method() == Method::bye && owner_of(sent.to) == "1001";
    const bool is_offer = sent.message.method() == Method::invite && owner_of(sent.to) == "1002";
    if (is_offer) is_anchored = sent.message.header("X-Dering-Media").has_value();
  }
  EXPECT_TRUE(is_told);
  EXPECT_TRUE(is_over);
  EXPECT_TRUE(is_anchored);
  const auto waits = board.parked_by("1001");
  EXPECT_THAT(waits.calls, ElementsAre(directory::ParkedCall{"71", "1002", ""}));
}

TEST_F(ParkingTest, WhoeverDialsThePlaceTalksWithWhoWaitsThere) {
  Talk call = parked();
  asks(call.caller, "BYE");
  told();
  sent_.clear();
  out_.commands.clear();
  Dialog third = invites("1003", "71");
  const Sent ok = take(200);
  EXPECT_THAT(identity(ok), HasSubstr("sip:1002@pbx.test"));
  third.your_tag = std::string(ok.message.to().tag());
  asks(third, "ACK");
  EXPECT_THAT(is_shown("1002"), HasSubstr("sip:1003@pbx.test"));
  EXPECT_EQ(who_hear_each_other(), 2U);
  EXPECT_EQ(board.size(), 0U) << "the next one can have it";
  EXPECT_EQ(calls_.call_count(), 1U);

  asks(third, "BYE");
  is_hung_up("1002", "answered");
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred", "1002 1001 answered"));
  EXPECT_THAT(people(out_.records[1]),
              ElementsAre("1002 parked answered", "1003 retrieved answered"));
  all_is_over();
}

TEST_F(ParkingTest, TheLowestFreePlaceIsGivenAndThatOfNobodyElse) {
  phones_.of["72"] = {};  // a person
  parked("1001", "1002");
  Talk second = parked("1003", "1004");
  EXPECT_TRUE(board.parked_at("71"));
  EXPECT_FALSE(board.parked_at("72"));
  EXPECT_TRUE(board.parked_at("73"));
  asks(second.callee, "BYE");
  EXPECT_FALSE(board.parked_at("73"));
  parked("1003", "1004");
  EXPECT_TRUE(board.parked_at("73"));
}

TEST_F(ParkingTest, WhoHidesTheirNumberIsNotNamedToWhoParkedThem) {
  hidden_ = "1001";
  Talk call = talk("1001", "1002");
  refers(call.callee, "<sip:70@pbx.test>");
  EXPECT_THAT(board.parked_by("1002").calls, ElementsAre(directory::ParkedCall{"71", "", ""}));
}

// ---- What comes back ----------------------------------------------------------------------------

TEST_F(ParkingTest, ACallThatNobodyTakesRingsWhoParkedItAndSaysWhy) {
  Talk call = parked();
  asks(call.caller, "BYE");
  told();
  pass(60s - 1ms);
  EXPECT_EQ(calls_.waiting_calls_of("1001"), 0U);
  pass(1ms);
  const Sent invite = take(Method::invite);
  EXPECT_EQ(owner_of(invite.to), "1001");
  EXPECT_EQ(invite.message.from().display_name, "\"Parked: 1002\"");
  EXPECT_EQ(invite.message.from().uri.user, "1002");
  EXPECT_EQ(*invite.message.header("X-Dering-Parked"), "71");
  EXPECT_TRUE(board.parked_at("71")) << "it is theirs until somebody answers";

  out_.commands.clear();
  Dialog again = says(invite, 200, "again");
  EXPECT_EQ(who_hear_each_other(), 2U);
  EXPECT_EQ(board.size(), 0U);
  sent_.clear();
  asks(again, "BYE");
  is_hung_up("1002", "answered");
  EXPECT_THAT(people(out_.records[1]),
              ElementsAre("1002 parked answered", "1001 returned answered"));
  all_is_over();
}

TEST_F(ParkingTest, APageThatIsRungReadsWhyItRings) {
  give_pages({"1001"});
  parked();
  pass(60s);
  const Sent invite = take(Method::invite);
  EXPECT_EQ(owner_of(invite.to), "1001");
  EXPECT_EQ(invite.message.from().display_name, "");
  EXPECT_EQ(*invite.message.header("X-Dering-Parked"), "71");
}

TEST_F(ParkingTest, ACallThatReturnsCanStillBeTakenAtItsPlace) {
  Talk call = parked();
  asks(call.caller, "BYE");
  told();
  pass(60s);
  const Sent invite = take(Method::invite);
  says(invite, 180, "again");
  Dialog third = takes("1003", "71");
  EXPECT_EQ(owner_of(take(Method::cancel).to), "1001");
  receive(invite.to, answer_text(invite.message, 487, "again"));
  EXPECT_EQ(board.size(), 0U);
  sent_.clear();
  asks(third, "BYE");
  is_hung_up("1002", "answered");
  EXPECT_THAT(
      people(out_.records[1]),
      ElementsAre("1002 parked answered", "1001 returned elsewhere", "1003 retrieved answered"));
  all_is_over();
}

TEST_F(ParkingTest, ACallThatNobodyWantsBackEndsWithWords) {
  Talk call = parked();
  asks(call.caller, "BYE");
  told();
  pass(60s);
  const Sent invite = take(Method::invite);
  says(invite, 180, "again");
  pass(30s);
  receive(invite.to, answer_text(invite.message, 487, "again"));
  is_hung_up("1002", "no_answer");
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred", "1002 1001 no_answer"));
  all_is_over();
}

TEST_F(ParkingTest, ACallWhoseParkerHasNoPhoneAnyMoreEndsWithWords) {
  Talk call = parked();
  asks(call.caller, "BYE");
  told();
  phones_.of["1001"].clear();
  pass(60s);
  is_hung_up("1002", "offline");
  all_is_over();
}

// ---- A place that is asked for first ------------------------------------------------------------

TEST_F(ParkingTest, WhoDialsTheNumberOfParkingSeesThePlaceAndSendsSomebodyThere) {
  Talk call = talk("1001", "1002");
  Dialog asked = invites("1001", "70");
  const Sent ok = take(200);
  EXPECT_EQ(identity(ok), "\"Parked at 71\" <sip:71@pbx.test>");
  EXPECT_TRUE(is_tone(media::v2::Tone::NAME_CONFIRMATION));
  asked.your_tag = std::string(ok.message.to().tag());
  asks(asked, "ACK");
  EXPECT_FALSE(board.parked_at("71")) << "nobody is there yet";

  refers(call.caller, to_dialog("70", asked, true));
  EXPECT_EQ(owner_of(take(202).to), "1001");
  EXPECT_EQ(told(), "Trying");
  EXPECT_TRUE(board.parked_at("71"));
  pass(announce_time);
  std::set<std::string> hung_up;
  for (const std::string& who : goodbyes()) hung_up.insert(who);
  EXPECT_THAT(hung_up, ElementsAre("1001")) << "both of their calls, and Budi's is none of them";
  EXPECT_THAT(outcomes(), ElementsAre("1001 70 parked", "1001 1002 transferred"));
  Dialog third = takes("1003", "71");
  asks(third, "BYE");
  all_is_over();
}

TEST_F(ParkingTest, APlaceThatIsAskedForInVainIsFreeAgain) {
  Dialog asked = takes("1001", "70");
  EXPECT_EQ(board.size(), 1U);
  sent_.clear();
  pass(keep_time - 1ms);
  EXPECT_EQ(board.size(), 1U);
  pass(1ms);
  is_hung_up("1001", "parked");
  EXPECT_EQ(board.size(), 0U);

  asked = takes("1001", "70");
  asks(asked, "BYE");
  EXPECT_EQ(board.size(), 0U);
  EXPECT_THAT(outcomes(), ElementsAre("1001 70 parked", "1001 70 parked"));
  all_is_over();
}

TEST_F(ParkingTest, NobodyFindsWhoOnlyAskedForAPlace) {
  takes("1001", "70");
  invites("1003", "71");
  EXPECT_THAT(reason(take(404)), HasSubstr("nothing_parked"));
}

// ---- What cannot be -----------------------------------------------------------------------------

class OnePlace : public ParkingTest {
 protected:
  OnePlace() : ParkingTest({.places = 1}) {}
};

TEST_F(OnePlace, ThatIsTakenRefusesWithWordsAndBothGoOnTalking) {
  parked("1003", "1004");
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:70@pbx.test>");
  EXPECT_THAT(reason(take(486)), HasSubstr("parking_full"));
  EXPECT_TRUE(sent_.empty());
  invites("1005", "70");
  EXPECT_THAT(reason(take(486)), HasSubstr("parking_full"));
  sent_.clear();
  asks(call.caller, "BYE");
  is_hung_up("1002", "answered");
}

TEST_F(ParkingTest, AnEmptyPlaceSaysThatItIs) {
  invites("1003", "75");
  EXPECT_THAT(reason(take(404)), HasSubstr("nothing_parked"));
  EXPECT_THAT(outcomes(), ElementsAre("1003 75 nothing_parked"));
}

TEST_F(ParkingTest, WhoIsParkedParksNobody) {
  Talk call = parked();
  refers(call.callee, "<sip:70@pbx.test>");
  take(405);
  EXPECT_EQ(board.size(), 1U);
}

TEST_F(ParkingTest, WhoGoesRoundInParkingEndsThere) {
  Talk call = talk("1001", "1002");
  Dialog holder = call.caller;
  for (unsigned move = 0; move < most_moves; ++move) {
    refers(holder, "<sip:70@pbx.test>");
    take(202);
    asks(holder, "BYE");
    holder = takes(move % 2 == 0 ? "1003" : "1004", "71");
  }
  refers(holder, "<sip:70@pbx.test>");
  take(482);
  EXPECT_EQ(board.size(), 0U);
}

TEST_F(ParkingTest, AHouseWithoutParkingKnowsNoSuchNumber) {
  house_.parking = nullptr;
  Talk call = talk("1001", "1002");
  refers(call.caller, "<sip:70@pbx.test>");
  take(404);
}

// ---- A parked phone lives its own life ----------------------------------------------------------

TEST_F(ParkingTest, HoldsRefreshesAndResumesWhileItWaits) {
  Talk call = parked();
  asks(call.caller, "BYE");
  told();
  RequestText hold = words(call.callee, "INVITE", testing::desk_sdp);
  for (const char* direction : {"a=sendonly\r\n", "a=sendrecv\r\n"}) {
    hold.cseq = ++call.callee.cseq;
    hold.branch += "h";
    hold.body = std::string(testing::desk_sdp) + direction;
    receive(call.callee.flow, hold.text());
    take(200);
    RequestText ack = hold;
    ack.method = "ACK";
    ack.branch += "a";
    ack.body.clear();
    receive(call.callee.flow, ack.text());
  }
  asks(call.callee, "UPDATE");
  take(200);
  EXPECT_TRUE(board.parked_at("71"));
  takes("1003", "71");
}

TEST_F(ParkingTest, ThatIsLostFreesThePlace) {
  give_pages({"1002"});
  Talk call = parked();
  asks(call.caller, "BYE");
  close(flow_of("1002"));
  pass(29s);
  EXPECT_EQ(board.size(), 1U);
  pass(2s);
  EXPECT_EQ(board.size(), 0U);
  EXPECT_THAT(outcomes(), ElementsAre("1001 1002 transferred", "1002 1001 caller_gone"));
}

TEST_F(ParkingTest, WaitsForTheNextEngineAndIsFoundThere) {
  Talk call = parked();
  asks(call.caller, "BYE");
  told();
  auto it = turn();
  calls_.on_engine_lost(it);
  EXPECT_TRUE(board.parked_at("71"));
  invites("1003", "71");
  take(503);
  EXPECT_TRUE(board.parked_at("71")) << "it waits on";
  pass(2s);
  out_.commands.clear();
  make_engine_ready();
  EXPECT_TRUE(started().back().has_play()) << "music again";
  takes("1003", "71");
  EXPECT_EQ(board.size(), 0U);
}

TEST_F(ParkingTest, WhoseNextEngineDoesNotComeEnds) {
  Talk call = parked();
  asks(call.caller, "BYE");
  auto it = turn();
  calls_.on_engine_lost(it);
  pass(59s);
  EXPECT_EQ(board.size(), 0U);
}

TEST_F(ParkingTest, AllCallsEndWithTheirPlaces) {
  parked();
  auto it = turn();
  calls_.end_all(call::Outcome::shutdown, it);
  EXPECT_EQ(board.size(), 0U);
}

}  // namespace
}  // namespace dering::feature
