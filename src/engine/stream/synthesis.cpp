// SPDX-License-Identifier: Apache-2.0
#include "engine/stream/synthesis.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Codec;

/// A phone that changes its codec all the time is decoded as it was begun.
constexpr Duration least_time_between_changes = 1s;
/// After so long without any sound there is nothing to encode.
constexpr auto longest_idle = 2s;
/// What is later than this is not made up for.
constexpr Duration most_delay = 200ms;
/// Higher than this no tone and no recording goes.
constexpr codec::Rate best_rate_of_feeds = codec::Rate::wideband;

/// The formats of what the phone may send.
jitter::Playout::Settings settings_of(const CodecList& agreed,
                                      std::array<jitter::Playout::Format, 8>& formats) {
  std::size_t count = 0;
  jitter::Playout::Settings settings;
  for (const Codec& codec : agreed.all()) {
    const auto payload_type = static_cast<std::uint8_t>(codec.payload_type());
    if (codec.name() == Codec::NAME_COMFORT_NOISE) settings.noise = payload_type;
    if (!is_sound(codec.name()) || count == formats.size()) continue;
    formats[count++] = {.payload_type = payload_type, .kind = kind_of(codec.name())};
  }
  settings.formats = std::span(formats).first(count);
  return settings;
}

}  // namespace

codec::Kind kind_of(Codec::Name name) {
  if (name == Codec::NAME_OPUS) return codec::Kind::opus;
  if (name == Codec::NAME_G722) return codec::Kind::g722;
  return name == Codec::NAME_PCMA ? codec::Kind::pcma : codec::Kind::pcmu;
}

void Synthesis::set_codec(const Codec& codec, std::chrono::milliseconds packet_time) {
  const auto kept = codec::packet_time(kind_of(codec.name()), packet_time);
  const bool is_same =
      kept == packet_time_ && codec.SerializeAsString() == codec_.SerializeAsString();
  if (is_same) return;
  codec_ = codec;
  packet_time_ = kept;
  encoder_.reset();
  // Another source of packets: its clock and its payload type are others.
  ++outgoing_.source.ssrc;
}

void Synthesis::expect_loss(unsigned percent) {
  loss_ = percent;
  if (encoder_) encoder_->expect_loss(percent);
}

/// Of both sides the narrower one's, and no more than the phone plays.
codec::Rate Synthesis::rate_for(codec::Kind source) const {
  const codec::Rate rate = codec::common_rate(source, kind_of(codec_.name()));
  if (codec_.max_playback_rate() == 0) return rate;
  codec::Rate best = codec::Rate::narrowband;
  for (const codec::Rate each :
       {codec::Rate::wideband, codec::Rate::superwideband, codec::Rate::fullband}) {
    if (each <= rate && codec::hertz(each) <= codec_.max_playback_rate()) best = each;
  }
  return best;
}

void Synthesis::encode_at(codec::Rate rate) {
  if (encoder_ && encoder_->rate() == rate) return;
  encoder_ = codec::make_encoder({.kind = kind_of(codec_.name()),
                                  .rate = rate,
                                  .most_bits = codec_.max_average_bitrate(),
                                  .sends_silence = !codec_.dtx()});
  encoder_->expect_loss(loss_);
}

void Synthesis::hear(std::uint64_t port, const SoundPacket& sound, Instant now) {
  const bool is_audible = is_sound(sound.codec->name());
  const codec::Kind kind = is_audible ? kind_of(sound.codec->name()) : heard_kind_;
  const bool is_new =
      !playout_ || port != heard_port_ ||
      (rate_for(kind) != rate_for(heard_kind_) && now - began_ >= least_time_between_changes);
  if (is_new && is_audible) begin(port, sound, now);
  if (is_audible) start(now);
  pass_over(sound, now);
}

void Synthesis::pass_over(const SoundPacket& sound, Instant now) {
  if (playout_) playout_->on_packet(sound.header, sound.payload, now);
}

void Synthesis::begin(std::uint64_t port, const SoundPacket& sound, Instant now) {
  std::array<jitter::Playout::Format, 8> formats;
  auto settings = settings_of(*sound.agreed, formats);
  heard_kind_ = kind_of(sound.codec->name());
  settings.rate = rate_for(heard_kind_);
  playout_.emplace(settings);
  if (port != heard_port_) ++outgoing_.source.ssrc;
  heard_port_ = port;
  began_ = now;
}

void Synthesis::play(std::unique_ptr<Feed> feed, Instant now) {
  feed_ = std::move(feed);
  has_played_ = false;
  playout_.reset();
  ++outgoing_.source.ssrc;
  if (feed_) start(now);
  stop_if_silent();
}

void Synthesis::rest() {
  playout_.reset();
  heard_port_ = 0;
  stop_if_silent();
}

/// Nothing of ours shall come between the packets of a phone that is heard as it is.
void Synthesis::stop_if_silent() {
  if (!feed_ && !playout_ && keys_.is_idle()) next_.reset();
}

bool Synthesis::press(char key, std::chrono::milliseconds duration, Instant now) {
  if (!keys_.press(key, duration)) return false;
  start(now);
  return true;
}

void Synthesis::start(Instant now) {
  idle_ = {};
  if (!next_) next_ = now + packet_time_;
}

/// What lies below a key goes on unheard, so that it is where it should be afterwards.
bool Synthesis::fill(codec::MutableSamples frame, Instant now) {
  const bool is_sound = fill_below_keys(frame, now);
  if (keys_.is_idle()) return is_sound;
  keys_.fill(frame, encoder_->rate());
  return true;
}

bool Synthesis::fill_below_keys(codec::MutableSamples frame, Instant now) {
  if (feed_) {
    const bool goes_on = feed_->fill(frame, encoder_->rate());
    has_played_ = has_played_ || !goes_on;
    return goes_on;
  }
  if (playout_) return playout_->fill(frame, now) != jitter::Heard::nothing;
  std::ranges::fill(frame, std::int16_t{0});
  return false;
}

Synthesis::Made Synthesis::tick(Instant now, MutableBytes room) {
  const codec::Kind kind = kind_of(codec_.name());
  encode_at(feed_ ? std::min(rate_for(kind), best_rate_of_feeds) : rate_for(heard_kind_));
  std::array<std::int16_t, codec::most_samples> samples;
  const auto frame =
      codec::MutableSamples(samples).first(codec::samples_in(packet_time_, encoder_->rate()));
  idle_ = fill(frame, *next_) ? 0ms : idle_ + packet_time_;
  const auto size = encoder_->encode(frame, room);
  Made made{.source = outgoing_.source, .header = outgoing_.header, .size = size.value_or(0)};
  made.header.payload_type = static_cast<std::uint8_t>(codec_.payload_type());
  made.header.marker = outgoing_.was_silent;
  outgoing_.was_silent = made.size == 0;
  if (made.size > 0) ++outgoing_.header.sequence;
  outgoing_.header.timestamp +=
      static_cast<std::uint32_t>(packet_time_.count() * codec_.clock_rate() / 1000);
  plan_next(now);
  return made;
}

void Synthesis::plan_next(Instant now) {
  *next_ += packet_time_;
  if (now - *next_ > most_delay) next_ = now;
  if (!feed_ && idle_ >= longest_idle) next_.reset();
  stop_if_silent();
}

}  // namespace dering::engine
