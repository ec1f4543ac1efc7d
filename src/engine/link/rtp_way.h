// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <optional>

#include "engine/link/latch.h"
#include "ice/lite_agent.h"

namespace dering::engine {

/// The way to a phone that does no ICE: a pair of UDP ports of its own, and what is known of the
/// phone's. RTCP follows what is learnt of RTP. One thread.
class RtpWay {
 public:
  explicit RtpWay(const media::v2::Rtp& rtp);
  void update(const media::v2::Rtp& rtp);

  std::uint16_t local_port() const { return local_port_; }
  /// RTCP goes where RTP goes (RFC 5761).
  bool shares_port() const { return shares_port_; }
  /// True if a packet that came so may be the phone's.
  bool admits(const ice::Path& path) const;
  enum class Origin : std::uint8_t {
    anybody,  ///< it may be the phone's, and has yet to show it
    phone,
    new_place,  ///< the phone's, from where it is reached from now on
  };
  /// An RTP packet from an admitted address, authenticated if the port can tell.
  Origin on_media(const ice::Path& path, const rtp::Header& header, Instant now);
  /// An RTCP packet of the phone, authenticated if the port can tell.
  void on_control(const ice::Path& path);

  /// Where RTP and RTCP go; null while nobody knows.
  const ice::Path* media_path() const { return media_ ? &*media_ : nullptr; }
  const ice::Path* control_path() const { return control_ ? &*control_ : nullptr; }

 private:
  bool is_control(const ice::Path& path) const { return path.local.port() != local_port_; }
  void aim(const std::optional<SocketAddress>& remote);
  void aim_control(const SocketAddress& remote);
  ice::Path path_to(const SocketAddress& remote, std::uint16_t port) const;

  std::uint16_t local_port_;
  bool shares_port_ = false;
  std::optional<SocketAddress> told_control_;
  Latch latch_;
  SocketAddress local_;  ///< of ours, that the phone sends to
  std::optional<ice::Path> media_;
  std::optional<ice::Path> control_;
};

}  // namespace dering::engine
