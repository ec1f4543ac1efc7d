// SPDX-License-Identifier: Apache-2.0
#include "sim/tunes.h"

namespace dering::sim {

void Tunes::on_command(const media::v2::Command& command) {
  if (command.has_open_port()) ports_[command.open_port().port()] = command.open_port().bridge();
  if (command.has_move_port()) ports_[command.move_port().port()] = command.move_port().bridge();
  if (command.has_start()) {
    const auto& start = command.start();
    // A second one takes the place of the first.
    std::erase_if(actions_, [&](const auto& action) { return action.second == start.port(); });
    if (!start.has_echo()) actions_[start.action()] = start.port();
  }
  if (command.has_stop()) actions_.erase(command.stop().action());
  if (command.has_close_port()) forget_port(command.close_port().port());
  if (!command.has_close_bridge()) return;
  for (auto at = ports_.begin(); at != ports_.end();) {
    const auto [port, bridge] = *at++;
    if (bridge == command.close_bridge().bridge()) forget_port(port);
  }
}

void Tunes::on_engine_lost() {
  actions_.clear();
  ports_.clear();
}

void Tunes::forget_port(std::uint64_t port) {
  std::erase_if(actions_, [&](const auto& action) { return action.second == port; });
  ports_.erase(port);
}

}  // namespace dering::sim
