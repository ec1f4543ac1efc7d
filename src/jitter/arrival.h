// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "rtp/packet.h"

namespace dering::jitter {

/// What a packet brings to the buffer.
enum class Carries : std::uint8_t {
  sound,
  noise,  ///< RFC 3389: silence begins, or goes on
  event,  ///< RFC 4733, or what nobody here can decode: it has a sequence number and no sound
};

/// A packet as it came: authenticated, without padding. A view, of which the buffer keeps a copy.
struct Arrival {
  rtp::Header header{};
  Bytes payload{};
  Carries carries = Carries::sound;
  std::uint32_t duration = 0;  ///< of its sound, in timestamp units (codec::duration_of)
};

/// Where a packet belongs: its numbers, counted on beyond their wraps.
struct Place {
  std::int64_t sequence = 0;
  std::int64_t timestamp = 0;
};

}  // namespace dering::jitter
