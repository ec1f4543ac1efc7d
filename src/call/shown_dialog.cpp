// SPDX-License-Identifier: Apache-2.0
//
// What the calls of a person look like from outside.
#include "call/shown_dialog.h"

#include <algorithm>

#include "call/call_engine.h"

namespace dering::call {
namespace {

bool is_shown(Leg::State state) {
  switch (state) {
    case Leg::State::inviting:
    case Leg::State::ringing:
    case Leg::State::talking:
      return true;
    case Leg::State::cancelling:
    case Leg::State::ending:
    case Leg::State::ended:
      return false;
  }
  return false;
}

}  // namespace

std::vector<ShownDialog> CallEngine::dialogs_of(std::string_view extension,
                                                std::size_t most) const {
  std::vector<ShownDialog> shown;
  for (const LegId id : legs_.users.legs_of(extension)) {
    const Leg* leg = legs_.find(id);
    if (!leg || !is_shown(leg->state())) continue;
    if (shown.size() == most) shown.erase(shown.begin());
    shown.push_back({id, leg->role(), leg->state(), other_than(*leg), leg->dialog_id()});
  }
  return shown;
}

/// Whom the leg talks with; while it does not, who called it, or what it dialled.
Party CallEngine::other_than(const Leg& leg) const {
  if (const Leg* partner = leg.partner ? legs_.find(leg.partner) : nullptr) return partner->party();
  const Call* call = find(leg.call());
  if (!call) return {};
  if (leg.role() == Leg::Role::caller) return {call->dialled(), {}};
  const Party* caller = caller_at(leg.id());
  return caller ? *caller : Party();
}

const Party* CallEngine::caller_at(LegId id) const {
  const Leg* leg = legs_.find(id);
  const Call* call = leg ? find(leg->call()) : nullptr;
  if (!call || call->legs().empty()) return nullptr;
  const Leg* first = legs_.find(call->legs().front());
  return first && first != leg ? &first->party() : nullptr;
}

}  // namespace dering::call
