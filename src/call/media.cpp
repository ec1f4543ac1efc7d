// SPDX-License-Identifier: Apache-2.0
#include "call/media.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace dering::call {
namespace {

/// What an engine takes that does not say so: version 1 as it was at first.
constexpr std::size_t usual_ports_per_bridge = 10;

void write(const sdp::IceCredentials& from, media::v2::IceCredentials& to) {
  to.set_ufrag(from.ufrag);
  to.set_pwd(from.pwd);
}

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
  fingerprint_ = ready.fingerprint();
  ports_per_bridge_ =
      ready.ports_per_bridge() > 0 ? ready.ports_per_bridge() : usual_ports_per_bridge;
}

Bridge Media::open_bridge(media::v2::OpenBridge::Kind kind, Commands& out) {
  DERING_CHECK(is_ready());
  const std::size_t thread = next_thread_++ % udp_ports_.size();
  media::v2::Command& command = add_command(out);
  Bridge bridge{
      {random_.number() | 1}, CommandId{command.id()}, {}, static_cast<std::uint16_t>(thread)};
  for (const SocketAddress& address : addresses_) {
    bridge.addresses.push_back(with_port(address, udp_ports_[thread]));
  }
  auto& verb = *command.mutable_open_bridge();
  verb.set_bridge(bridge.id.value);
  verb.set_kind(kind);
  verb.set_thread(static_cast<std::uint32_t>(thread));
  return bridge;
}

std::vector<SocketAddress> Media::addresses_for(const Bridge& bridge, const sip::Flow& flow,
                                                const Network* network) const {
  const std::uint16_t port = bridge.addresses.front().port();
  if (network && network->media) {
    const std::uint16_t first = network->media->port();
    const auto outward_port = static_cast<std::uint16_t>(first + bridge.thread);
    return {with_port(*network->media, first == 0 ? port : outward_port)};
  }
  std::vector<SocketAddress> all = bridge.addresses;
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

void Media::close_bridge(BridgeId bridge, Commands& out) {
  add_command(out).mutable_close_bridge()->set_bridge(bridge.value);
}

Port Media::open_port(BridgeId bridge, const sdp::IceCredentials& remote,
                      const media::v2::Dtls* dtls, Commands& out) {
  media::v2::Command& command = add_command(out);
  Port port{{random_.number() | 1},
            CommandId{command.id()},
            new_credentials(),
            remote,
            {random_.number() >> 2, 0}};
  auto& verb = *command.mutable_open_port();
  verb.set_bridge(bridge.value);
  verb.set_port(port.id.value);
  write(port.local, *verb.mutable_local());
  if (!remote.ufrag.empty()) write(remote, *verb.mutable_remote());
  if (dtls) *verb.mutable_dtls() = *dtls;
  return port;
}

void Media::close_port(PortId port, Commands& out) {
  add_command(out).mutable_close_port()->set_port(port.value);
}

void Media::set_remote(Port& port, sdp::IceCredentials remote, Commands& out) {
  port.remote = std::move(remote);
  media::v2::Command& command = add_command(out);
  port.command = CommandId{command.id()};
  auto& verb = *command.mutable_update_port();
  verb.set_port(port.id.value);
  write(port.remote, *verb.mutable_remote());
}

void Media::restart(Port& port, sdp::IceCredentials remote, Commands& out) {
  port.local = new_credentials();
  set_remote(port, std::move(remote), out);
  write(port.local, *out.back().mutable_update_port()->mutable_local());
}

media::v2::Command& Media::add_command(Commands& out) {
  media::v2::Command& command = out.emplace_back();
  command.set_id(++last_command_);
  return command;
}

sdp::IceCredentials Media::new_credentials() {
  return {random_.token(8), random_.token(24)};
}

}  // namespace dering::call
