// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/instant.h"
#include "codec/codec.h"
#include "codec/dtmf.h"
#include "engine/stream/feed.h"
#include "engine/stream/receiver.h"
#include "engine/stream/sender.h"
#include "jitter/playout.h"
#include "rtp/packet.h"

namespace dering::engine {

/// The codec of that name; only of one that carries sound.
codec::Kind kind_of(media::v2::Codec::Name name);

/// Sound that is made for one phone, frame by frame at the pace that the phone wants: decoded of
/// what another one sent, or played. Lives on the media thread, in its virtual time; allocates when
/// its source or its codec changes, and never for a packet or a frame.
class Synthesis {
 public:
  /// A packet that was made.
  struct Made {
    StreamSource source;
    rtp::Header header;
    std::size_t size = 0;  ///< of the payload; 0 while silence needs no packet
  };

  /// What it is encoded as from now on, and how much of it goes into a packet.
  void set_codec(const media::v2::Codec& codec, std::chrono::milliseconds packet_time);
  void expect_loss(unsigned percent);

  /// A packet of the one that the phone hears. It begins with the first.
  void hear(std::uint64_t port, const SoundPacket& sound, Instant now);
  /// A packet that has a sequence number there and no sound that is wanted.
  void pass_over(const SoundPacket& sound, Instant now);
  /// A key as sound, in place of everything else. False if there is no room for more of them.
  bool press(char key, std::chrono::milliseconds duration, Instant now);
  bool is_pressed() const { return !keys_.is_idle(); }
  /// Takes the place of what is heard, until it is null.
  void play(std::unique_ptr<Feed> feed, Instant now);
  /// Nobody is heard any more.
  void rest();

  bool is_hearing() const { return playout_.has_value(); }
  bool is_playing() const { return feed_ != nullptr; }
  /// True once what was played has come to its end.
  bool has_played() const { return has_played_; }
  std::chrono::milliseconds packet_time() const { return packet_time_; }
  media::v2::Codec::Name codec() const { return codec_.name(); }
  std::uint32_t clock_rate() const { return codec_.clock_rate(); }
  std::optional<Instant> next_deadline() const { return next_; }
  /// Packets that came too late to be heard.
  std::uint64_t late() const { return playout_ ? playout_->counters().late : 0; }

  /// When it is due: the next packet, its payload at the front of the room.
  Made tick(Instant now, MutableBytes room);

 private:
  void begin(std::uint64_t port, const SoundPacket& sound, Instant now);
  void encode_at(codec::Rate rate);
  void start(Instant now);
  codec::Rate rate_for(codec::Kind source) const;
  bool fill(codec::MutableSamples frame, Instant now);
  bool fill_below_keys(codec::MutableSamples frame, Instant now);
  void plan_next(Instant now);
  void stop_if_silent();

  media::v2::Codec codec_;
  std::chrono::milliseconds packet_time_{20};
  unsigned loss_ = 0;
  std::unique_ptr<codec::Encoder> encoder_;
  std::optional<jitter::Playout> playout_;
  std::uint64_t heard_port_ = 0;
  codec::Kind heard_kind_ = codec::Kind::pcmu;
  Instant began_{};
  std::unique_ptr<Feed> feed_;
  bool has_played_ = false;
  codec::DigitTones keys_;
  std::optional<Instant> next_;
  std::chrono::milliseconds idle_{};
  /// Of the stream that is made.
  struct Outgoing {
    StreamSource source;  ///< tells where one stream of ours ends and the next begins
    rtp::Header header;
    bool was_silent = true;
  };
  Outgoing outgoing_;
};

}  // namespace dering::engine
