// SPDX-License-Identifier: Apache-2.0
#include "jitter/playout.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "codec/comfort_noise.h"
#include "jitter/time_scale.h"

namespace dering::jitter {
namespace {

constexpr std::size_t most_formats = 8;
/// Frame, one packet longer than it, and a period that is said twice.
constexpr std::size_t room = 2 * codec::most_samples + TimeScale::most_period;
/// A frame takes no more pieces than this: of 2.5 ms, with noise between them.
constexpr int most_pieces = 128;

/// A format with what decodes it.
struct Decoding {
  Playout::Format format;
  std::unique_ptr<codec::Decoder> decoder;
};

}  // namespace

struct Playout::Parts {
  explicit Parts(const Settings& settings);

  Decoding* decoding_of(std::uint8_t payload_type);
  Verdict on_packet(const rtp::Header& header, Bytes payload, Instant now);
  Heard fill(codec::MutableSamples frame, Instant now);
  bool add(const Piece& piece, Heard& heard);
  void add_sound(const Piece& piece, Heard& heard);
  void add_lost(const Piece& piece, Heard& heard);
  Heard fill_silence(codec::MutableSamples rest, Heard heard);
  void keep_pace(Pace pace, std::size_t size);
  codec::MutableSamples free_room(std::uint32_t duration);
  Duration ahead() const;

  codec::Rate rate;
  std::optional<std::uint8_t> noise_type;
  std::vector<Decoding> decodings;
  Decoding* current = nullptr;  ///< the one that was heard last
  std::uint32_t clock_rate;
  JitterBuffer buffer;
  codec::ComfortNoise noise;
  bool has_noise = false;  ///< the other side has told of its silence, and is silent
  TimeScale time_scale;
  std::uint64_t undecodable = 0;
  std::vector<std::int16_t> ready;  ///< decoded, not heard yet
  std::size_t ready_size = 0;
};

Playout::Parts::Parts(const Settings& settings)
    : rate(settings.rate),
      noise_type(settings.noise),
      clock_rate(settings.formats.empty() ? 8'000 : codec::clock_rate(settings.formats[0].kind)),
      buffer({.clock_rate = clock_rate,
              .least_delay = settings.least_delay,
              .most_delay = settings.most_delay}),
      time_scale(settings.rate),
      ready(room) {
  for (const Format& format :
       settings.formats.first(std::min(settings.formats.size(), most_formats))) {
    decodings.push_back({format, codec::make_decoder({.kind = format.kind, .rate = rate})});
  }
}

Decoding* Playout::Parts::decoding_of(std::uint8_t payload_type) {
  const auto found = std::ranges::find(
      decodings, payload_type, [](const Decoding& each) { return each.format.payload_type; });
  return found == decodings.end() ? nullptr : &*found;
}

Verdict Playout::Parts::on_packet(const rtp::Header& header, Bytes payload, Instant now) {
  Arrival arrival{.header = header, .payload = payload};
  if (header.payload_type == noise_type) {
    arrival.carries = Carries::noise;
    return buffer.on_packet(arrival, now);
  }
  const Decoding* decoding = decoding_of(header.payload_type);
  if (decoding == nullptr) {
    arrival.carries = Carries::event;
    return buffer.on_packet(arrival, now);
  }
  const auto duration = codec::duration_of(decoding->format.kind, payload);
  if (!duration) ++undecodable;
  const std::uint32_t clock = codec::clock_rate(decoding->format.kind);
  if (clock != clock_rate) {
    clock_rate = clock;
    buffer.restart(clock);
  }
  arrival.duration = duration.value_or(0);
  return buffer.on_packet(arrival, now);
}

Heard Playout::Parts::fill(codec::MutableSamples frame, Instant now) {
  Heard heard = ready_size > 0 ? Heard::sound : Heard::nothing;
  for (int count = 0; ready_size < frame.size() && count < most_pieces; ++count) {
    if (!add(buffer.take(now, ahead()), heard)) break;
  }
  const std::size_t size = std::min(ready_size, frame.size());
  const auto rest = std::copy_n(ready.begin(), size, frame.begin());
  std::copy(ready.begin() + static_cast<std::ptrdiff_t>(size),
            ready.begin() + static_cast<std::ptrdiff_t>(ready_size), ready.begin());
  ready_size -= size;
  return rest == frame.end() ? heard : fill_silence(frame.subspan(size), heard);
}

/// False if there is nothing to be heard now.
bool Playout::Parts::add(const Piece& piece, Heard& heard) {
  switch (piece.kind) {
    case Piece::Kind::sound:
      add_sound(piece, heard);
      return true;
    case Piece::Kind::lost:
      add_lost(piece, heard);
      return true;
    case Piece::Kind::noise:
      noise.on_payload(piece.payload);
      has_noise = true;
      return true;
    case Piece::Kind::nothing:
      return false;
  }
  return false;
}

void Playout::Parts::add_sound(const Piece& piece, Heard& heard) {
  has_noise = false;
  current = decoding_of(piece.payload_type);
  const auto place = codec::MutableSamples(ready).subspan(ready_size);
  const auto made = current == nullptr ? std::unexpected(codec::Fault::malformed)
                                       : current->decoder->decode(piece.payload, place);
  if (!made) {
    ++undecodable;
    return add_lost({.payload = {}, .duration = piece.duration}, heard);
  }
  if (heard == Heard::nothing) heard = Heard::sound;
  keep_pace(piece.pace, *made);
}

void Playout::Parts::keep_pace(Pace pace, std::size_t size) {
  const auto place = codec::MutableSamples(ready).subspan(ready_size);
  switch (pace) {
    case Pace::steady:
      break;
    case Pace::shorten:
      size = time_scale.shorten(place, size);
      break;
    case Pace::lengthen:
      size = time_scale.lengthen(place, size);
      break;
  }
  ready_size += size;
}

void Playout::Parts::add_lost(const Piece& piece, Heard& heard) {
  const auto place = free_room(piece.duration);
  if (current == nullptr) {
    std::ranges::fill(place, std::int16_t{0});
  } else if (piece.payload.empty() || piece.payload_type != current->format.payload_type) {
    current->decoder->conceal(place);
  } else {
    current->decoder->recover(piece.payload, place);
  }
  ready_size += place.size();
  heard = Heard::concealed;
}

codec::MutableSamples Playout::Parts::free_room(std::uint32_t duration) {
  const std::size_t size = std::uint64_t{duration} * codec::hertz(rate) / clock_rate;
  const auto place = codec::MutableSamples(ready).subspan(ready_size);
  return place.first(std::clamp<std::size_t>(size, 1, std::min(place.size(), codec::most_samples)));
}

Heard Playout::Parts::fill_silence(codec::MutableSamples rest, Heard heard) {
  if (!has_noise) {
    std::ranges::fill(rest, std::int16_t{0});
    return heard;
  }
  noise.fill(rest);
  return heard == Heard::nothing ? Heard::noise : heard;
}

Duration Playout::Parts::ahead() const {
  return std::chrono::microseconds(ready_size * 1'000'000 / codec::hertz(rate));
}

Playout::Playout(const Settings& settings) : parts_(std::make_unique<Parts>(settings)) {}
Playout::~Playout() = default;
Playout::Playout(Playout&&) noexcept = default;

Verdict Playout::on_packet(const rtp::Header& header, Bytes payload, Instant now) {
  return parts_->on_packet(header, payload, now);
}
Heard Playout::fill(codec::MutableSamples frame, Instant now) {
  return parts_->fill(frame, now);
}
const Counters& Playout::counters() const {
  return parts_->buffer.counters();
}
Duration Playout::delay() const {
  return parts_->buffer.delay();
}
std::uint64_t Playout::undecodable() const {
  return parts_->undecodable;
}

}  // namespace dering::jitter
