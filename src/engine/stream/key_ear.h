// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "codec/codec.h"
#include "codec/dtmf.h"
#include "engine/stream/codec_list.h"
#include "engine/stream/receiver.h"

namespace dering::engine {

/// Listens for keys in the sound of a phone that sends no telephone-event. One thread; allocates
/// when it is made, and never for a packet.
class KeyEar {
 public:
  explicit KeyEar(const CodecList& codecs);

  /// The key that became certain with this packet.
  std::optional<char> hear(const SoundPacket& sound);

 private:
  struct Decoding {
    std::uint8_t payload_type;
    std::unique_ptr<codec::Decoder> decoder;
  };

  std::vector<Decoding> decodings_;
  codec::DigitDetector detector_;
  std::optional<rtp::Header> last_;
  std::size_t last_size_ = 0;  ///< samples of the last packet
};

}  // namespace dering::engine
