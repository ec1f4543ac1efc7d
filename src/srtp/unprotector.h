// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>

#include "rtp/packet.h"
#include "srtp/replay_window.h"
#include "srtp/source_table.h"
#include "srtp/transform.h"

namespace dering::srtp {

/// Authenticates and decrypts what comes under one master key (RFC 3711 §3.3, §3.4). Nothing of a
/// packet is kept, not even its SSRC, before it has been authenticated. One thread.
///
/// A source that nobody knows yet may have been sending for hours, to an engine that died: how
/// often its sequence numbers have wrapped is found by trying, for a few packets.
class Unprotector {
 public:
  /// 23 hours of packets of 20 ms.
  static constexpr std::uint32_t most_rollovers = 64;
  /// Packets that cost so much, whoever sends them.
  static constexpr unsigned most_searches = 64;

  Unprotector(Suite suite, const MasterKey& master);

  /// The plain packet: the first bytes of the given one, decrypted in place. After a fault the
  /// bytes are of no use.
  std::expected<MutableBytes, Fault> unprotect_rtp(MutableBytes packet);
  std::expected<MutableBytes, Fault> unprotect_rtcp(MutableBytes packet);

 private:
  bool open_rtp(MutableBytes packet, const rtp::Framing& framing, std::uint64_t index);
  std::optional<std::uint64_t> search(MutableBytes packet, const rtp::Framing& framing);
  static bool note(SourceTable<ReplayWindow>& sources, std::uint32_t ssrc, std::uint64_t index);

  Sizes sizes_;
  bool is_aead_;
  std::unique_ptr<Transform> rtp_;
  std::unique_ptr<Transform> rtcp_;
  SourceTable<ReplayWindow> rtp_sources_;
  SourceTable<ReplayWindow> rtcp_sources_;
  unsigned searches_left_ = most_searches;
};

}  // namespace dering::srtp
