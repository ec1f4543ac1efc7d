// SPDX-License-Identifier: Apache-2.0
#include "engine/port.h"

#include <algorithm>

namespace dering::engine {

void TerminalOutbox::send(Bytes packet) {
  const ice::Path* path = port_.ice.selected();
  const MutableBytes draft = out_.draft();
  if (path == nullptr || packet.size() > draft.size()) return;
  std::ranges::copy(packet, draft.begin());
  out_.send_draft(packet.size(), *path);
  ++port_.traffic.sent;
}

void TerminalOutbox::secured(std::string_view profile) {
  auto& event = *out_.events.emplace_back().mutable_port_secured();
  event.set_port(port_.id);
  event.set_profile(profile.data(), profile.size());
}

void TerminalOutbox::failed(std::string_view sentence) {
  auto& event = *out_.events.emplace_back().mutable_port_secured();
  event.set_port(port_.id);
  event.set_failure(sentence.data(), sentence.size());
}

}  // namespace dering::engine
