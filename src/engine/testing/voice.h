// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "codec/codec.h"
#include "codec/testing/sound.h"
#include "engine/stream/synthesis.h"
#include "engine/testing/conversation.h"

namespace dering::engine::testing {

using codec::testing::Sound;

/// Says sound through a phone's codec, packet by packet.
template <class Phone>
class Mouth {
 public:
  Mouth(Phone& phone, const media::v2::Codec& codec,
        std::chrono::milliseconds time = std::chrono::milliseconds(20))
      : phone_(&phone),
        codec_(codec),
        time_(time),
        encoder_(codec::make_encoder(
            {.kind = kind_of(codec.name()), .rate = codec::native_rate(kind_of(codec.name()))})) {}

  codec::Rate rate() const { return encoder_->rate(); }
  std::size_t frame() const { return codec::samples_in(time_, rate()); }

  /// As the phone knows it from our reports.
  void expect_loss(unsigned percent) { encoder_->expect_loss(percent); }
  /// The packet of the next frame, whether or not it arrives.
  Packet packet(codec::Samples samples) {
    Datagram payload(codec::most_payload);
    payload.resize(encoder_->encode(samples, payload).value());
    Packet packet =
        phone_->next(static_cast<std::uint8_t>(codec_.payload_type()),
                     static_cast<std::uint32_t>(time_.count()) * codec_.clock_rate() / 1000);
    packet.payload = std::move(payload);
    return packet;
  }
  void say(codec::Samples samples) { phone_->sends(packet(samples)); }

 private:
  Phone* phone_;
  media::v2::Codec codec_;
  std::chrono::milliseconds time_;
  std::unique_ptr<codec::Encoder> encoder_;
};

/// Decodes what a phone hears, in the order of its sequence numbers; what is not there is silence.
class Ear {
 public:
  explicit Ear(std::initializer_list<media::v2::Codec> codecs) {
    for (const auto& codec : codecs) {
      if (!is_sound(codec.name())) continue;
      const codec::Kind kind = kind_of(codec.name());
      decoders_[static_cast<int>(codec.payload_type())] =
          codec::make_decoder({.kind = kind, .rate = rate});
    }
  }

  static constexpr codec::Rate rate = codec::Rate::fullband;

  void take(const std::vector<Packet>& packets) {
    for (const Packet& packet : packets) {
      headers.push_back(packet.header);
      const auto found = decoders_.find(packet.header.payload_type);
      if (found == decoders_.end()) {
        others.push_back(packet);
        continue;
      }
      Sound part(codec::most_samples);
      const auto size = found->second->decode(packet.payload, part);
      EXPECT_TRUE(size);
      if (size) sound.insert(sound.end(), part.begin(), part.begin() + static_cast<long>(*size));
    }
  }
  codec::Samples last(std::chrono::milliseconds time) const {
    const std::size_t size = std::min(sound.size(), codec::samples_in(time, rate));
    return codec::Samples(sound).last(size);
  }

  Sound sound;
  std::vector<rtp::Header> headers;
  std::vector<Packet> others;  ///< of no codec of sound: telephone-event

 private:
  std::map<int, std::unique_ptr<codec::Decoder>> decoders_;
};

/// RFC 3550: one SSRC, no sequence number twice and none left out, timestamps that never go back.
inline void expect_one_stream(const std::vector<rtp::Header>& headers) {
  for (std::size_t i = 1; i < headers.size(); ++i) {
    EXPECT_EQ(headers[i].ssrc, headers[0].ssrc);
    EXPECT_EQ(headers[i].sequence, static_cast<std::uint16_t>(headers[i - 1].sequence + 1)) << i;
    EXPECT_GE(static_cast<std::int32_t>(headers[i].timestamp - headers[i - 1].timestamp), 0) << i;
  }
}

}  // namespace dering::engine::testing
