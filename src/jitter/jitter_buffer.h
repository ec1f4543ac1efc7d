// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "base/bytes.h"
#include "base/instant.h"
#include "jitter/arrival.h"
#include "jitter/delay_estimate.h"
#include "jitter/order.h"
#include "jitter/packet_shelf.h"

namespace dering::jitter {

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
  std::chrono::microseconds concealed{};  ///< sound that was asked to be made up
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
  Duration delay() const { return state_ == State::playing ? delay_ : Duration{}; }
  /// What the delay tends to.
  Duration target() const { return estimate_.target(); }

 private:
  enum class State : std::uint8_t {
    fresh,   ///< nothing of this stream was given yet
    paused,  ///< its sound has stopped; the delay of what comes next is open
    playing,
  };
  /// The first packet with sound or noise that is here, and how many are missing before it.
  struct Head {
    const PacketShelf::Packet* packet = nullptr;
    std::int64_t missing = 0;
  };

  void begin(std::int64_t sequence);
  Verdict place(const Arrival& arrival, const Place& place);
  void make_room(std::int64_t sequence);
  bool drop_first();
  Duration delay_of(const Place& place, Instant heard) const;

  Head find_head();
  Piece play(const Head& head, Instant heard);
  Piece after_pause(Head head, Instant heard);
  Piece bridge(const Head& head, Instant heard);
  Piece run_dry();
  Piece give(const PacketShelf::Packet& packet);
  Piece lost(std::uint32_t duration);
  void skip_to(const Head& head);
  Pace pace_for(Duration excess, Duration spare);

  Settings settings_;
  Counters counters_;
  Order order_;
  DelayEstimate estimate_;
  PacketShelf shelf_;
  State state_ = State::fresh;
  std::int64_t next_ = 0;             ///< sequence number of what is to be given next
  std::int64_t position_ = 0;         ///< timestamp of what is to be heard next
  std::uint32_t usual_duration_ = 0;  ///< of a packet
  std::uint32_t made_up_ = 0;         ///< units given since the buffer ran dry
  bool expects_silence_ = false;      ///< what was given last says so
  Duration delay_{};
  Duration ahead_{};  ///< before it is heard, what is given now has to be here
  Pace pace_ = Pace::steady;
};

}  // namespace dering::jitter
