// SPDX-License-Identifier: Apache-2.0
#include "call/media.h"

#include <utility>

#include "base/check.h"

namespace dering::call {
namespace {

media::v1::Command& add_command(BridgeId bridge, Commands& out) {
  media::v1::Command& command = out.emplace_back();
  command.set_id(bridge.value);
  return command;
}

void write(const sdp::IceCredentials& from, media::v1::IceCredentials& to) {
  to.set_ufrag(from.ufrag);
  to.set_pwd(from.pwd);
}

}  // namespace

void Media::on_ready(const media::v1::Ready& ready) {
  addresses_.clear();
  for (const std::string& text : ready.addresses()) {
    if (const auto address = SocketAddress::from_text(text, 0)) addresses_.push_back(*address);
  }
  udp_ports_.clear();
  if (addresses_.empty()) return;
  for (const std::uint32_t port : ready.udp_ports()) {
    udp_ports_.push_back(static_cast<std::uint16_t>(port));
  }
  fingerprint_ = ready.fingerprint();
}

Bridge Media::open_bridge(media::v1::OpenBridge::Kind kind, Commands& out) {
  DERING_CHECK(is_ready());
  const std::size_t thread = next_thread_++ % udp_ports_.size();
  Bridge bridge{{random_.number() | 1}, {}};
  for (const SocketAddress& address : addresses_) {
    bridge.addresses.push_back(address.is_ipv4()
                                   ? SocketAddress::from_ipv4(address.ipv4(), udp_ports_[thread])
                                   : SocketAddress::from_ipv6(address.ipv6(), udp_ports_[thread]));
  }
  auto& verb = *add_command(bridge.id, out).mutable_open_bridge();
  verb.set_bridge(bridge.id.value);
  verb.set_kind(kind);
  verb.set_thread(static_cast<std::uint32_t>(thread));
  return bridge;
}

void Media::close_bridge(BridgeId bridge, Commands& out) {
  add_command(bridge, out).mutable_close_bridge()->set_bridge(bridge.value);
}

Port Media::open_port(BridgeId bridge, const sdp::IceCredentials& remote,
                      const media::v1::Dtls* dtls, Commands& out) {
  Port port{{random_.number() | 1}, new_credentials(), remote, {random_.number() >> 2, 0}};
  auto& verb = *add_command(bridge, out).mutable_open_port();
  verb.set_bridge(bridge.value);
  verb.set_port(port.id.value);
  write(port.local, *verb.mutable_local());
  if (!remote.ufrag.empty()) write(remote, *verb.mutable_remote());
  if (dtls) *verb.mutable_dtls() = *dtls;
  return port;
}

void Media::close_port(BridgeId bridge, PortId port, Commands& out) {
  add_command(bridge, out).mutable_close_port()->set_port(port.value);
}

void Media::set_remote(BridgeId bridge, Port& port, sdp::IceCredentials remote, Commands& out) {
  port.remote = std::move(remote);
  auto& verb = *add_command(bridge, out).mutable_update_port();
  verb.set_port(port.id.value);
  write(port.remote, *verb.mutable_remote());
}

void Media::restart(BridgeId bridge, Port& port, sdp::IceCredentials remote, Commands& out) {
  port.local = new_credentials();
  set_remote(bridge, port, std::move(remote), out);
  write(port.local, *out.back().mutable_update_port()->mutable_local());
}

sdp::IceCredentials Media::new_credentials() {
  return {random_.token(8), random_.token(24)};
}

}  // namespace dering::call
