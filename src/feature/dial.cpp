// SPDX-License-Identifier: Apache-2.0
#include "feature/dial.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "call/call.h"

namespace dering::feature {
namespace {

using call::Call;
using call::Leg;
using call::Outcome;
using call::Signal;
using call::Turn;

class Dial final : public call::Feature {
 public:
  explicit Dial(DialPlan plan) : plan_(std::move(plan)) {}

  void on_start(Call& call, Turn& turn) override {
    if (plan_.contacts.empty()) return call.end(Outcome::offline, turn);
    std::erase_if(plan_.contacts, [&](const call::Contact& contact) {
      return call::profile_of(contact.flow) != call.caller_profile();
    });
    if (plan_.contacts.empty()) return call.end(Outcome::desk_phone, turn);
    if (!call.open_media(turn)) return;
    for (const call::Contact& contact : plan_.contacts) call.ring(plan_.callee, contact, turn);
    gives_up_at_ = turn.now + plan_.ring_time;
  }

  void on_leg(Call& call, Leg& leg, Signal signal, Turn& turn) override {
    switch (signal) {
      case Signal::ringing:
        return call.tell_ringing(turn);
      case Signal::answered:
        return call.connect(leg, turn);
      case Signal::failed:
        return on_failed(call, leg, turn);
      case Signal::none:
      case Signal::hung_up:
      case Signal::lost:
        return;
    }
  }

  void on_contact(Call& call, std::string_view extension, const call::Contact& contact,
                  Turn& turn) override {
    if (extension != plan_.callee.extension || is_rung(contact)) return;
    if (call::profile_of(contact.flow) != call.caller_profile()) return;
    if (plan_.contacts.size() >= most_phones_rung) return;
    plan_.contacts.push_back(contact);
    back_by_.reset();
    call.ring(plan_.callee, contact, turn);
  }

  void on_time(Call& call, Turn& turn) override {
    const bool is_late = gives_up_at_ && turn.now >= *gives_up_at_;
    if (back_by_ && (is_late || turn.now >= *back_by_)) {
      back_by_.reset();
      if (!call.may_be_answered()) return call.end(*said_, turn);
    }
    if (is_late) call.end(Outcome::no_answer, turn);
  }

  std::optional<Instant> next_deadline() const override { return earlier(gives_up_at_, back_by_); }

 private:
  void on_failed(Call& call, const Leg& leg, Turn& turn) {
    const Outcome outcome = leg.failure();
    if (!said_ || call::tells_more(outcome, *said_)) said_ = outcome;
    if (leg.refuses_for_all()) return call.end(*said_, turn);
    const bool is_page_gone = outcome == Outcome::offline && is_websocket(leg.flow().transport);
    if (is_page_gone) back_by_ = turn.now + reload_time;
    if (!call.may_be_answered() && !back_by_) call.end(*said_, turn);
  }

  bool is_rung(const call::Contact& contact) const {
    return std::ranges::any_of(plan_.contacts, [&](const call::Contact& rung) {
      return rung.uri == contact.uri && rung.flow == contact.flow;
    });
  }

  DialPlan plan_;
  std::optional<Instant> gives_up_at_;
  std::optional<Instant> back_by_;  ///< a page is gone and perhaps only loaded anew
  std::optional<Outcome> said_;     ///< the most telling of the refusals so far
};

}  // namespace

std::unique_ptr<call::Feature> dial(DialPlan plan) {
  return std::make_unique<Dial>(std::move(plan));
}

}  // namespace dering::feature
