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

/// What a browser does with sound in one call: asks the engine's port for consent (RFC 7675), sends
/// packets that carry its name, and notes whose it hears.
class Media {
 public:
  /// A browser sends sound all the time; one packet each four seconds is enough not to be silent.
  static constexpr Duration tick = std::chrono::seconds(4);

  struct Datagram {
    std::vector<std::uint8_t> bytes;
    std::uint16_t port = 0;  ///< of the engine
  };

  /// `name` is also the user fragment of its ICE credentials.
  explicit Media(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  /// The other side's description says where to send. One without ICE changes nothing.
  void follow(std::string_view description, Instant now);
  bool has_way() const { return port_ != 0; }

  /// What leaves now; to be asked each tick.
  std::vector<Datagram> send();
  void receive(Bytes packet, Instant now);

  /// The engine's last answer to a check.
  Instant consented_at() const { return consented_at_; }
  /// True if somebody was heard within the last three ticks.
  bool hears_anybody(Instant now) const { return heard_at_ + 3 * tick >= now; }
  const std::string& hears() const { return hears_; }

 private:
  std::vector<std::uint8_t> check() const;
  std::vector<std::uint8_t> sound() const;

  std::string name_;
  sdp::IceCredentials theirs_;
  std::uint16_t port_ = 0;
  unsigned ticks_ = 0;
  Instant consented_at_{};
  Instant heard_at_{};
  std::string hears_;
};

}  // namespace dering::testing
