// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace dering::rtp {

/// The payload of a telephone-event (RFC 4733 §2.3).
struct TelephoneEvent {
  std::uint8_t event = 0;
  bool is_end = false;
  std::uint8_t volume = 10;    ///< below 0 dBm0, 0 to 63 dB
  std::uint16_t duration = 0;  ///< so far, in units of the payload type's own clock

  bool operator==(const TelephoneEvent&) const = default;
};

inline constexpr std::size_t telephone_event_size = 4;

/// Nothing if it is shorter than an event; what follows the first event is not looked at.
std::optional<TelephoneEvent> read_telephone_event(Bytes payload);

/// Writes it into the first telephone_event_size bytes of the payload.
void write_telephone_event(const TelephoneEvent& event, MutableBytes payload);

/// Which key an event stands for: 0–9, *, #, A–D (RFC 4733 §3.2, table 3). Nothing for all other
/// events.
std::optional<char> key_of(std::uint8_t event);
/// The event of a key; letters may be small. Nothing if it is no key.
std::optional<std::uint8_t> event_of(char key);

}  // namespace dering::rtp
