// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/instant.h"
#include "rtp/packet.h"
#include "rtp/telephone_event.h"

namespace dering::rtp {

/// A key that was pressed, and for how long.
struct Digit {
  char key = '0';
  std::chrono::milliseconds duration{};

  bool operator==(const Digit&) const = default;
};

/// Hears keys in telephone events (RFC 4733): each press once, when it has ended, whichever of its
/// packets are lost, late or repeated. A press whose end does not come ends when its packets stop;
/// one that does not end is told after most_press. Authenticated packets only. A machine; one
/// thread.
class DigitReceiver {
 public:
  static constexpr std::chrono::milliseconds most_press{10'000};
  /// So long without a packet, and a press has ended.
  static constexpr std::chrono::milliseconds silence_after{250};

  /// `clock_rate`: of the payload type, in units a second: 8,000 or 48,000.
  explicit DigitReceiver(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  /// A packet of the telephone-event payload type. At most one press ends with it.
  std::optional<Digit> on_packet(const Header& header, Bytes payload, Instant now);
  std::optional<Digit> on_time(Instant now);
  std::optional<Instant> next_deadline() const;

 private:
  enum class State : std::uint8_t {
    idle,
    pressed,
    told,  ///< the press was told and its packets may still come
  };
  /// What tells one press from another, and how far it has come.
  struct Press {
    std::uint8_t event = 0;
    std::uint32_t ssrc = 0;
    std::uint32_t timestamp = 0;  ///< of its newest packet
    std::uint16_t segment = 0;    ///< the duration that this packet told
    std::uint32_t before = 0;     ///< the duration of earlier segments
  };

  bool is_of_current(const Header& header, const TelephoneEvent& event) const;
  bool continues(const Header& header, const TelephoneEvent& event) const;
  bool is_repeated_end(const Header& header, const TelephoneEvent& event) const;
  bool is_old(const Header& header, Instant now) const;
  void follow(const Header& header, const TelephoneEvent& event);
  std::optional<Digit> tell();
  std::chrono::milliseconds duration() const;
  std::uint32_t units_in(std::chrono::milliseconds time) const;

  std::uint32_t clock_rate_;
  State state_ = State::idle;
  Press press_;
  Instant heard_at_{};
};

}  // namespace dering::rtp
