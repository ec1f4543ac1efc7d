// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/instant.h"
#include "engine/link/link.h"
#include "engine/outbox.h"
#include "engine/stream/codec_list.h"
#include "engine/stream/receiver.h"
#include "engine/stream/sender.h"
#include "engine/stream/synthesis.h"
#include "rtp/digit_sender.h"
#include "rtp/reception.h"

namespace dering::engine {

struct Port;

/// What a phone is given to hear: one stream, whatever feeds it. What the phone can decode passes
/// as it is; all else is made for it. Keys go in as telephone-event (RFC 4733), in place of the
/// sound. A machine, owned by its party; lives on the media thread. Carrying a packet allocates
/// nothing.
class Earpiece {
 public:
  explicit Earpiece(Port& port) : port_(&port) {}

  void set_stream(const media::v2::Stream& stream);
  /// Null as long as the port has no keys.
  void set_link(Link* link) { link_ = link; }
  bool has_stream() const { return sender_.has_value(); }
  std::uint32_t ssrc() const { return sender_ ? sender_->ssrc() : 0; }

  /// A packet of the one at `port`, whom the phone hears. Whoever has no stream yet hears nothing.
  void hear(std::uint64_t port, const SoundPacket& sound, Instant now, Outbox& out);
  /// A packet of that one which is no sound.
  void pass_over(std::uint64_t port, const SoundPacket& sound, Instant now);
  /// A key: as telephone-event, or as sound to a phone that takes none. False if there is no room
  /// for more of them.
  bool press(char key, std::chrono::milliseconds duration, Instant now);
  bool takes_events() const {
    return takes_.best_of(media::v2::Codec::NAME_TELEPHONE_EVENT, 8000) != nullptr;
  }
  /// Takes the place of what is heard, until it is null.
  void play(std::unique_ptr<Feed> feed, Instant now) { synthesis_.play(std::move(feed), now); }
  bool has_played() const { return synthesis_.has_played(); }
  /// Who is heard now, as a number that is another one when it is somebody else. What those who are
  /// not heard send meanwhile leaves no gap.
  void set_speakers(std::uint64_t speakers);
  /// Packets of whom it hears that came too late, since it has heard this one.
  std::uint64_t late() const { return synthesis_.late(); }
  /// What left since it was asked last, as the phone would count it if its line were perfect.
  rtp::Interval take_departed() { return departed_.take_interval(); }
  void expect_loss(unsigned percent) { synthesis_.expect_loss(percent); }

  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const {
    return earlier(synthesis_.next_deadline(), next_event_);
  }

  std::uint32_t clock_rate() const { return sender_ ? sender_->clock_rate() : 8000; }
  media::v2::Codec::Name codec() const { return codec_; }  ///< that was sent last
  /// What the next sender report says.
  rtp::SenderReport report(Instant now) const { return sender_->report(now); }

 private:
  void forward(const StreamSource& source, const SoundPacket& passed, Instant now, Outbox& out);
  void tick_sound(Instant now, Outbox& out);
  void tick_events(Instant now, Outbox& out);
  bool send(const rtp::Header& header, Bytes payload, Outbox& out);
  void note(const rtp::Header& header, Instant now);

  Port* port_;
  Link* link_ = nullptr;
  std::optional<Sender> sender_;
  CodecList takes_;
  media::v2::Codec::Name codec_ = media::v2::Codec::NAME_UNSPECIFIED;
  std::uint32_t departed_clock_ = 8000;
  rtp::Reception departed_{8000};
  Synthesis synthesis_;
  std::optional<rtp::DigitSender> keys_;
  std::uint8_t event_type_ = 0;  ///< payload type of the present keys
  std::optional<Instant> next_event_;
  std::uint64_t speakers_ = 0;
  bool is_pressed_ = false;  ///< a key takes the place of the sound
};

}  // namespace dering::engine
