// SPDX-License-Identifier: Apache-2.0
//
// Where a recording begins and ends.
#include "switchboard/switchboard.h"

namespace dering::switchboard {

Switchboard::Beginning Switchboard::begin_recording(const Names::Key& key, Instant now) {
  restart_names(key);
  return {key,  media_.ids().last_command, registrar_.held(now), forwardings_.all(), calls_.names(),
          plan_};
}

void Switchboard::end_recording() {
  restart_names({random_.number(), random_.number()});
}

void Switchboard::restore(const Beginning& beginning, Instant now, Outbox& out) {
  restart_names(beginning.key);
  media_.ids().last_command = beginning.commands;
  registrar_.restore(beginning.held, now, registrar_out_);
  settle(now, out);
}

void Switchboard::restart_names(const Names::Key& key) {
  endpoint_.restart_names(key);
  registrar_.restart_names(key);
  media_.ids().restart(key);
}

}  // namespace dering::switchboard
