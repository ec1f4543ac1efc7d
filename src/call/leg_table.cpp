// SPDX-License-Identifier: Apache-2.0
#include "call/leg_table.h"

namespace dering::call {

Leg* LegTable::in_dialog(const sip::Message& request) {
  Leg* leg = find(sip.dialogs.find(request.to().tag()));
  return leg && leg->is_in_dialog(request) ? leg : nullptr;
}

Leg* LegTable::in_dialog(std::string_view call_id, std::string_view one_tag,
                         std::string_view other_tag) {
  for (const std::string_view ours : {one_tag, other_tag}) {
    Leg* leg = find(sip.dialogs.find(ours));
    if (leg && leg->is_dialog(call_id, one_tag, other_tag)) return leg;
  }
  return nullptr;
}

void LegTable::list(TableSizes& out) const {
  out.insert(out.end(), {{"legs", legs_.size()},
                         {"legs by request", sip.requests.size()},
                         {"legs by INVITE", sip.invites.size()},
                         {"legs by dialog", sip.dialogs.size()},
                         {"legs by flow", sip.flows.size()},
                         {"legs by port", media.ports.size()},
                         {"legs by command", media.commands.size()},
                         {"calls by bridge", media.bridges.size()},
                         {"calls by bridge command", media.bridge_commands.size()},
                         {"users with legs", users.size()}});
}

}  // namespace dering::call
