// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>

#include "base/bytes.h"
#include "codec/sound.h"

namespace dering::codec {

/// How sound is written into packets: RFC 3551 §4.5.14 (PCMU, PCMA), §4.5.2 (G722), RFC 7587
/// (opus).
enum class Kind : std::uint8_t { pcmu, pcma, g722, opus };

/// Units of the RTP timestamp a second. G.722 counts 8,000 although it carries 16,000 samples
/// (RFC 3551 §4.5.2), Opus always 48,000 (RFC 7587 §4.1).
constexpr std::uint32_t clock_rate(Kind kind) {
  return kind == Kind::opus ? 48'000 : 8'000;
}

/// The rate of the sound that the codec carries. Opus runs at every Rate; this is its widest.
constexpr Rate native_rate(Kind kind) {
  switch (kind) {
    case Kind::pcmu:
    case Kind::pcma:
      return Rate::narrowband;
    case Kind::g722:
      return Rate::wideband;
    case Kind::opus:
      return Rate::fullband;
  }
  return Rate::narrowband;
}

/// At which rate sound goes from one codec to another: that of the narrower one, where Opus is
/// coded at no more than the other side can hear.
constexpr Rate common_rate(Kind a, Kind b) {
  return native_rate(a) < native_rate(b) ? native_rate(a) : native_rate(b);
}

/// How much time a packet of this codec takes where `asked` was (ptime): 10 to 60 ms in steps of
/// ten, for Opus one of 10, 20, 40 and 60 ms (RFC 6716 §2.1.4), the next shorter one.
std::chrono::milliseconds packet_time(Kind kind, std::chrono::milliseconds asked);

/// Why a payload was not decoded, or a frame not encoded.
enum class Fault : std::uint8_t {
  empty,
  too_long,   ///< more than most_payload, or more than most_packet_time of sound
  malformed,  ///< not what the codec writes
  no_room,    ///< for the result
  bad_frame,  ///< of a length that the codec cannot carry
};

/// How long the sound of a payload is, in units of the RTP timestamp, as its bytes say. Reads no
/// more than the first two bytes.
std::expected<std::uint32_t, Fault> duration_of(Kind kind, Bytes payload);

/// From payloads to sound. Lives on one thread; allocates when it is made and never later. Whatever
/// the bytes are, it writes no more than fits, and goes on with the next payload after a fault.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Of all that it gives, as asked for when it was made.
  virtual Rate rate() const = 0;

  /// The sound of one payload, written from the front of `sound`; the count of samples. `sound` has
  /// room for most_samples, or for what duration_of says. After a fault nothing was heard: conceal.
  virtual std::expected<std::size_t, Fault> decode(Bytes payload, MutableSamples sound) = 0;

  /// Fills `sound` (at most most_samples) in place of a payload that did not come: what was heard
  /// before goes on and fades. Gives silence in the end.
  virtual void conceal(MutableSamples sound) = 0;

  /// As conceal, out of what the payload that follows tells of the lost one (RFC 6716 §2.1.7),
  /// which is decoded after this. True if it told something.
  virtual bool recover(Bytes following, MutableSamples sound) = 0;
};

/// From sound to payloads. Lives on one thread; allocates when it is made and never later.
class Encoder {
 public:
  virtual ~Encoder() = default;

  /// That the frames must have, as asked for when it was made.
  virtual Rate rate() const = 0;

  /// Writes the payload of one frame (10 ms to 60 ms, packet_time) and says how long it is. Zero:
  /// the frame is silence that needs no packet (DTX); the first one after it bears the marker (RFC
  /// 3551 §4.1).
  virtual std::expected<std::size_t, Fault> encode(Samples frame, MutableBytes payload) = 0;

  /// How many of a hundred packets the other side loses, as its reports say: with a few, Opus tells
  /// of each packet in the next one too. Others have no means against it.
  virtual void expect_loss(unsigned percent) = 0;
};

/// What is said for a decoder or an encoder before it begins.
struct Settings {
  Kind kind = Kind::pcmu;
  /// Of the sound. Opus runs at it natively; the sound of others is resampled where theirs differs.
  Rate rate = Rate::narrowband;
  /// Opus only: bits a second at most, as the other side wishes (maxaveragebitrate); 0: no wish.
  std::uint32_t most_bits = 0;
  /// Opus only: nothing is sent for silence (usedtx).
  bool sends_silence = true;
};

std::unique_ptr<Decoder> make_decoder(const Settings& settings);
std::unique_ptr<Encoder> make_encoder(const Settings& settings);

}  // namespace dering::codec
