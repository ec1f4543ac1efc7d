// SPDX-License-Identifier: Apache-2.0
#include "sim/person.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "sim/knobs.h"
#include "sim/world.h"

namespace dering::sim {

using namespace std::chrono_literals;

Person::Person(World& world, std::string extension, testing::PhoneKind kind)
    : Phone(world, std::move(extension), kind, Switched::off), sim_(world) {}

void Person::start() {
  sim_.after(between(random(), 0s, 3s), [this] { connect(); });
  act_later();
}

void Person::act_later() {
  sim_.after(between(random(), 500ms, 15s), [this] {
    if (!is_active_) return;
    act();
    act_later();
  });
}

void Person::act() {
  if (!is_connected()) return;
  if (chance(random(), sim_.knobs().flow_loss_percent)) return lose_connection();
  if (all_calls().empty()) return call_somebody();
  act_on(all_calls()[random().below(all_calls().size())]);
}

void Person::act_on(PhoneCall& call) {
  switch (call.state) {
    case State::calling:
      if (chance(random(), 30)) cancel(call);
      return;
    case State::talking:
      if (does_now_and_then(sim_.knobs().transfer_percent)) {
        send_on(call);
      } else if (chance(random(), sim_.knobs().hang_up_percent)) {
        hang_up(call);
      } else if (chance(random(), sim_.knobs().hold_percent)) {
        set_hold(call, !call.is_on_hold);
      }
      return flush();
    case State::ringing:
    case State::cancelling:
      return;
  }
}

void Person::lose_connection() {
  if (!has_connection()) {
    lose_power();
    return come_back(5s);
  }
  if (is_browser() && does_now_and_then(sim_.knobs().reentry_percent)) return load_anew();
  const bool is_reload = chance(random(), sim_.knobs().reload_percent);
  disconnect(is_reload ? Memory::lost : Memory::kept);
  come_back(100ms);
}

/// What a connection may take with it when it breaks, and must be said again.
bool Person::loses(const sip::Message& message) {
  if (!has_connection() || !is_active_ || sim_.knobs().break_percent == 0) return false;
  const sip::Method method = message.is_request() ? message.method() : message.cseq().method;
  const bool is_final = method == sip::Method::invite && message.status() >= 200;
  const bool is_told =
      message.is_request() && (method == sip::Method::bye || method == sip::Method::cancel ||
                               method == sip::Method::ack || !message.to().tag().empty());
  if (!(message.is_request() ? is_told : is_final)) return false;
  if (!chance(random(), sim_.knobs().break_percent)) return false;
  lose_connection();
  return true;
}

void Person::come_back(Duration earliest) {
  sim_.after(between(random(), earliest, 40s), [this] {
    connect();
    come_back_into_calls();
  });
}

void Person::on_closed() {
  sim_.event(identity().name, "is signed out");
  next_session();
  disconnect(Memory::kept);
  come_back(100ms);
}

void Person::hang_up_all(Whose whose) {
  for (std::size_t i = all_calls().size(); i > 0; --i) {
    PhoneCall& call = all_calls()[i - 1];
    const bool is_meant = whose == Whose::all || call.role == Role::caller;
    if (call.state == State::talking && is_meant) hang_up(call);
  }
  flush();
}

void Person::resume_all() {
  for (PhoneCall& call : all_calls()) {
    if (call.is_on_hold) set_hold(call, false);
  }
}

// ---- What the phone tells -----------------------------------------------------------------------

void Person::on_outcome(const PhoneCall& call, const std::string& word) {
  sim_.ledger().close(attempts_.at(call.id), word);
  on_asked(call.id, true);
}

void Person::on_unknown(const PhoneCall& call) {
  sim_.ledger().give_up(attempts_.at(call.id));
  on_asked(call.id, false);
}

void Person::on_ringing(const PhoneCall& call) {
  sim_.after(answers_after(), [this, id = call.id] { answer_or_not(id); });
  if (has_connection()) watch_ringing(call.id, 0);
}

void Person::answer_or_not(std::uint64_t id) {
  PhoneCall* call = find(id);
  if (!call || call->state != State::ringing) return;
  const auto choice = random().below(10);
  if (choice < 6) {
    accept(*call);
  } else if (choice < 9) {
    refuse(*call, std::array{486, 480, 603}[choice - 6]);
  }
  // A desk phone stops ringing by itself at last.
  if (choice == 9 && !is_browser()) {
    sim_.after(120s, [this, id] {
      PhoneCall* late = find(id);
      if (late && late->state == State::ringing) refuse(*late, 480);
      flush();
    });
  }
  flush();
}

/// Where nothing is lost on the way, a phone stops ringing soon after nobody calls any more.
void Person::watch_ringing(std::uint64_t id, unsigned doubts) {
  sim_.after(15s, [this, id, doubts] {
    const PhoneCall* call = find(id);
    if (!call || call->state != State::ringing) return;
    // A desk phone that calls may vanish without a word, and goes on ringing where it was.
    const bool is_doubtful =
        is_browser() && sim_.has_browsers_alone(call->number)
            ? !sim_.somebody_calls(call->number, identity().extension)
            : must_know(*call, testing::short_absence) && sim_.counts().calls == 0;
    if (is_doubtful && doubts + 1 >= sim_.doubts_allowed()) {
      sim_.fault(fmt::format("{} rings for nobody", identity().name));
    }
    watch_ringing(id, is_doubtful ? doubts + 1 : 0);
  });
}

}  // namespace dering::sim
