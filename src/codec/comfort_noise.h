// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "codec/sound.h"

namespace dering::codec {

/// Comfort noise (RFC 3389): what is heard while the other side sends none of its silence. White
/// noise at the level that was told; the spectrum, which a receiver may leave out (§4), is.
/// Deterministic. One thread.
class ComfortNoise {
 public:
  /// Takes the level of a payload; one without a level changes nothing.
  void on_payload(Bytes payload);

  /// Back to silence, as before the first payload.
  void reset() { level_ = 0; }

  void fill(MutableSamples sound);

 private:
  std::int32_t level_ = 0;  ///< of the greatest sample
  std::uint32_t state_ = 1;
};

/// The payload's one byte for such sound: its level below overload in dB, 0 to 127 (RFC 3389 §3).
std::uint8_t noise_level(Samples sound);

}  // namespace dering::codec
