// SPDX-License-Identifier: Apache-2.0
#include "engine/link/rtp_way.h"

#include <string>

namespace dering::engine {
namespace {

using media::v2::Rtp;

std::optional<SocketAddress> address(const std::string& text) {
  return SocketAddress::from_host_and_port(text);
}

Latch::Rule rule_of(const Rtp& rtp) {
  return {.learn = rtp.learn(),
          .remote = address(rtp.remote()),
          .source = SocketAddress::from_text(rtp.source(), 0)};
}

/// No address of ours in particular, of the family that leads there.
SocketAddress any_like(const SocketAddress& remote, std::uint16_t port) {
  return remote.is_ipv4() ? SocketAddress::from_ipv4(0, port) : SocketAddress::from_ipv6({}, port);
}

SocketAddress with_port(const SocketAddress& address, std::uint16_t port) {
  return SocketAddress::from_ipv6(address.ipv6(), port);
}

}  // namespace

RtpWay::RtpWay(const Rtp& rtp)
    : local_port_(static_cast<std::uint16_t>(rtp.local_port())), latch_(rule_of(rtp)) {
  shares_port_ = rtp.rtcp_mux();
  told_control_ = address(rtp.remote_rtcp());
  aim(latch_.target());
}

void RtpWay::update(const Rtp& rtp) {
  shares_port_ = rtp.rtcp_mux();
  told_control_ = address(rtp.remote_rtcp());
  latch_.update(rule_of(rtp));
  aim(latch_.target());
}

bool RtpWay::admits(const ice::Path& path) const {
  if (!is_control(path)) return latch_.admits(path.remote);
  // What came to be known of RTP tells whose RTCP is: the same machine's.
  if (control_ && control_->remote == path.remote) return true;
  return media_ && media_->remote.ipv6() == path.remote.ipv6();
}

RtpWay::Origin RtpWay::on_media(const ice::Path& path, const rtp::Header& header, Instant now) {
  if (!latch_.on_packet(path.remote, header, now)) return Origin::anybody;
  const bool is_new = !media_ || latch_.target() != media_->remote;
  if (is_new || local_ != path.local) {
    local_ = path.local;
    aim(latch_.target());
  }
  return is_new ? Origin::new_place : Origin::phone;
}

void RtpWay::on_control(const ice::Path& path) {
  if (is_control(path)) aim_control(path.remote);
}

void RtpWay::aim(const std::optional<SocketAddress>& remote) {
  media_.reset();
  control_.reset();
  if (!remote) return;
  media_ = path_to(*remote, local_port_);
  if (shares_port_) {
    control_ = media_;
  } else if (told_control_ && told_control_->ipv6() == remote->ipv6()) {
    aim_control(*told_control_);
  } else if (remote->port() < 65'535) {
    aim_control(with_port(*remote, static_cast<std::uint16_t>(remote->port() + 1)));
  }
}

void RtpWay::aim_control(const SocketAddress& remote) {
  control_ = path_to(remote, static_cast<std::uint16_t>(local_port_ + 1));
}

ice::Path RtpWay::path_to(const SocketAddress& remote, std::uint16_t port) const {
  const bool is_known = local_.port() != 0 && local_.is_ipv4() == remote.is_ipv4();
  return {.remote = remote, .local = is_known ? with_port(local_, port) : any_like(remote, port)};
}

}  // namespace dering::engine
