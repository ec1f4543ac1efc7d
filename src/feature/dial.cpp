// SPDX-License-Identifier: Apache-2.0
#include "feature/dial.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call/scene.h"
#include "feature/redirection.h"
#include "feature/talk.h"
#include "feature/transfer.h"

namespace dering::feature {
namespace {

using call::Contact;
using call::Leg;
using call::LegEvent;
using call::Outcome;
using call::Scene;
using What = LegEvent::What;

class Dial final : public call::Feature {
 public:
  explicit Dial(DialPlan plan) : plan_(std::move(plan)) {}

  void on_start(Scene& scene) override {
    std::vector<Contact> phones = scene.numbers().phones_of(plan_.callee.extension);
    if (phones.empty()) return fail(Outcome::offline, scene);
    if (!scene.open_media()) return;
    gives_up_at_ = scene.now() + plan_.ringing.time;
    const call::Party& callee = called_.emplace_back(std::move(plan_.callee));
    rung_.reserve(phones.size());
    for (Contact& phone : phones) ring(callee, std::move(phone), scene);
    if (rung_.empty()) fail(scene.why_none_rings(), scene);
  }

  void on(const LegEvent& event, Scene& scene) override {
    switch (event.what) {
      case What::ringing:
        tell_transferor(180, scene);
        return scene.tell_ringing();
      case What::answered:
        scene.connect(event.leg);
        tell_transferor(200, scene);
        return scene.continue_with(talk(plan_.ringing));
      case What::failed:
        if (const Leg* leg = scene.leg(event.leg)) on_failed(*leg, scene);
        return;
      case What::joined:
        if (!scene.is_answered()) return;
        // Somebody has picked it up.
        tell_transferor(200, scene);
        return scene.continue_with(talk(plan_.ringing));
      case What::hung_up:
        return scene.end(Outcome::cancelled);
      case What::lost:
        return scene.end(Outcome::caller_gone);
      case What::transfer_asked:
      case What::transfer_ended:
      case What::unplayable:
      case What::left:
      case What::digit:
        return;
    }
  }

  void on_contact(std::string_view extension, const Contact& phone, Scene& scene) override {
    const auto callee = std::ranges::find(called_, extension, &call::Party::extension);
    if (callee == called_.end() || is_rung(phone)) return;
    if (ring(*callee, Contact(phone), scene)) back_by_.reset();
  }

  void on_time(Scene& scene) override {
    const bool is_late = gives_up_at_ && scene.now() >= *gives_up_at_;
    if (back_by_ && (is_late || scene.now() >= *back_by_)) {
      back_by_.reset();
      if (!scene.may_be_answered()) return fail(*said_, scene);
    }
    if (is_late) fail(Outcome::no_answer, scene);
  }

  /// Whoever sent the caller here waits for the end of it.
  void on_ended(Outcome outcome, Scene& scene) override {
    tell_transferor(call::status_of(outcome), scene);
  }

  std::optional<Instant> next_deadline() const override { return earlier(gives_up_at_, back_by_); }

 private:
  bool ring(const call::Party& callee, Contact&& phone, Scene& scene) {
    if (rung_.size() >= plan_.ringing.most_phones || !scene.ring(callee, phone)) return false;
    rung_.push_back(std::move(phone));
    return true;
  }

  void on_failed(const Leg& leg, Scene& scene) {
    if (is_sent_on(leg, scene)) return;
    const Outcome outcome = leg.failure();
    if (!said_ || call::tells_more(outcome, *said_)) said_ = outcome;
    // RFC 3261 §21.6: it speaks for the person, not for one phone.
    if (leg.refusal().status >= 600) return fail(*said_, scene);
    const bool is_page_gone = outcome == Outcome::offline && is_websocket(leg.flow().transport);
    if (is_page_gone) back_by_ = scene.now() + reload_time;
    if (!scene.may_be_answered() && !back_by_) fail(*said_, scene);
  }

  void tell_transferor(int status, Scene& scene) const {
    if (plan_.sent_by) scene.transfers().tell(plan_.sent_by->leg, status);
  }

  /// Nobody takes the call.
  void fail(Outcome outcome, Scene& scene) {
    gives_up_at_.reset();
    if (!plan_.sent_by) return scene.end(outcome);
    const Transferor back = *std::exchange(plan_.sent_by, std::nullopt);
    const bool is_there = scene.transfers().is_talking(back.leg) && scene.first() != nullptr &&
                          scene.move(scene.first()->id(), back.call, "returned");
    scene.transfers().tell(back.leg, call::status_of(outcome));
    if (is_there) return scene.end(outcome);
    scene.stop_ringing();
    scene.continue_with(dial({back.person, {ring_back_time, plan_.ringing.most_phones}}));
  }

  /// True if others ring in its place.
  bool is_sent_on(const Leg& leg, Scene& scene) {
    auto next = redirection_of(leg, scene.numbers());
    if (!next || called_.size() > most_redirections) return false;
    // Whom we have called already we do not call again: two who send each other on would go round.
    if (std::ranges::count(called_, next->extension, &call::Party::extension) > 0) return false;
    const call::Party& person = called_.emplace_back(*std::move(next));
    bool rings = false;
    for (Contact& phone : scene.numbers().phones_of(person.extension)) {
      rings |= ring(person, std::move(phone), scene);
    }
    return rings;
  }

  bool is_rung(const Contact& phone) const {
    return std::ranges::any_of(rung_, [&](const Contact& rung) {
      return rung.uri == phone.uri && rung.flow == phone.flow;
    });
  }

  DialPlan plan_;
  std::vector<call::Party> called_;  ///< the callee, and whom their phones sent the caller on to
  std::vector<Contact> rung_;
  std::optional<Instant> gives_up_at_;
  std::optional<Instant> back_by_;  ///< a page is gone and perhaps only loaded anew
  std::optional<Outcome> said_;     ///< the most telling of the refusals so far
};

}  // namespace

std::unique_ptr<call::Feature> dial(DialPlan plan) {
  return std::make_unique<Dial>(std::move(plan));
}

}  // namespace dering::feature
