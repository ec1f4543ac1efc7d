// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/instant.h"
#include "codec/codec.h"
#include "jitter/jitter_buffer.h"
#include "rtp/packet.h"

namespace dering::jitter {

/// What one frame of sound was made of.
enum class Heard : std::uint8_t {
  nothing,    ///< silence: nothing has come yet, or the other side sends none
  sound,      ///< of packets
  concealed,  ///< at least a part of it was made up in place of a lost packet
  noise,      ///< comfort noise
};

/// The whole way from packets to frames: jitter buffer, decoders, comfort noise, concealment, and a
/// few milliseconds left out or added where the delay has to follow. Frames may be of any length,
/// whatever the packets have. A machine; one thread; allocates when it is made or told other
/// formats, and never for a packet.
class Playout {
 public:
  /// A payload type of the other side's packets, as was negotiated.
  struct Format {
    std::uint8_t payload_type = 0;
    codec::Kind kind = codec::Kind::pcmu;
  };
  struct Settings {
    codec::Rate rate = codec::Rate::narrowband;  ///< of the frames
    std::span<const Format> formats;             ///< eight at most; later ones are not looked at
    std::optional<std::uint8_t> noise;           ///< the payload type of RFC 3389
    std::chrono::milliseconds least_delay{20};
    std::chrono::milliseconds most_delay{400};
  };

  explicit Playout(const Settings& settings);
  ~Playout();
  Playout(Playout&&) noexcept;

  /// An authenticated packet. Telephone events and payload types that were not negotiated are to be
  /// given too: they have sequence numbers.
  Verdict on_packet(const rtp::Header& header, Bytes payload, Instant now);

  /// The next frame, at most codec::most_samples. To be asked for in even steps of time.
  Heard fill(codec::MutableSamples frame, Instant now);

  const Counters& counters() const;
  Duration delay() const;  ///< see JitterBuffer
  /// Payloads of negotiated types that no decoder took.
  std::uint64_t undecodable() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace dering::jitter
