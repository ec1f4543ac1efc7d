// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <array>
#include <cstdint>
#include <vector>

namespace dering::engine {

/// True for what carries sound by itself: not for telephone-event and comfort noise.
constexpr bool is_sound(media::v2::Codec::Name name) {
  return name == media::v2::Codec::NAME_PCMU || name == media::v2::Codec::NAME_PCMA ||
         name == media::v2::Codec::NAME_G722 || name == media::v2::Codec::NAME_OPUS;
}

/// The payload types of one direction of a stream, as validated: of each at most one. Pointers that
/// it gave hold until it is assigned to.
class CodecList {
 public:
  using Codec = media::v2::Codec;

  CodecList() = default;
  template <class Codecs>
  explicit CodecList(const Codecs& codecs) : codecs_(codecs.begin(), codecs.end()) {
    for (std::size_t i = 0; i < codecs_.size(); ++i) {
      at_[codecs_[i].payload_type() & 0x7F] = static_cast<std::uint8_t>(i + 1);
    }
  }

  /// Null for a payload type that was never agreed on.
  const Codec* find(std::uint8_t payload_type) const {
    const std::size_t at = at_[payload_type & 0x7F];
    return at == 0 ? nullptr : &codecs_[at - 1];
  }
  /// What stands for the same here, under whatever payload type.
  const Codec* like(const Codec& other) const { return of(other.name(), other.clock_rate()); }
  const Codec* of(Codec::Name name, std::uint32_t clock_rate) const {
    for (const Codec& codec : codecs_) {
      if (codec.name() == name && codec.clock_rate() == clock_rate) return &codec;
    }
    return nullptr;
  }
  const std::vector<Codec>& all() const { return codecs_; }
  /// Of telephone-event or comfort noise, the one at that clock rate, else any.
  const Codec* best_of(Codec::Name name, std::uint32_t clock_rate) const {
    if (const Codec* same = of(name, clock_rate)) return same;
    for (const Codec& codec : codecs_) {
      if (codec.name() == name) return &codec;
    }
    return nullptr;
  }
  /// The first that carries sound.
  const Codec* preferred() const {
    for (const Codec& codec : codecs_) {
      if (is_sound(codec.name())) return &codec;
    }
    return nullptr;
  }

 private:
  std::vector<Codec> codecs_;
  std::array<std::uint8_t, 128> at_{};  ///< by payload type: place in codecs_, from 1 on
};

}  // namespace dering::engine
