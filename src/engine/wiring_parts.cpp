// SPDX-License-Identifier: Apache-2.0
//
// Who takes part in a conversation, and what goes on at a port.
#include <fmt/format.h>

#include <variant>

#include "base/overloaded.h"
#include "engine/bridge/party.h"
#include "engine/wiring.h"

namespace dering::engine {

using namespace media::v2;

/// The port of a command that only one with keys can follow.
std::expected<Port*, Refusal> Wiring::port_with_keys(std::uint64_t id) const {
  Port* port = tables_.port(id);
  if (port == nullptr) return std::unexpected(unknown("There is no such port."));
  if (port->has_keys()) return port;
  return std::unexpected(malformed("Only a port with keys takes part in a conversation."));
}

Wiring::Outcome Wiring::join(const Join& command, Instant now) {
  const auto port = port_with_keys(command.port());
  if (!port) return std::unexpected(port.error());
  Bridge& bridge = *(*port)->bridge;
  if (command.is_heard() && bridge.heard_beside(**port) >= Bridge::most_heard) {
    return std::unexpected(
        limit(fmt::format("At most {} ports of a bridge are heard.", Bridge::most_heard)));
  }
  (*port)->party->join({.hears = command.hears(),
                        .is_heard = command.is_heard(),
                        .expects_sound = command.expects_sound()},
                       now);
  tables_.schedule(**port);
  bridge.rewire();
  return {};
}

Wiring::Outcome Wiring::start(const Start& command, Instant now, Outbox& out) {
  const auto port = port_with_keys(command.port());
  if (!port) return std::unexpected(port.error());
  Party& party = *(*port)->party;
  if (command.has_echo()) {
    party.begin_action({command.action(), Action::Kind::echo}, nullptr, now, out);
    return {};
  }
  if (!equipment_.make_feed) return std::unexpected(unknown("This engine has no sounds."));
  Outcome outcome;
  auto fed = equipment_.make_feed(command);
  std::visit(overloaded{[&](std::unique_ptr<Feed>& feed) {
                          party.begin_action({command.action(), Action::Kind::feed},
                                             std::move(feed), now, out);
                        },
                        [&](Refusal& refusal) { outcome = std::unexpected(std::move(refusal)); },
                        [&](const Unusable& unusable) {
                          auto& ended = *out.events.emplace_back().mutable_action_ended();
                          ended.set_action(command.action());
                          ended.set_why(ActionEnded::WHY_UNUSABLE);
                          ended.set_sentence(unusable.sentence);
                        }},
             fed);
  tables_.schedule(**port);
  return outcome;
}

/// Actions are few, and hardly ever stopped: they have no table of their own.
void Wiring::stop(std::uint64_t action, Instant now, Outbox& out) {
  for (const auto& [id, port] : tables_.ports) {
    const bool is_there = port->party && port->party->action().kind != Action::Kind::none &&
                          port->party->action().id == action;
    if (is_there) return port->party->end_action(ActionEnded::WHY_STOPPED, now, out);
  }
}

Wiring::Outcome Wiring::send_digit(const SendDigit& command, Instant now) {
  const auto port = port_with_keys(command.port());
  if (!port) return std::unexpected(port.error());
  const bool is_taken = (*port)->party->earpiece().press(
      command.digit()[0], std::chrono::milliseconds(command.milliseconds()), now);
  if (!is_taken) return std::unexpected(limit("Too many digits wait to be sent."));
  tables_.schedule(**port);
  return {};
}

}  // namespace dering::engine
