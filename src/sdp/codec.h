// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sdp/description.h"

namespace dering::sdp {

/// What a payload type can stand for, as far as we know it.
enum class Encoding : std::uint8_t {
  opus,  ///< RFC 7587: its clock is 48000, whatever it carries
  g722,  ///< RFC 3551 §4.5.2: its clock is 8000, though it samples at 16000
  pcmu,
  pcma,
  telephone_event,  ///< RFC 4733, at 8000 or 48000
  comfort_noise,    ///< RFC 3389
};
/// As in rtpmap: "opus", "G722", …
std::string_view name_of(Encoding encoding);
/// By that name, in whichever case; nothing where it is none of sound.
std::optional<Encoding> audio_encoding_of(std::string_view name);
/// The sound itself, not what goes along with it.
constexpr bool is_audio(Encoding encoding) {
  return encoding != Encoding::telephone_event && encoding != Encoding::comfort_noise;
}

/// One payload type of a section, and what its a=rtpmap and a=fmtp say.
struct Codec {
  Encoding encoding{};
  std::uint8_t payload_type = 0;
  std::uint32_t clock_rate = 8'000;  ///< Hz
  // Of Opus (RFC 7587 §6.1), as the one who wrote it wants to receive.
  bool inband_fec = false;
  bool dtx = false;
  std::uint32_t max_average_bitrate = 0;  ///< bit/s; 0: not said
  std::uint32_t max_playback_rate = 0;    ///< Hz; 0: not said

  bool is_same_sound(const Codec& other) const {
    return encoding == other.encoding && clock_rate == other.clock_rate;
  }
  bool operator==(const Codec&) const = default;
};

/// The codecs of a section that we know, in its order, each encoding and clock once: rtpmap, or
/// what RFC 3551 §6 fixed.
std::vector<Codec> codecs_of(const MediaSection& section);
/// The first that is sound; null if there is none.
const Codec* first_audio(std::span<const Codec> codecs);
const Codec* find(std::span<const Codec> codecs, Encoding encoding);

/// What we name these in an offer of ours: one telephone-event for each clock rate that they have.
std::vector<Codec> offered_codecs(std::span<const Encoding> order);
/// The m= formats, rtpmap and fmtp lines.
void add_codecs(MediaSection& section, std::span<const Codec> codecs);

}  // namespace dering::sdp
