// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "base/socket_address.h"
#include "rtp/packet.h"

namespace dering::engine {

/// Where a phone without ICE sends from, and so where it is sent to. Signalling says an address,
/// and whether packets may show another one: one that showed four packets of one stream in order is
/// learnt, once. A router that gives a silent phone another port is followed where the phone's
/// address is known. A pure machine; one thread.
class Latch {
 public:
  struct Rule {
    media::v2::Rtp::Learn learn = media::v2::Rtp::LEARN_NEVER;
    std::optional<SocketAddress> remote;  ///< as signalling says
    std::optional<SocketAddress> source;  ///< for LEARN_PORT; its port means nothing

    bool operator==(const Rule&) const = default;
  };
  enum class State : std::uint8_t { told, learning, locked };

  static constexpr unsigned packets_to_learn = 4;
  /// Only a phone that has been silent for so long may turn up at another port of its address.
  static constexpr Duration silent_before_move = std::chrono::seconds(5);

  explicit Latch(Rule rule) { begin(rule); }

  /// A rule that it has already changes nothing; another one begins anew.
  void update(const Rule& rule) {
    if (rule != rule_) begin(rule);
  }

  /// True if a packet from there may be the phone's. Asked before anything is spent on one.
  bool admits(const SocketAddress& from) const;
  /// A packet of the phone, authenticated if the port can tell, from an admitted address. True if
  /// nobody else can have sent it: its sound may be passed on.
  bool on_packet(const SocketAddress& from, const rtp::Header& header, Instant now);

  State state() const { return state_; }
  /// Where to send to; nothing while nobody said.
  const std::optional<SocketAddress>& target() const { return target_; }

 private:
  struct Candidate {
    SocketAddress from;
    std::uint32_t ssrc = 0;
    std::uint16_t sequence = 0;
    unsigned packets = 0;  ///< in order
  };

  void begin(const Rule& rule);
  bool is_at_source(const SocketAddress& from) const;
  bool learn(const SocketAddress& from, const rtp::Header& header, Instant now);
  Candidate& candidate(const SocketAddress& from);

  Rule rule_;
  State state_ = State::told;
  std::optional<SocketAddress> target_;
  Instant heard_at_{};  ///< when it is locked: the phone, the last time
  std::array<Candidate, 4> candidates_{};
};

}  // namespace dering::engine
