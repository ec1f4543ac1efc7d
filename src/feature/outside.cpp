// SPDX-License-Identifier: Apache-2.0
#include "feature/outside.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "call/scene.h"
#include "feature/talk.h"

namespace dering::feature {
namespace {

using call::Contact;
using call::Leg;
using call::LegEvent;
using call::Outcome;
using call::Party;
using call::Scene;
using What = LegEvent::What;

/// The next way is tried: that one is away, or does not know us.
bool is_way_broken(int status) {
  return status == 0 || status == 401 || status == 407 || status == 408 ||
         (status >= 500 && status < 600);
}

/// As whom the caller is shown there.
Party shown_caller(const Party& caller, const routing::Way& way, bool is_withheld,
                   const Contact& server) {
  const bool is_own = !way.caller.empty() && way.caller.ends_with(call::number_of(caller));
  Party shown{.extension = way.caller,
              .display_name = is_own ? caller.display_name : std::string(),
              .is_hidden = is_withheld || caller.is_hidden};
  const bool has_account = server.account && !server.account->username.empty();
  if (shown.extension.empty() && has_account) shown.extension = server.account->username;
  if (shown.extension.empty()) shown.is_hidden = true;
  return shown;
}

class Outside final : public call::Feature {
 public:
  explicit Outside(OutsidePlan plan)
      : plan_(std::move(plan)), back_(std::exchange(plan_.sent_by, {})) {}

  void on_start(Scene& scene) override {
    if (scene.open_media()) try_next(scene);
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
        if (event.leg != called_) return;  // it was given up
        if (const Leg* leg = scene.leg(event.leg)) on_failed(*leg, scene);
        return;
      case What::joined:
        if (scene.is_answered()) scene.continue_with(talk(plan_.house));
        return;
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

  void on_time(Scene& scene) override {
    if (silent_at_ && scene.now() >= *silent_at_) {
      silent_at_.reset();
      if (scene.diversions().is_silent(called_)) return give_up(scene);
    }
    if (gives_up_at_ && scene.now() >= *gives_up_at_) {
      gives_up_at_.reset();
      scene.stop_ringing();
      back_.fail(Outcome::no_answer, plan_.house, {}, scene);
    }
  }

  void on_ended(Outcome outcome, Scene& scene) override {
    back_.tell(call::status_of(outcome), scene);
  }

  std::optional<Instant> next_deadline() const override {
    return earlier(silent_at_, gives_up_at_);
  }

 private:
  /// Nothing was heard there. An answer that comes all the same is ended by BYE.
  void give_up(Scene& scene) {
    called_ = {};
    scene.stop_ringing();
    try_next(scene);
  }

  void on_failed(const Leg& leg, Scene& scene) {
    said_ = leg.failure();
    called_ = {};
    if (is_way_broken(leg.refusal().status)) return try_next(scene);
    fail(scene);
  }

  /// The next server of this way, or the first one of the next.
  void try_next(Scene& scene) {
    silent_at_.reset();
    while (const auto next = next_server(scene)) {
      if (call_there(*next, scene)) return;
    }
    fail(scene);
  }

  struct Next {
    const routing::Way& way;
    Contact server;
  };
  std::optional<Next> next_server(const Scene& scene) {
    for (; way_ < plan_.to.ways.size(); ++way_, server_ = 0) {
      const routing::Way& way = plan_.to.ways[way_];
      std::vector<Contact> servers = scene.numbers().servers_of(way.trunk, way.number);
      if (server_ < servers.size()) return Next{way, std::move(servers[server_++])};
    }
    return std::nullopt;
  }

  bool call_there(const Next& next, Scene& scene) {
    const Leg* caller = scene.first();
    if (!caller) return false;
    const Party called = call::outside_party(next.way.number, next.way.trunk);
    call::Approach approach{.sent_by = back_.person()};
    approach.shown = shown_caller(caller->party(), next.way, plan_.to.is_withheld, next.server);
    called_ = scene.ring(called, next.server, approach);
    if (!called_) {
      said_ = scene.why_none_rings();
      return false;
    }
    silent_at_ = scene.now() + silence_of_a_server;
    if (!gives_up_at_) gives_up_at_ = scene.now() + plan_.house.ringing.time;
    return true;
  }

  void fail(Scene& scene) {
    gives_up_at_.reset();
    silent_at_.reset();
    back_.fail(said_, plan_.house, {}, scene);
  }

  OutsidePlan plan_;
  WayBack back_;
  std::size_t way_ = 0;     ///< that is tried
  std::size_t server_ = 0;  ///< of that way: the one to be tried next
  call::LegId called_;
  std::optional<Instant> silent_at_;    ///< then the server has to have said something
  std::optional<Instant> gives_up_at_;  ///< nobody answers
  Outcome said_ = Outcome::no_way_out;
};

}  // namespace

std::unique_ptr<call::Feature> outside(OutsidePlan plan) {
  return std::make_unique<Outside>(std::move(plan));
}

}  // namespace dering::feature
