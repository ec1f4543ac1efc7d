// SPDX-License-Identifier: Apache-2.0
#include "jitter/jitter_buffer.h"

#include <algorithm>

#include "codec/sound.h"

namespace dering::jitter {
namespace {

using namespace std::chrono_literals;

/// In these steps sound is made up while nothing is here, so that what comes is not kept waiting.
constexpr std::chrono::milliseconds made_up_step = 10ms;
/// After so much of it the other side is taken for silent.
constexpr std::chrono::milliseconds made_up_at_most = 120ms;
/// A hole in the timestamps where no packet is missing, up to which sound is joined without a
/// pause.
constexpr std::chrono::milliseconds smallest_pause = 5ms;
constexpr Duration too_much = 20ms;
constexpr Duration enough = 5ms;

}  // namespace

JitterBuffer::JitterBuffer(const Settings& settings)
    : settings_(settings),
      order_(settings.clock_rate),
      estimate_(settings.least_delay, settings.most_delay) {}

void JitterBuffer::restart(std::uint32_t clock_rate) {
  order_.restart(clock_rate);
  begin(0);
}

void JitterBuffer::begin(std::int64_t sequence) {
  shelf_.clear(sequence - 2 * PacketShelf::size);
  estimate_.restart();
  state_ = State::fresh;
  next_ = sequence;
  made_up_ = 0;
  expects_silence_ = false;
}

Verdict JitterBuffer::on_packet(const Arrival& arrival, Instant now) {
  ++counters_.received;
  const bool is_sound = arrival.carries == Carries::sound;
  const bool has_time =
      arrival.duration > 0 && arrival.duration <= order_.units_in(codec::most_packet_time);
  if (arrival.payload.size() > codec::most_payload || (is_sound && !has_time)) {
    ++counters_.refused;
    return Verdict::malformed;
  }
  const bool had_source = order_.has_source();
  switch (order_.judge(arrival, now)) {
    case Order::Word::goes_on:
      break;
    case Order::Word::begins:
      if (had_source) ++counters_.restarts;
      begin(order_.newest());
      break;
    case Order::Word::doubtful:
      ++counters_.refused;
      return Verdict::doubtful;
  }
  const Place at = order_.place_of(arrival);
  if (shelf_.has_seen(at.sequence)) {
    ++counters_.duplicate;
    return Verdict::duplicate;
  }
  if (is_sound) {
    estimate_.on_packet(order_.transit_of(at, now), now);
    order_.note_sound(at, now);
  }
  return place(arrival, at);
}

Verdict JitterBuffer::place(const Arrival& arrival, const Place& place) {
  const std::int64_t sequence = place.sequence;
  // What overtook the first packet of all was not first.
  const bool is_near = sequence > order_.newest() - PacketShelf::size;
  if (state_ == State::fresh && is_near) next_ = std::min(next_, sequence);
  if (sequence < next_) {
    ++counters_.late;
    shelf_.remember(sequence);
    return Verdict::late;
  }
  make_room(sequence);
  order_.note_sequence(sequence);
  while (!shelf_.put(arrival, place)) {
    if (drop_first()) continue;
    ++counters_.dropped;
    return Verdict::late;
  }
  return Verdict::kept;
}

/// Sequence numbers share places: what lies too far behind the newest one is given up.
void JitterBuffer::make_room(std::int64_t sequence) {
  for (; sequence - next_ >= PacketShelf::size; ++next_) {
    ++(shelf_.find(next_) == nullptr ? counters_.lost : counters_.dropped);
    shelf_.take(next_);
  }
}

/// False if there is nothing to drop.
bool JitterBuffer::drop_first() {
  const Head head = find_head();
  if (head.packet == nullptr) return false;
  skip_to(head);
  ++counters_.dropped;
  shelf_.take(next_++);
  return true;
}

/// How long after the fastest packets this sound is given, if it is heard then.
Duration JitterBuffer::delay_of(const Place& place, Instant heard) const {
  return order_.transit_of(place, heard) - estimate_.fastest();
}

/// Events are taken out on the way: they have a number and no sound.
JitterBuffer::Head JitterBuffer::find_head() {
  Head head;
  for (std::int64_t sequence = next_; sequence <= order_.newest(); ++sequence) {
    const PacketShelf::Packet* packet = shelf_.find(sequence);
    if (packet == nullptr) {
      ++head.missing;
    } else if (packet->carries != Carries::event) {
      head.packet = packet;
      return head;
    } else if (head.missing == 0) {
      shelf_.take(sequence);
      expects_silence_ = true;
      next_ = sequence + 1;
    }
  }
  return head;
}

void JitterBuffer::skip_to(const Head& head) {
  if (state_ != State::fresh) counters_.lost += static_cast<std::uint64_t>(head.missing);
  next_ = head.packet->place.sequence;
}

Piece JitterBuffer::take(Instant now, Duration ahead) {
  const Instant heard = now + ahead;
  ahead_ = ahead;
  const Head head = find_head();
  if (head.packet != nullptr && head.packet->carries == Carries::noise) {
    skip_to(head);
    state_ = State::paused;
    return give(*head.packet);
  }
  switch (state_) {
    case State::fresh:
    case State::paused:
      return after_pause(head, heard);
    case State::playing:
      return head.packet == nullptr ? run_dry() : play(head, heard);
  }
  return {};
}

/// The delay of what follows a pause is chosen here: it waits until it is as late as it should be.
Piece JitterBuffer::after_pause(Head head, Instant heard) {
  while (head.packet != nullptr && delay_of(head.packet->place, heard) > settings_.most_delay) {
    drop_first();
    head = find_head();
  }
  if (head.packet == nullptr || head.packet->carries != Carries::sound) return {};
  const Duration delay = delay_of(head.packet->place, heard);
  if (delay - ahead_ < estimate_.target()) return {};
  skip_to(head);
  state_ = State::playing;
  pace_ = Pace::steady;
  delay_ = delay;
  return give(*head.packet);
}

Piece JitterBuffer::play(const Head& head, Instant heard) {
  const std::int64_t hole = head.packet->place.timestamp - position_;
  const std::int64_t longest = order_.units_in(codec::most_packet_time);
  const bool is_pause =
      head.missing == 0 ? hole > order_.units_in(smallest_pause) : hole > longest * head.missing;
  const Duration delay = delay_of(head.packet->place, heard);
  // Making up a long hole would put off what comes after it by as much.
  const std::int64_t begins = head.missing > 0 ? position_ + made_up_ : position_;
  const bool is_late = delay_of({.timestamp = begins}, heard) > settings_.most_delay;
  if (is_pause || is_late || delay > settings_.most_delay) {
    state_ = State::paused;
    return after_pause(head, heard);
  }
  if (head.missing > 0 && hole > made_up_) return bridge(head, heard);
  skip_to(head);
  delay_ = delay;
  const Duration excess = delay - estimate_.target();
  const Pace pace = pace_for(excess, excess - ahead_);
  Piece piece = give(*head.packet);
  piece.pace = pace;
  return piece;
}

/// Between what was heard and the first packet that is here some are missing: each gets its share
/// of the time, of which some may have been made up already.
Piece JitterBuffer::bridge(const Head& head, Instant heard) {
  const std::int64_t hole = head.packet->place.timestamp - position_ - made_up_;
  const std::int64_t share = (hole + head.missing - 1) / head.missing;
  position_ += made_up_;
  delay_ = delay_of({.timestamp = position_}, heard);
  position_ += share;
  made_up_ = 0;
  ++counters_.lost;
  ++next_;
  Piece piece = lost(static_cast<std::uint32_t>(share));
  piece.payload_type = head.packet->payload_type;
  if (head.missing == 1) piece.payload = shelf_.look_at(*head.packet);
  return piece;
}

Piece JitterBuffer::run_dry() {
  const std::uint32_t step = std::min(usual_duration_, order_.units_in(made_up_step));
  if (expects_silence_ || made_up_ + step > order_.units_in(made_up_at_most)) {
    state_ = State::paused;
    return {};
  }
  made_up_ += step;
  return lost(step);
}

Piece JitterBuffer::lost(std::uint32_t duration) {
  counters_.concealed +=
      std::chrono::microseconds(std::uint64_t{duration} * 1'000'000 / order_.clock_rate());
  return {.kind = Piece::Kind::lost, .payload = {}, .duration = duration};
}

Piece JitterBuffer::give(const PacketShelf::Packet& packet) {
  const bool is_sound = packet.carries == Carries::sound;
  Piece piece{.kind = is_sound ? Piece::Kind::sound : Piece::Kind::noise,
              .payload_type = packet.payload_type,
              .payload = {},
              .duration = packet.duration};
  if (is_sound) {
    position_ = packet.place.timestamp + packet.duration;
    usual_duration_ = packet.duration;
  }
  next_ = packet.place.sequence + 1;
  piece.payload = shelf_.take(packet.place.sequence);
  made_up_ = 0;
  expects_silence_ = !is_sound;
  return piece;
}

/// `excess`: of the delay over its target; `spare`: of the time until the packet has to be here, of
/// which each millisecond that is missing costs a share of the packets.
Pace JitterBuffer::pace_for(Duration excess, Duration spare) {
  if (excess > too_much && spare > enough) {
    pace_ = Pace::shorten;
  } else if (spare < Duration{}) {
    pace_ = Pace::lengthen;
  } else if (pace_ == Pace::shorten ? spare < enough : spare >= enough) {
    pace_ = Pace::steady;
  }
  return pace_;
}

}  // namespace dering::jitter
