// SPDX-License-Identifier: Apache-2.0
//
// A page that was loaded anew, or another one of its person, which comes back into its calls.
#include <algorithm>
#include <utility>

#include "sim/person.h"
#include "sim/world.h"

namespace dering::sim {

using namespace std::chrono_literals;

namespace {

/// web/phone/src/app/kept_calls.ts: what is older leads nowhere.
constexpr Duration fresh = 40s;

}  // namespace

void Person::load_anew() {
  for (const PhoneCall& call : all_calls()) {
    // Whom it is with may be on the way to somebody else: nobody comes back into that.
    if (call.state != State::talking || !call.dialog || is_sending_on(call)) continue;
    left_.push_back({*call.dialog, name_of(call), call.is_on_hold, sim_.now()});
  }
  sim_.event(identity().name, "is loaded anew");
  // Mostly it says that it goes away; not where it crashed, or its machine has.
  const bool says_so = chance(random(), 70);
  if (chance(random(), 20)) change_instance();
  disconnect(Memory::anew, says_so ? sip::FlowEnd::left : sip::FlowEnd::lost);
  come_back(1s);
}

void Person::come_back_into_calls() {
  if (left_.empty()) return;
  const Duration asks = chance(random(), 50) ? 100ms : between(random(), 1s, 20s);
  sim_.after(asks, [this, page = life()] {
    if (!is_connected() || page != life()) return;
    std::erase_if(left_, [&](const Left& left) { return sim_.now() - left.since > fresh; });
    for (Left& left : left_) {
      if (left.asking == 0) come_back_into(left);
    }
    std::erase_if(left_, [](const Left& left) { return left.asking == 0; });
  });
}

void Person::come_back_into(Left& left) {
  if (chance(random(), 15)) return say_farewell(left.dialog);
  PhoneCall& call = place_call(identity().extension, sip::replaces_value(left.name));
  call.is_on_hold = left.is_on_hold && is_active_;  // at rest nobody would resume it
  left.asking = call.id;
  note_attempt(call, Ledger::Kind::pickup);
}

/// What asked for its place went with its connection, or has been answered.
void Person::on_asked(std::uint64_t call, bool is_settled) {
  const auto at = std::ranges::find(left_, call, &Left::asking);
  if (at == left_.end()) return;
  at->asking = 0;
  if (is_settled) left_.erase(at);
}

}  // namespace dering::sim
