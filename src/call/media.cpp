// SPDX-License-Identifier: Apache-2.0
#include "call/media.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "call/media_words.h"

namespace dering::call {
namespace {

/// What an engine takes that does not say so.
constexpr std::size_t usual_ports_per_bridge = 10;
constexpr std::size_t cname_length = 16;  ///< 96 bits (RFC 7022 §4.2)

SocketAddress with_port(const SocketAddress& address, std::uint16_t port) {
  return SocketAddress::from_ipv6(address.ipv6(), port);
}

}  // namespace

void Media::on_ready(const media::v2::Ready& ready) {
  addresses_.clear();
  for (const std::string& text : ready.addresses()) {
    if (const auto address = SocketAddress::from_text(text, 0)) addresses_.push_back(*address);
  }
  has_found_addresses_ = ready.found_addresses();
  udp_ports_.clear();
  if (addresses_.empty()) return;
  for (const std::uint32_t port : ready.udp_ports()) {
    udp_ports_.push_back(static_cast<std::uint16_t>(port));
  }
  rtp_ports_.reset(ready);
  fingerprint_ = ready.fingerprint();
  ports_per_bridge_ =
      ready.ports_per_bridge() > 0 ? ready.ports_per_bridge() : usual_ports_per_bridge;
}

// ---- Bridges ------------------------------------------------------------------------------------

Bridge Media::open_bridge(Commands& out) {
  DERING_CHECK(is_ready());
  return open_bridge_on(next_thread_++ % udp_ports_.size(), out);
}

Bridge Media::open_bridge_beside(const Bridge& other, Commands& out) {
  DERING_CHECK(other.thread < udp_ports_.size());
  return open_bridge_on(other.thread, out);
}

Bridge Media::reopen_bridge(const Bridge& lost, Commands& out) {
  DERING_CHECK(is_ready());
  return open_bridge_on(lost.thread % udp_ports_.size(), out);
}

Bridge Media::open_bridge_on(std::size_t thread, Commands& out) {
  media::v2::Command& command = add_command(out);
  const Bridge bridge{{ids_.bridges.number() | 1},
                      CommandId{command.id()},
                      static_cast<std::uint16_t>(thread),
                      udp_ports_[thread]};
  auto& verb = *command.mutable_open_bridge();
  verb.set_bridge(bridge.id.value);
  verb.set_thread(static_cast<std::uint32_t>(thread));
  return bridge;
}

void Media::close_bridge(BridgeId bridge, Commands& out) {
  add_command(out).mutable_close_bridge()->set_bridge(bridge.value);
}

std::vector<SocketAddress> Media::addresses_for(const Bridge& bridge, const Port& port,
                                                const sip::Flow& flow,
                                                const Network* network) const {
  const bool is_rtp = port.way() == Way::rtp;
  const std::uint16_t own = is_rtp ? port.rtp.port() : bridge.udp_port;
  if (network && network->media) {
    const std::uint16_t first = network->media->port();
    const auto outward = static_cast<std::uint16_t>(first + bridge.thread);
    return {with_port(*network->media, is_rtp || first == 0 ? own : outward)};
  }
  std::vector<SocketAddress> all = inward_addresses(own, flow);
  if (!is_rtp) return all;
  const auto best = std::ranges::find(all, flow.remote.is_ipv4(), &SocketAddress::is_ipv4);
  return {best == all.end() ? all.front() : *best};
}

std::vector<SocketAddress> Media::inward_addresses(std::uint16_t port,
                                                   const sip::Flow& flow) const {
  std::vector<SocketAddress> all;
  for (const SocketAddress& address : addresses_) all.push_back(with_port(address, port));
  // Programs on this machine come over an address that means nothing to others, and the other way
  // round; they reach those of the network too.
  if (flow.local.is_unspecified() || flow.local.is_loopback()) return all;
  const SocketAddress local = with_port(flow.local, port);
  const auto at = std::ranges::find(all, local);
  if (at != all.end()) {
    std::rotate(all.begin(), at, at + 1);
  } else if (has_found_addresses_) {
    all.insert(all.begin(), local);
  }
  return all;
}

// ---- Ports --------------------------------------------------------------------------------------

std::optional<Port> Media::open_port(const Bridge& bridge, NewPort wanted, Commands& out) {
  Port port;
  port.awaits_keys = wanted.awaits_keys;
  if (wanted.way == Way::rtp) {
    auto lease = rtp_ports_.take(bridge.thread);
    if (!lease) return std::nullopt;
    port.rtp = *std::move(lease);
  } else {
    port.local = new_credentials();
    port.remote = std::move(wanted.remote);
  }
  say_open(bridge, port, out);
  return port;
}

std::optional<Port> Media::reopen_port(const Bridge& bridge, Port lost, Commands& out) {
  if (lost.way() == Way::rtp) {
    auto lease = rtp_ports_.take(bridge.thread, lost.rtp.port());
    if (!lease) return std::nullopt;
    lost.rtp = *std::move(lease);
  }
  say_open(bridge, lost, out);
  return lost;
}

/// With an id and an SSRC of its own: under a key that stays, no key stream comes twice.
void Media::say_open(const Bridge& bridge, Port& port, Commands& out) {
  media::v2::Command& command = add_command(out);
  port.id = PortId{ids_.ports.number() | 1};
  port.command = CommandId{command.id()};
  port.ssrc = static_cast<std::uint32_t>(random_.number()) | 1;
  if (port.cname.empty()) port.cname = random_.token(cname_length);
  auto& verb = *command.mutable_open_port();
  verb.set_bridge(bridge.id.value);
  verb.set_port(port.id.value);
  if (port.way() == Way::rtp) {
    verb.mutable_rtp()->set_local_port(port.rtp.port());
    verb.mutable_rtp()->set_learn(media::v2::Rtp::LEARN_NEVER);
  } else {
    *verb.mutable_ice() = ice_of(port);
    verb.set_awaits_keys(port.awaits_keys);
  }
}

void Media::close_port(PortId port, Commands& out) {
  add_command(out).mutable_close_port()->set_port(port.value);
}

void Media::move_port(Port& port, BridgeId bridge, Commands& out) {
  media::v2::Command& command = add_command(out);
  port.command = CommandId{command.id()};
  auto& verb = *command.mutable_move_port();
  verb.set_port(port.id.value);
  verb.set_bridge(bridge.value);
}

void Media::update(Port& port, media::v2::UpdatePort update, Commands& out) {
  media::v2::Command& command = add_command(out);
  port.command = CommandId{command.id()};
  update.set_port(port.id.value);
  *command.mutable_update_port() = std::move(update);
}

void Media::set_remote(Port& port, sdp::IceCredentials remote, Commands& out) {
  port.remote = std::move(remote);
  media::v2::UpdatePort verb;
  *verb.mutable_ice() = ice_of(port);
  update(port, std::move(verb), out);
}

void Media::restart(Port& port, sdp::IceCredentials remote, Commands& out) {
  port.local = new_credentials();
  set_remote(port, std::move(remote), out);
}

// ---- Who hears what -----------------------------------------------------------------------------

void Media::join(media::v2::Join join, Commands& out) {
  *add_command(out).mutable_join() = std::move(join);
}

ActionId Media::start(media::v2::Start start, Commands& out) {
  const ActionId action{ids_.actions.number() | 1};
  start.set_action(action.value);
  *add_command(out).mutable_start() = std::move(start);
  return action;
}

void Media::stop(ActionId action, Commands& out) {
  add_command(out).mutable_stop()->set_action(action.value);
}

void Media::send_digit(PortId port, char digit, Duration duration, Commands& out) {
  auto& verb = *add_command(out).mutable_send_digit();
  verb.set_port(port.value);
  verb.set_digit(std::string(1, digit));
  verb.set_milliseconds(static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()));
}

media::v2::Command& Media::add_command(Commands& out) {
  if (!is_ready()) unsaid_.Clear();
  media::v2::Command& command = is_ready() ? out.emplace_back() : unsaid_;
  command.set_id(++ids_.last_command);
  return command;
}

sdp::IceCredentials Media::new_credentials() {
  return {random_.token(8), random_.token(24)};
}

}  // namespace dering::call
