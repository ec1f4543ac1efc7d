// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/instant.h"
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
  rtp::Header header;
  Bytes payload;
  Carries carries = Carries::sound;
  std::uint32_t duration = 0;  ///< of its sound, in timestamp units (codec::duration_of)
};

/// What became of a packet.
enum class Verdict : std::uint8_t {
  kept,
  late,       ///< its time has passed
  duplicate,  ///< it is here, or was
  malformed,  ///< longer than a payload may be, sound without a duration, or of more than 120 ms
  doubtful,   ///< far from all others: believed when the one that follows it comes (RFC 3550 A.1)
};

/// Whether there is more or less sound in the buffer than there should be: what a piece of sound
/// should become, a few milliseconds at a time, where it does not hurt.
enum class Pace : std::uint8_t { steady, shorten, lengthen };

/// What is to be heard next.
struct Piece {
  enum class Kind : std::uint8_t {
    sound,    ///< decode the payload
    noise,    ///< a payload of RFC 3389: noise from now on
    lost,     ///< conceal `duration`
    nothing,  ///< silence, or noise while there was some: as long as one likes
  };
  Kind kind = Kind::nothing;
  std::uint8_t payload_type = 0;
  /// Of `lost`: that of the packet that follows the lost one, which may tell of it; empty if it is
  /// not here. Good until the next call.
  Bytes payload;
  std::uint32_t duration = 0;  ///< of `sound` and `lost`, in timestamp units
  Pace pace = Pace::steady;
};

/// What happened since the start. Packets, but where a name says otherwise.
struct Counters {
  std::uint64_t received = 0;             ///< whatever became of them
  std::uint64_t lost = 0;                 ///< not there when they were to be heard
  std::uint64_t late = 0;                 ///< of the lost, those that came afterwards
  std::uint64_t duplicate = 0;            ///< came once more
  std::uint64_t refused = 0;              ///< malformed or doubtful
  std::uint64_t dropped = 0;              ///< were here and not heard: too much delay, or no room
  std::uint64_t restarts = 0;             ///< another source, or a jump
  std::chrono::milliseconds concealed{};  ///< sound that was asked to be made up
};

/// Puts the packets of one stream in order and holds each until its turn (RFC 3550 leaves the way
/// to us). The delay follows the jitter: as much as most packets need, between two bounds. Pauses
/// (DTX, held, RFC 3389, telephone events) are no loss; after each the delay is chosen anew. Other
/// sources and jumps of sequence or timestamp begin anew as well. A machine without a clock:
/// deterministic, one thread, about 40 KB, all of it taken when it is made. Only what is
/// authenticated may be given to it.
class JitterBuffer {
 public:
  struct Settings {
    std::uint32_t clock_rate = 8'000;  ///< timestamp units a second
    std::chrono::milliseconds least_delay{20};
    std::chrono::milliseconds most_delay{400};
  };

  explicit JitterBuffer(const Settings& settings);

  Verdict on_packet(const Arrival& arrival, Instant now);

  /// The next piece. To be asked for when sound is needed, with how much of what was given before
  /// is still to be heard (`ahead`); as often as it needs to fill a frame.
  Piece take(Instant now, Duration ahead = {});

  /// Forgets all packets; another clock rate may follow (a change of codec). Counters stay.
  void restart(std::uint32_t clock_rate);

  const Counters& counters() const { return counters_; }
  /// Between the arrival of the fastest packets and the moment their sound is given; zero while
  /// nothing plays.
  Duration delay() const { return delay_; }
  /// What the delay tends to.
  Duration target() const;

 private:
  Counters counters_;
  Duration delay_{};
};

}  // namespace dering::jitter
