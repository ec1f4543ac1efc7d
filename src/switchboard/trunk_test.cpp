// SPDX-License-Identifier: Apache-2.0
//
// Calls out by trunks and in by them, and what a trunk may not (hostile-input E1, E3, F3, F4).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using directory::TrunkChanged;
using feature::testing::desk_sdp;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sent;

constexpr std::string_view asks =
    "WWW-Authenticate: Digest realm=\"provider.example\", nonce=\"n1\", qop=\"auth\"\r\n";

/// Mobile numbers go out by "provider", then by "second"; what comes in for …5550 rings 1102.
routing::Draft two_trunks() {
  routing::Draft draft;
  draft.trunks = {
      {.id = "provider",
       .name = "Penyedia",
       .servers = {"203.0.113.10"},
       .username = "6221555",
       .sources = {"203.0.113.64/28"}},
      {.id = "second", .servers = {"203.0.113.20:5080"}, .numbers = routing::NumberForm::national}};
  draft.outbound = {
      {.id = "mobile", .patterns = {{.match = "08."}}, .trunks = {"provider", "second"}}};
  draft.classes = {{.id = "mobiles", .routes = {"mobile"}, .members = {.people = {"1101"}}}};
  draft.caller_ids = {
      {.id = "own", .shows = routing::CallerIdRule::Shows::own, .number = "+6221555"}};
  draft.inbound = {{.id = "main", .called = "02155550"}};
  draft.inbound[0].to = {routing::Target::Kind::person, "1102"};
  return draft;
}

class Trunks : public testing::DeskWorld {
 protected:
  Trunks() { apply(two_trunks()); }

  void apply(routing::Draft draft) {
    feed(PlanApplied{std::make_shared<const routing::Plan>(std::move(draft))});
    for (const trunk::FindSource& wish : all<trunk::FindSource>()) {
      feed(trunk::SourceFound{wish.remote, *SocketAddress::from_text("198.51.100.7", 5060)});
    }
    for (const Sent& probe : sent(Method::options)) say(probe, 200);
    for (const TrunkChanged& news : all<TrunkChanged>()) told_ = news;
    out.clear();
  }
  static sip::Flow at(const char* ip, std::uint16_t port = 5060) {
    return {sip::Transport::udp, *SocketAddress::from_text(ip, port), 0};
  }
  /// The trunk's response to a request of ours, with fields of one's own.
  void say(const Sent& to, int status, std::string_view fields = {}, std::string_view body = {}) {
    std::string text = answer_text(to.message, status, "theirs", "<sip:x@203.0.113.10>", body);
    text.insert(text.find("\r\n") + 2, fields);
    receive(to.to, text);
  }
  /// 1101's phone dials a mobile number; the INVITE that the trunk gets.
  Sent calls_out() {
    dials(1, "08123456789");
    return take(Method::invite);
  }
  /// A call from outside for the number of the house.
  RequestText comes_in(const std::string& from = "<sip:+628111222333@provider.example>") {
    RequestText text = request(9, "INVITE", "sip:+622155550@198.51.100.7");
    text.from = from;
    text.contact = "<sip:gw@203.0.113.10>";
    text.body = desk_sdp;
    return text;
  }
  std::vector<std::string> states() const {
    std::vector<std::string> words;
    for (const auto& trunk : told_.all) words.push_back(trunk.id + " " + trunk.state);
    return words;
  }
  std::optional<directory::CallRecord> record() const {
    const auto all_of_them = all<directory::SaveCallRecord>();
    return all_of_them.empty() ? std::nullopt : std::optional(all_of_them.back().record);
  }

  TrunkChanged told_;
};

TEST_F(Trunks, CarryACallOutWithTheNumbersThatTheyWant) {
  const Sent invite = calls_out();
  EXPECT_EQ(invite.to.remote.text(), "203.0.113.10:5060");
  EXPECT_EQ(invite.message.request_uri(), "sip:+628123456789@203.0.113.10");
  EXPECT_EQ(invite.message.to().uri.text, "sip:+628123456789@203.0.113.10");
  EXPECT_EQ(invite.message.from().uri.text, "sip:+62215551101@203.0.113.10");
  EXPECT_EQ(invite.message.header("P-Asserted-Identity"),
            "\"Name 1101\" <sip:+62215551101@203.0.113.10>");
  EXPECT_THAT(invite.message.body(), HasSubstr("RTP/AVP"));
  say(invite, 183, {}, desk_sdp);
  say(invite, 200, {}, desk_sdp);
  EXPECT_EQ(take_final().message.status(), 200);
}

TEST_F(Trunks, AreSignedInAtWithTheirOwnPasswordAlone) {
  say(calls_out(), 401, asks);
  const Sent again = take(Method::invite);
  const std::string said(again.message.header("Authorization").value_or(""));
  EXPECT_THAT(said, HasSubstr("username=\"6221555\", realm=\"provider.example\""));
  EXPECT_THAT(said, Not(HasSubstr("geheim")));
  // A phone of ours that asks in the trunk's realm.
  out.clear();
  registers(2);
  dials(1, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), std::string(answer_text(rung.message, 401, "b"))
                        .insert(std::string_view("SIP/2.0 401 Unauthorized\r\n").size(), asks));
  EXPECT_THAT(sent(Method::invite), ::testing::IsEmpty());
}

TEST_F(Trunks, FollowEachOtherWhereOneIsAway) {
  for (const int status : {408, 500, 503}) {
    say(calls_out(), status);
    const Sent next = take(Method::invite);
    EXPECT_EQ(next.to.remote.text(), "203.0.113.20:5080") << status;
    EXPECT_EQ(next.message.request_uri(), "sip:08123456789@203.0.113.20:5080") << status;
    say(next, 486);
    EXPECT_EQ(take_final().message.status(), 486) << status;
  }
}

TEST_F(Trunks, FollowEachOtherWhereOneSaysNothingAtAll) {
  calls_out();
  wait(6s);
  const auto asked = sent(Method::invite);
  ASSERT_FALSE(asked.empty());
  EXPECT_EQ(asked.back().to.remote.text(), "203.0.113.20:5080");
  out.clear();
  say(asked.back(), 200, {}, desk_sdp);
  EXPECT_EQ(take_final().message.status(), 200);
}

TEST_F(Trunks, MayTakeTheirTimeOnceTheyHaveSaid100) {
  say(calls_out(), 100);
  wait(20s);
  EXPECT_THAT(sent(Method::invite), ::testing::IsEmpty());
}

TEST_F(Trunks, AreNotTriedOneAfterTheOtherForWhatTheCalledPartySays) {
  const std::vector<std::pair<int, std::string>> rows{
      {486, "busy"}, {603, "declined"}, {404, "unknown_number"}, {480, "no_answer"}};
  for (const auto& [status, word] : rows) {
    say(calls_out(), status);
    EXPECT_THAT(sent(Method::invite), ::testing::IsEmpty()) << status;
    ASSERT_TRUE(record()) << status;
    EXPECT_EQ(record()->outcome, word);
    EXPECT_EQ(record()->callee, "08123456789");
    EXPECT_THAT(std::string(take_final().message.header(HeaderId::reason).value_or("")),
                HasSubstr(word));
  }
}

TEST_F(Trunks, EndACallWithAWordWhereNoneOfThemWorks) {
  say(calls_out(), 503);
  say(take(Method::invite), 500);
  const auto kept = record();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->outcome, "no_way_out");
  EXPECT_EQ(take_final().message.status(), 503);
}

TEST_F(Trunks, TellNobodyWhoHides) {
  RequestText text = invite(1, "sip:08123456789@dering");
  text.more = "Privacy: id\r\n";
  ask(phone(1), std::move(text), 1);
  const Sent invite = take(Method::invite);
  EXPECT_EQ(invite.message.from().uri.text, "sip:anonymous@anonymous.invalid");
  EXPECT_EQ(invite.message.header("Privacy"), "id");
  EXPECT_EQ(invite.message.header("P-Asserted-Identity"), std::nullopt);
  for (const sip::HeaderField& field : invite.message.headers()) {
    EXPECT_THAT(std::string(field.value), Not(HasSubstr("1101")));
  }
}

TEST_F(Trunks, BringCallsInThatNobodyIsChallengedFor) {
  registers(2);
  receive(at("203.0.113.10"), comes_in().text());
  const Sent rung = take(Method::invite);
  EXPECT_EQ(rung.to.remote.text(), "192.0.2.2:5060");
  EXPECT_EQ(rung.message.from().uri.text, "sip:+628111222333@dering");
  receive(phone(2), answer_text(rung.message, 200, "b", "<sip:1102@192.0.2.2:5060>", desk_sdp));
  const Sent ok = take_final();
  EXPECT_EQ(ok.message.status(), 200);
  EXPECT_EQ(ok.to.remote.text(), "203.0.113.10:5060");
}

TEST_F(Trunks, BringCallsInFromTheirNetworksAndNobodyElseDoes) {
  registers(2);
  receive(at("203.0.113.66", 45'000), comes_in().text());
  EXPECT_EQ(sent(Method::invite).size(), 1U);
  out.clear();
  receive(at("203.0.113.99"), comes_in().text());
  EXPECT_EQ(take_final().message.status(), 407);
  // The same machine at another port is not the server that the settings name.
  receive(at("203.0.113.10", 5062), comes_in().text());
  EXPECT_EQ(take_final().message.status(), 407);
}

TEST_F(Trunks, HaveTheRightsOfNobodyHere) {
  registers(1);
  registers(2);
  // As 1101, who may call mobile numbers, park and pick up.
  for (const char* number : {"08123456789", "1103", "*43", "70"}) {
    RequestText text = comes_in("\"Siti\" <sip:1101@dering>");
    text.uri = std::string("sip:") + number + "@198.51.100.7";
    receive(at("203.0.113.10"), text.text());
    EXPECT_THAT(sent(Method::invite), ::testing::IsEmpty()) << number;
    EXPECT_EQ(take_final().message.status(), 404) << number;
  }
  receive(at("203.0.113.10"), comes_in("\"Siti\" <sip:1101@dering>").text());
  const auto rung = sent(Method::invite);
  ASSERT_EQ(rung.size(), 1U);
  wait(61s);
  ASSERT_TRUE(record());
  EXPECT_EQ(record()->caller, "1101@provider") << "not the extension of somebody here";
}

TEST_F(Trunks, SpeakInTheirDialogsAloneAndSendNobodyOn) {
  registers(2);
  const RequestText invite = comes_in();
  receive(at("203.0.113.10"), invite.text());
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 200, "b", "<sip:1102@192.0.2.2:5060>", desk_sdp));
  RequestText later = invite;
  later.to_tag = take_final().message.to().tag();
  later.body.clear();
  const auto say_in = [&](const sip::Flow& from, std::string method) {
    later.method = std::move(method);
    later.branch = new_branch();
    ++later.cseq;
    later.more = later.method == "REFER" ? "Refer-To: <sip:1103@dering>\r\n" : "";
    receive(from, later.text());
    return take_final().message.status();
  };
  EXPECT_EQ(say_in(at("203.0.113.10"), "REFER"), 403);
  EXPECT_EQ(say_in(at("203.0.113.99"), "BYE"), 481) << "a stranger who knows the tags";
  EXPECT_EQ(say_in(at("203.0.113.70"), "BYE"), 200) << "another of the trunk's machines";
}

TEST_F(Trunks, TellHowTheyAre) {
  EXPECT_THAT(states(), ElementsAre("provider up", "second up"));
  apply({});
  EXPECT_THAT(states(), ElementsAre());
  auto draft = two_trunks();
  draft.trunks[0].registers = true;
  draft.trunks[1].registers = true;
  apply(draft);
  EXPECT_THAT(states(), ElementsAre("provider starting", "second down"));
  EXPECT_EQ(told_.all[1].reason, "No user name and password are set for it");
}

TEST_F(Trunks, LeaveNothingBehindWhenThePlanHasThemNoMore) {
  auto draft = two_trunks();
  draft.trunks[0].registers = true;
  feed(PlanApplied{std::make_shared<const routing::Plan>(draft)});
  for (const trunk::FindSource& wish : all<trunk::FindSource>()) {
    feed(trunk::SourceFound{wish.remote, *SocketAddress::from_text("198.51.100.7", 5060)});
  }
  const auto leaving = [&] {
    const auto tables = switchboard.tables();
    return std::ranges::find(tables, "trunks that leave", &TableSize::name)->size;
  };
  out.clear();  // its REGISTER is under way
  feed(PlanApplied{std::make_shared<const routing::Plan>(routing::Draft{})});
  EXPECT_EQ(leaving(), 1U);
  const Sent goodbye = take(Method::register_);
  EXPECT_EQ(goodbye.message.header("Expires"), "0");
  say(goodbye, 200);
  EXPECT_EQ(leaving(), 0U);
}

TEST_F(Trunks, AreLeftOutWhileTheyDoNotAnswer) {
  wait(90s);  // nobody answers OPTIONS of the first one
  for (const TrunkChanged& news : all<TrunkChanged>()) told_ = news;
  EXPECT_THAT(states(), ElementsAre("provider down", "second down"));
  out.clear();
  dials(1, "08123456789");
  EXPECT_EQ(take_final().message.status(), 503);
}

}  // namespace
}  // namespace dering::switchboard
