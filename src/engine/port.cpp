// SPDX-License-Identifier: Apache-2.0
#include "engine/port.h"

#include <algorithm>

#include "engine/bridge/party.h"

namespace dering::engine {

Port::Port(std::uint64_t its_id, Bridge& its_bridge, ice::Generation generation)
    : bridge(&its_bridge), id(its_id), ice(std::move(generation)) {}

Port::Port(std::uint64_t its_id, Bridge& its_bridge, const media::v2::Rtp& way)
    : bridge(&its_bridge), id(its_id), ice({}), rtp(way) {}

Port::~Port() = default;

bool Port::has_keys() const {
  return party && party->has_keys();
}

std::optional<Instant> Port::next_deadline() const {
  const auto ends = party ? party->next_deadline() : std::nullopt;
  // A port with keys knows better what silence is.
  return has_keys() ? ends : earlier(ice.next_deadline(), ends);
}

void PortOutbox::send(Bytes packet) {
  const ice::Path* path = port_.media_path();
  const MutableBytes draft = out_.draft();
  if (path == nullptr || packet.size() > draft.size()) return;
  std::ranges::copy(packet, draft.begin());
  out_.send_draft(packet.size(), *path);
  ++port_.traffic.sent;
}

void PortOutbox::connected() {
  const ice::Path* path = port_.media_path();
  if (path == nullptr) return;
  auto& event = *out_.events.emplace_back().mutable_port_connected();
  event.set_port(port_.id);
  event.set_address(path->remote.text());
}

void PortOutbox::silent(std::chrono::seconds time) {
  auto& event = *out_.events.emplace_back().mutable_port_silent();
  event.set_port(port_.id);
  event.set_seconds(static_cast<std::uint32_t>(time.count()));
}

void PortOutbox::secured(std::string_view profile) {
  auto& event = *out_.events.emplace_back().mutable_port_secured();
  event.set_port(port_.id);
  event.set_profile(profile.data(), profile.size());
}

void PortOutbox::failed(std::string_view sentence) {
  auto& event = *out_.events.emplace_back().mutable_port_secured();
  event.set_port(port_.id);
  event.set_failure(sentence.data(), sentence.size());
}

}  // namespace dering::engine
