// SPDX-License-Identifier: Apache-2.0
#include "feature/dial.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call/parting_word.h"
#include "call/scene.h"
#include "feature/called.h"
#include "feature/redirection.h"
#include "feature/talk.h"

namespace dering::feature {
namespace {

using call::Contact;
using call::Diverted;
using call::Leg;
using call::LegEvent;
using call::Outcome;
using call::Scene;
using directory::ForwardingCase;
using What = LegEvent::What;

class Dial final : public call::Feature {
 public:
  explicit Dial(DialPlan plan) : plan_(std::move(plan)), back_(std::exchange(plan_.sent_by, {})) {}

  void on_start(Scene& scene) override {
    call::Approach approach{.sent_by = back_.person()};
    if (plan_.returns_from) {
      approach.why = "returned";
      approach.parked_at = plan_.returns_from->name();
    }
    const auto refusal = reach({std::move(plan_.callee), std::move(approach)}, scene);
    if (refusal) fail(*refusal, scene);
  }

  void on(const LegEvent& event, Scene& scene) override {
    switch (event.what) {
      case What::ringing:
        back_.tell(180, scene);
        return scene.tell_ringing();
      case What::answered:
        scene.connect(event.leg);
        back_.tell(200, scene);
        return scene.continue_with(talk(plan_.house));
      case What::failed:
        if (const Leg* leg = scene.leg(event.leg)) on_failed(*leg, scene);
        return;
      case What::joined:
        if (!scene.is_answered()) return;
        // Somebody has picked it up.
        back_.tell(200, scene);
        return scene.continue_with(talk(plan_.house));
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
    Called* called = find(extension);
    if (!called || is_rung(*called, phone)) return;
    if (ring(*called, Contact(phone), scene)) called->back_by.reset();
  }

  void on_time(Scene& scene) override {
    for (std::size_t i = 0; i < called_.size();) {
      if (const auto outcome = time_up(called_[i], scene)) {
        give_up(i, *outcome, scene);  // what comes in its place stands at the end
      } else {
        ++i;
      }
    }
  }

  /// Whoever sent the caller here waits for the end of it.
  void on_ended(Outcome outcome, Scene& scene) override {
    back_.tell(call::status_of(outcome), scene);
    plan_.returns_from.reset();
  }

  std::optional<Instant> next_deadline() const override {
    std::optional<Instant> at;
    for (const Called& called : called_) {
      at = earlier(at, earlier(called.gives_up_at, called.back_by));
    }
    return at;
  }

 private:
  // -- how somebody is called

  /// Has their phones ring, or those of whom they forward to. Nothing, or why that cannot be.
  std::optional<Outcome> reach(Called called, Scene& scene) {
    const std::string& extension = called.person.extension;
    passed_.at(passed_count_++) = extension;
    if (plan_.forwardings == Forwardings::followed) {
      called.forwarding = scene.numbers().forwarding_of(extension);
      if (!called.forwarding.always.empty()) {
        return divert(called, ForwardingCase::always, Outcome::forwarding_loop, scene);
      }
      if (const auto crowd = scene.numbers().crowding_of(caller_of(scene), extension)) {
        return divert(called, *crowd, scene);
      }
      if (called.forwarding.do_not_disturb) return divert(called, Outcome::do_not_disturb, scene);
    }
    return ring_all(std::move(called), scene);
  }

  std::optional<Outcome> ring_all(Called called, Scene& scene) {
    std::vector<Contact> phones = scene.numbers().phones_of(called.person.extension);
    if (phones.empty()) return divert(called, Outcome::offline, scene);
    if (!scene.open_media()) return std::nullopt;
    const bool has_own_time = !called.forwarding.no_answer.empty();
    called.gives_up_at =
        scene.now() + (has_own_time ? Duration(std::chrono::seconds(called.forwarding.ring_seconds))
                                    : plan_.house.ringing.time);
    called.rung.reserve(phones.size());
    for (Contact& phone : phones) ring(called, std::move(phone), scene);
    if (called.rung.empty()) return scene.why_none_rings();
    called_.push_back(std::move(called));
    return std::nullopt;
  }

  bool ring(Called& called, Contact&& phone, Scene& scene) {
    std::size_t count = called.rung.size();
    for (const Called& other : called_) {
      if (&other != &called) count += other.rung.size();
    }
    if (count >= plan_.house.ringing.most_phones) return false;
    if (!scene.ring(called.person, phone, called.approach)) return false;
    has_rung_ = true;
    called.rung.push_back(std::move(phone));
    return true;
  }

  // -- how the call goes on

  std::optional<Outcome> divert(const Called& called, Outcome outcome, Scene& scene) {
    const auto when = case_of(outcome);
    return when ? divert(called, *when, outcome, scene) : outcome;
  }

  /// To whom that person has named for this; nothing, or how the call ends for them.
  std::optional<Outcome> divert(const Called& called, ForwardingCase when, Outcome outcome,
                                Scene& scene) {
    const std::string& to = called.forwarding.target(when);
    if (to.empty()) return outcome;
    auto next = scene.numbers().party_of(to);
    if (!next) return Outcome::forwarded_nowhere;
    if (!may_go_to(to, scene)) return has_rung_ ? outcome : Outcome::forwarding_loop;
    pass_by(called, scene);
    const Diverted why = diverted_by(when, outcome);
    return reach({*std::move(next), onward(called, name_of(when), why)}, scene);
  }

  /// Whom we have called already we do not call again: two who send each other on would go round.
  bool may_go_to(std::string_view extension, const Scene& scene) const {
    return passed_count_ < passed_.size() && caller_of(scene) != extension &&
           std::ranges::find(passed_, extension) == passed_.end();
  }

  // -- what becomes of phones that ring

  void on_failed(const Leg& leg, Scene& scene) {
    const std::string extension = leg.party().extension;
    if (!find(extension)) return;
    const auto outcome = send_on(leg, scene);
    if (!outcome) {
      if (!scene.may_be_answered(extension)) forget(extension);
      return;
    }
    Called& called = *find(extension);
    if (!called.said || call::tells_more(*outcome, *called.said)) called.said = outcome;
    if (std::string word = call::parting_word_of(leg); !word.empty()) word_ = std::move(word);
    // RFC 3261 §21.6: it speaks for the person, not for one phone.
    if (leg.refusal().status >= 600) return speak_for(called, scene);
    const bool is_page_gone = outcome == Outcome::offline && is_websocket(leg.flow().transport);
    if (is_page_gone) called.back_by = scene.now() + reload_time;
    if (scene.may_be_answered(extension) || called.back_by) return;
    give_up(static_cast<std::size_t>(&called - called_.data()), *called.said, scene);
  }

  void speak_for(const Called& called, Scene& scene) {
    const Called whole = called;
    forget(whole.person.extension);
    if (const auto ended = divert(whole, *whole.said, scene)) fail(most_telling(*ended), scene);
  }

  /// None of their phones takes the call.
  void give_up(std::size_t place, Outcome outcome, Scene& scene) {
    const Called called = std::move(called_[place]);
    called_.erase(called_.begin() + static_cast<std::ptrdiff_t>(place));
    const auto ended = divert(called, outcome, scene);
    if (!ended) return;
    const Outcome worst = most_telling(*ended);
    if (called_.empty()) return fail(worst, scene);
    if (scene.may_be_answered(called.person.extension)) {
      scene.stop_ringing(called.person.extension);
    }
  }

  Outcome most_telling(Outcome outcome) {
    if (!said_ || call::tells_more(outcome, *said_)) said_ = outcome;
    return *said_;
  }

  /// Nobody takes the call.
  void fail(Outcome outcome, Scene& scene) {
    called_.clear();
    back_.fail(outcome, plan_.house, word_, scene);
  }

  /// Nothing if others ring in place of that phone, else how it ends for it.
  std::optional<Outcome> send_on(const Leg& leg, Scene& scene) {
    auto next = redirection_of(leg, scene.numbers());
    if (!next) return leg.failure();
    if (!may_go_to(next->extension, scene)) return Outcome::forwarding_loop;
    const Called& from = *find(leg.party().extension);
    scene.diversions().pass_by(from.person, from.approach.why);
    return reach({*std::move(next), onward(from, "by_phone", Diverted::by_phone)}, scene);
  }

  Called* find(std::string_view extension) {
    const auto at = std::ranges::find_if(
        called_, [&](const Called& called) { return called.person.extension == extension; });
    return at == called_.end() ? nullptr : &*at;
  }
  void forget(std::string_view extension) {
    std::erase_if(called_,
                  [&](const Called& called) { return called.person.extension == extension; });
  }

  DialPlan plan_;
  WayBack back_;
  std::vector<Called> called_;                             ///< whose phones ring
  std::array<std::string, most_redirections + 1> passed_;  ///< whom the call came to
  std::size_t passed_count_ = 0;
  bool has_rung_ = false;        ///< somebody's phone has
  std::optional<Outcome> said_;  ///< the most telling end of those who were given up
  std::string word_;             ///< of the last who declined with one
};

}  // namespace

std::unique_ptr<call::Feature> dial(DialPlan plan) {
  return std::make_unique<Dial>(std::move(plan));
}

}  // namespace dering::feature
