// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/earpiece.h"

#include <array>
#include <cstring>
#include <utility>

#include "engine/port.h"

namespace dering::engine {
namespace {

using media::v2::Codec;

constexpr std::uint32_t usual_packet_time = 20;
/// What is later than this is not made up for.
constexpr Duration most_delay = std::chrono::milliseconds(200);

}  // namespace

void Earpiece::set_stream(const media::v2::Stream& stream) {
  takes_ = CodecList(stream.send());
  const Codec* preferred = takes_.preferred();
  if (!sender_) sender_.emplace(stream.ssrc(), preferred ? preferred->clock_rate() : 8000);
  if (preferred == nullptr) return synthesis_.rest();
  synthesis_.set_codec(*preferred, std::chrono::milliseconds(stream.ptime() == 0 ? usual_packet_time
                                                                                 : stream.ptime()));
}

void Earpiece::set_speakers(std::uint64_t speakers) {
  if (std::exchange(speakers_, speakers) == speakers) return;
  synthesis_.rest();
  if (sender_) sender_->leave();
}

// Sound

void Earpiece::hear(std::uint64_t port, const SoundPacket& sound, Instant now, Outbox& out) {
  if (!sender_ || link_ == nullptr) return;
  const StreamSource source{.port = port, .ssrc = sound.header.ssrc};
  const Codec* codec = takes_.like(*sound.codec);
  const bool is_audible = is_sound(sound.codec->name());
  // Comfort noise belongs to the sound around it, and goes the same way.
  if (codec != nullptr && (is_audible || !synthesis_.is_hearing())) {
    if (synthesis_.is_hearing()) synthesis_.rest();
    SoundPacket passed = sound;
    passed.codec = codec;
    return forward(source, passed, now, out);
  }
  sender_->keep_back(source, sound.header);
  const bool is_possible = takes_.preferred() != nullptr && !synthesis_.is_playing();
  if (is_possible && (is_audible || synthesis_.is_hearing())) synthesis_.hear(port, sound, now);
}

void Earpiece::pass_over(std::uint64_t port, const SoundPacket& sound, Instant now) {
  if (!sender_) return;
  sender_->keep_back({.port = port, .ssrc = sound.header.ssrc}, sound.header);
  synthesis_.pass_over(sound, now);
}

void Earpiece::forward(const StreamSource& source, const SoundPacket& passed, Instant now,
                       Outbox& out) {
  if (is_pressed_ || synthesis_.is_pressed()) return sender_->keep_back(source, passed.header);
  rtp::Header header = passed.header;
  header.payload_type = static_cast<std::uint8_t>(passed.codec->payload_type());
  const auto ours = sender_->forward(source, header, passed.codec->clock_rate(), now);
  if (!ours) return;
  codec_ = passed.codec->name();
  if (send(*ours, passed.payload, out)) note(*ours, now);
}

// Keys

bool Earpiece::press(char key, std::chrono::milliseconds duration, Instant now) {
  if (!sender_) return true;
  const Codec* event = takes_.best_of(Codec::NAME_TELEPHONE_EVENT, sender_->clock_rate());
  if (event == nullptr) {
    return takes_.preferred() == nullptr || synthesis_.press(key, duration, now);
  }
  if (!keys_ || keys_->is_idle()) {
    event_type_ = static_cast<std::uint8_t>(event->payload_type());
    keys_.emplace(rtp::DigitSender::Settings{.event_clock = event->clock_rate(),
                                             .stream_clock = sender_->clock_rate()});
  }
  if (!keys_->press(key, duration)) return false;
  if (!next_event_) next_event_ = now;
  return true;
}

// Time

void Earpiece::on_time(Instant now, Outbox& out) {
  while (out.has_room() && next_event_ && *next_event_ <= now) tick_events(now, out);
  while (out.has_room() && synthesis_.next_deadline() && *synthesis_.next_deadline() <= now) {
    tick_sound(now, out);
  }
}

void Earpiece::tick_sound(Instant now, Outbox& out) {
  std::array<std::uint8_t, codec::most_payload> payload;
  const auto made = synthesis_.tick(now, payload);
  if (made.size == 0 || link_ == nullptr) return;
  if (is_pressed_) return sender_->keep_back(made.source, made.header);
  const auto header = sender_->forward(made.source, made.header, synthesis_.clock_rate(), now);
  if (!header) return;
  codec_ = synthesis_.codec();
  if (send(*header, Bytes(payload).first(made.size), out)) note(*header, now);
}

void Earpiece::tick_events(Instant now, Outbox& out) {
  const auto time = synthesis_.packet_time();
  const auto packet = keys_->next(sender_->timestamp_at(*next_event_, sender_->clock_rate()), time);
  is_pressed_ = packet.has_value();
  if (packet && link_ != nullptr) {
    std::array<std::uint8_t, rtp::telephone_event_size> payload;
    rtp::write_telephone_event(packet->event, payload);
    const rtp::Header header = sender_->insert(event_type_, packet->marker, packet->timestamp);
    if (send(header, payload, out)) departed_.on_event(header);
  }
  *next_event_ += time;
  if (now - *next_event_ > most_delay) next_event_ = now;
  if (keys_->is_idle()) next_event_.reset();
}

bool Earpiece::send(const rtp::Header& header, Bytes payload, Outbox& out) {
  const ice::Path* path = port_->media_path();
  const MutableBytes draft = out.draft();
  const std::size_t size = rtp::fixed_header_size + payload.size();
  if (path == nullptr || size > draft.size()) return false;
  rtp::write_header(header, draft);
  std::memcpy(draft.data() + rtp::fixed_header_size, payload.data(), payload.size());
  const auto sealed = link_->seal(draft, size);
  if (!sealed) return false;
  out.send_draft(sealed->size(), *path);
  sender_->sent(payload.size());
  ++port_->traffic.sent;
  return true;
}

void Earpiece::note(const rtp::Header& header, Instant now) {
  if (std::exchange(departed_clock_, sender_->clock_rate()) != sender_->clock_rate()) {
    departed_ = rtp::Reception(departed_clock_);
  }
  departed_.on_packet(header, now);
}

}  // namespace dering::engine
