// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feature/dial.h"
#include "feature/testing/exchange.h"
#include "sip/message/transfer_fields.h"

// Desk phones and pages that call each other, send each other on and hang up, for tests.

namespace dering::feature::testing {

using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;

/// One phone's dialog with us.
struct Dialog {
  sip::Flow flow;
  std::string call_id;
  std::string me;  ///< name-addr without a tag
  std::string my_tag;
  std::string you;
  std::string your_tag{};
  std::uint32_t cseq = 1;
};

/// Desk phones 1001 to 1005, at ports 5061 to 5065. Siti (1001) calls Budi (1002), and sends him
/// on.
class TransferTest : public Exchange {
 protected:
  TransferTest() : TransferTest(call::MediaSettings{}) {}
  explicit TransferTest(call::MediaSettings settings) : Exchange(std::move(settings)) {
    for (const char* person : {"1001", "1002", "1003", "1004", "1005"}) {
      phones_.of[person] = {{"sip:" + std::string(person) + "@192.0.2.1", flow_of(person), {}}};
    }
  }
  /// These have a browser instead.
  void give_pages(std::initializer_list<const char*> people) {
    for (const char* person : people) {
      pages_.insert(person);
      phones_.of[person] = {
          {"sip:" + std::string(person) + "@a.invalid;transport=ws", flow_of(person), {}}};
    }
  }
  void on_invite(sip::RequestArrived invite) override {
    auto it = turn();
    const std::string caller(invite.message.from().uri.user);
    const std::string callee(sip::parse_uri(invite.message.request_uri())->user);
    calls_.start({std::move(invite), {caller, {}, caller == hidden_}, {}, callee},
                 dial({{callee, {}}, {{std::chrono::seconds(60)}}}), it);
  }
  sip::Flow flow_of(std::string_view person) const {
    const auto number = static_cast<std::uint16_t>(person.back() - '0');
    if (pages_.contains(person)) return sip::testing::wss_flow(number);
    return sip::testing::udp_flow(static_cast<std::uint16_t>(5060 + (person.back() - '0')));
  }

  // -- what phones do
  Dialog invites(const std::string& caller, const std::string& callee) {
    Dialog dialog{.flow = flow_of(caller),
                  .call_id = caller + callee + std::to_string(++invites_) + "@phone",
                  .me = "<sip:" + caller + "@pbx.test>",
                  .my_tag = caller + "tag" + std::to_string(invites_),
                  .you = "<sip:" + callee + "@pbx.test>"};
    const bool is_page = pages_.contains(caller);
    RequestText invite =
        words(dialog, "INVITE", is_page ? page_words(dialog.flow, browser_sdp) : desk_sdp);
    invite.more = supported_;
    receive(dialog.flow, invite.text());
    return dialog;
  }
  /// The dialog of the phone that was rung, after it has said this.
  Dialog says(const Sent& invite, int status, std::string_view tag = "t") {
    const std::string sdp = status != 200                       ? std::string()
                            : is_websocket(invite.to.transport) ? page_answer(invite.to)
                                                                : std::string(desk_sdp);
    std::string answer = answer_text(invite.message, status, tag, "<sip:x@192.0.2.1>", sdp);
    answer.insert(answer.find("\r\n") + 2, supported_);
    receive(invite.to, answer);
    const auto& to = invite.message.to();
    const auto& from = invite.message.from();
    return {.flow = invite.to,
            .call_id = std::string(invite.message.call_id()),
            .me = "<" + std::string(to.uri.text) + ">",
            .my_tag = std::string(tag),
            .you = "<" + std::string(from.uri.text) + ">",
            .your_tag = std::string(from.tag())};
  }
  RequestText words(const Dialog& dialog, const std::string& method, std::string_view body = {}) {
    RequestText text;
    text.method = method;
    text.transport = sip::via_name(dialog.flow.transport);
    text.sent_by = "192.0.2.1:" + std::to_string(dialog.flow.remote.port());
    text.uri = dialog.you.substr(1, dialog.you.size() - 2);
    text.branch = "z9hG4bK" + std::to_string(++asked_);
    text.from = dialog.me;
    text.from_tag = dialog.my_tag;
    text.to = dialog.you;
    text.to_tag = dialog.your_tag;
    text.call_id = dialog.call_id;
    text.cseq = dialog.cseq;
    text.body = body;
    return text;
  }
  void asks(Dialog& dialog, const std::string& method, const std::string& more = {}) {
    if (method != "ACK") ++dialog.cseq;
    RequestText text = words(dialog, method);
    text.more = more;
    receive(dialog.flow, text.text());
  }
  void refers(Dialog& dialog, const std::string& target) {
    sent_.clear();
    asks(dialog, "REFER", "Refer-To: " + target + "\r\n");
  }
  static std::string to_dialog(const std::string& number, const Dialog& dialog, bool swapped) {
    const sip::Replaces replaces{dialog.call_id, swapped ? dialog.my_tag : dialog.your_tag,
                                 swapped ? dialog.your_tag : dialog.my_tag};
    return sip::refer_to_value("sip:" + number + "@pbx.test", replaces);
  }
  struct Talk {
    Dialog caller;
    Dialog callee;
  };
  Talk talk(const std::string& caller, const std::string& callee) {
    Talk talk;
    talk.caller = invites(caller, callee);
    talk.callee = says(take(Method::invite), 200, callee);
    talk.caller.your_tag = std::string(take(200).message.to().tag());
    asks(talk.caller, "ACK");
    sent_.clear();
    return talk;
  }

  // -- what is seen
  /// What the next NOTIFY tells, which is answered.
  std::string told(int with = 200) {
    const Sent notify = take(Method::notify);
    receive(notify.to, answer_text(notify.message, with));
    return std::string(sip::parse_status_fragment(notify.message.body())->phrase);
  }
  /// The one it talks with is sent on to 1003: what a phone there is sent.
  Sent sends_on(Dialog& transferor) {
    refers(transferor, "<sip:1003@pbx.test>");
    EXPECT_EQ(told(), "Trying");
    return take(sip::Method::invite);
  }
  /// Who came or went by a transfer: "1002 from 1001", "1002 to 1003 by 1001".
  std::vector<std::string> passages() const {
    std::vector<std::string> told;
    for (const auto& record : out_.records) {
      for (const auto& stay : record.stays) {
        if (!stay.brought_by.empty()) told.push_back(stay.person + " from " + stay.brought_by);
        if (!stay.sent_to.empty()) {
          told.push_back(stay.person + " to " + stay.sent_to + " by " + stay.sent_by);
        }
      }
    }
    return told;
  }
  std::vector<std::string> outcomes() const {
    std::vector<std::string> outcomes;
    for (const auto& record : out_.records) {
      outcomes.push_back(record.caller + " " + record.callee + " " + record.outcome);
    }
    return outcomes;
  }
  /// Who is told goodbye; each answers, and says that it heard of its transfer.
  std::vector<std::string> goodbyes() {
    std::vector<std::string> who;
    while (!sent_.empty()) {
      const Sent sent = take();
      if (!sent.message.is_request()) continue;
      const bool is_goodbye = sent.message.method() == Method::bye;
      if (!is_goodbye && sent.message.method() != Method::notify) continue;
      if (is_goodbye) who.push_back(owner_of(sent.to));
      receive(sent.to, answer_text(sent.message, 200));
    }
    return who;
  }
  std::string page_answer(const sip::Flow& page) const {
    return page_words(page, browser_answer());
  }
  /// A description of its browser.
  std::string page_words(const sip::Flow& page, std::string_view sdp) const {
    std::string words(sdp);
    constexpr std::string_view origin = "o=-";
    if (firefoxes_.contains(owner_of(page)))
      words.replace(words.find(origin), origin.size(), "o=mozilla...");
    return words;
  }
  std::string owner_of(const sip::Flow& flow) const {
    for (const auto& [person, phones] : phones_.of) {
      if (!phones.empty() && phones[0].flow == flow) return person;
    }
    return "nobody";
  }
  bool is_tone(media::v2::Tone::Name name) const {
    return !started().empty() && started().back().has_tone() &&
           started().back().tone().name() == name;
  }

  std::set<std::string, std::less<>> pages_;
  std::set<std::string, std::less<>> firefoxes_;  ///< who has that browser
  std::string supported_;  ///< the field that phones say in an INVITE and its answer
  std::string hidden_;     ///< who keeps their number to themselves
  int invites_ = 0;
  int asked_ = 0;
};

}  // namespace dering::feature::testing
