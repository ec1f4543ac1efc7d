// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/key_ear.h"

#include <algorithm>
#include <array>

#include "engine/stream/synthesis.h"

namespace dering::engine {
namespace {

/// More missing packets than this are another stream, or a pause.
constexpr int most_missing = 50;

}  // namespace

KeyEar::KeyEar(const CodecList& codecs) {
  for (const auto& codec : codecs.all()) {
    if (!is_sound(codec.name())) continue;
    decodings_.push_back(
        {static_cast<std::uint8_t>(codec.payload_type()),
         codec::make_decoder({.kind = kind_of(codec.name()), .rate = codec::Rate::narrowband})});
  }
}

std::optional<char> KeyEar::hear(const SoundPacket& sound) {
  const auto found =
      std::ranges::find(decodings_, sound.header.payload_type, &Decoding::payload_type);
  if (found == decodings_.end()) return detector_.take();
  const bool goes_on = last_ && last_->ssrc == sound.header.ssrc;
  const auto step =
      goes_on ? static_cast<std::int16_t>(sound.header.sequence - last_->sequence) : 1;
  // What comes late has been made up for.
  if (step <= 0 && step > -most_missing) return detector_.take();
  last_ = sound.header;
  if (step > 1 && step < most_missing) {
    detector_.miss(last_size_ * static_cast<std::size_t>(step - 1));
  }
  std::array<std::int16_t, codec::samples_in(codec::most_packet_time, codec::Rate::narrowband)>
      samples;
  const auto size = found->decoder->decode(sound.payload, samples);
  if (!size) return detector_.take();
  last_size_ = *size;
  detector_.hear(codec::Samples(samples).first(*size));
  return detector_.take();
}

}  // namespace dering::engine
