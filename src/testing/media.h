// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "sdp/reading.h"

namespace dering::testing {

/// What a phone does with sound in one call: sends packets that carry its name, and notes whose it
/// hears. A browser asks the engine's port for consent as well (RFC 7675).
class Media {
 public:
  /// A phone sends sound all the time; one packet each four seconds is enough not to be silent.
  static constexpr Duration tick = std::chrono::seconds(4);

  struct Datagram {
    std::vector<std::uint8_t> bytes;
    std::uint16_t port = 0;  ///< of the engine
  };

  /// `name` is also the user fragment of its ICE credentials.
  explicit Media(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  /// The other side's description says where to send, and which way sound goes. What is none
  /// changes nothing.
  void follow(std::string_view description, Instant now);
  bool has_way() const { return port_ != 0; }
  /// It asks for consent from now on: not while it rings, however long the offer is known.
  void begin(Instant now) { consented_at_ = now; }
  /// The other side holds us, as it said last.
  bool is_held() const {
    return direction_ == sdp::Direction::sendonly || direction_ == sdp::Direction::inactive;
  }

  /// What leaves now; to be asked each tick.
  std::vector<Datagram> send();
  void receive(Bytes packet, Instant now);

  /// The engine's last answer to a check; without ICE nobody asks.
  Instant consented_at(Instant now) const { return has_ice() ? consented_at_ : now; }
  /// True if somebody was heard within the last three ticks.
  bool hears_anybody(Instant now) const { return heard_at_ + 3 * tick >= now; }
  const std::string& hears() const { return hears_; }

 private:
  bool has_ice() const { return !theirs_.ufrag.empty(); }
  std::vector<std::uint8_t> check() const;
  std::vector<std::uint8_t> sound();

  std::string name_;
  sdp::IceCredentials theirs_;
  std::uint16_t port_ = 0;
  sdp::Direction direction_{};
  unsigned ticks_ = 0;
  std::uint16_t sequence_ = 0;
  std::uint8_t payload_type_ = 0;  ///< PCMU, unless a browser agrees on another
  Instant consented_at_{};
  Instant heard_at_{};
  std::string hears_;
};

}  // namespace dering::testing
