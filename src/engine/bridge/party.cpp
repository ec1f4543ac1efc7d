// SPDX-License-Identifier: Apache-2.0
#include "engine/bridge/party.h"

#include <algorithm>
#include <utility>

#include "engine/bridge/bridge.h"
#include "engine/port.h"
#include "rtp/rtcp.h"

namespace dering::engine {
namespace {

/// What a key that was heard in the sound is passed on as.
constexpr std::chrono::milliseconds usual_press{100};

/// What came too late since `before`; known where somebody's ear waits for packets in order.
std::uint32_t late_since(std::uint64_t& before, const std::vector<Party*>& hearers) {
  std::uint64_t late = 0;
  for (Party* hearer : hearers) late = std::max(late, hearer->earpiece().late());
  const std::uint64_t then = std::exchange(before, late);
  return static_cast<std::uint32_t>(late < then ? late : late - then);
}

/// RFC 6263 §4.1: an empty datagram, which needs no payload type and no key. Browsers are asked by
/// their own checks, and where RTCP shares the port it is enough.
void keep_open(const Port& port, Outbox& out) {
  const ice::Path* path = port.media_path();
  if (path && port.rtp && !port.rtp->shares_port()) out.forward({}, *path);
}

}  // namespace

void Party::set_link(std::unique_ptr<Link> link, Instant now, Outbox& out) {
  link_ = std::move(link);
  earpiece_.set_link(link_.get());
  if (!port_->rtp && port_->media_path() != nullptr) on_connected(now, out);
}

bool Party::update_keys(const media::v2::Keys& keys, Instant now, Outbox& out) {
  PortOutbox port_out(*port_, out);
  return link_ && link_->on_update(keys, now, port_out);
}

void Party::set_stream(const media::v2::Stream& stream, Instant now) {
  earpiece_.set_stream(stream);
  receiver_.update(stream);
  key_ear_.reset();
  const CodecList& codecs = receiver_.codecs();
  const bool sends_events = codecs.best_of(media::v2::Codec::NAME_TELEPHONE_EVENT, 8000) != nullptr;
  if (!sends_events) key_ear_.emplace(codecs);
  reports_.set_cname(stream.cname());
  reports_.begin(now);
}

void Party::join(const Part& part, Instant now) {
  part_ = part;
  silence_.expect(part.expects_sound, now);
}

void Party::on_connected(Instant now, Outbox& out) {
  silence_.on_packet(now);
  if (!link_) return;
  PortOutbox port_out(*port_, out);
  link_->on_connected(now, port_out);
}

void Party::on_sign_of_life(Instant now, Outbox& out) {
  if (silence_.on_packet(now)) PortOutbox(*port_, out).connected();
}

// Actions

void Party::begin_action(const Action& action, std::unique_ptr<Feed> feed, Instant now,
                         Outbox& out) {
  end_action(media::v2::ActionEnded::WHY_STOPPED, now, out);
  action_ = action;
  if (feed) earpiece_.play(std::move(feed), now);
  port_->bridge->rewire();
}

void Party::end_action(media::v2::ActionEnded::Why why, Instant now, Outbox& out) {
  switch (std::exchange(action_.kind, Action::Kind::none)) {
    case Action::Kind::none:
      return;
    case Action::Kind::echo:
      break;
    case Action::Kind::feed:
      earpiece_.play(nullptr, now);
      break;
  }
  auto& event = *out.events.emplace_back().mutable_action_ended();
  event.set_action(action_.id);
  event.set_why(why);
  port_->bridge->rewire();
}

// Packets in

void Party::on_packet(PacketKind kind, const IncomingPacket& packet, Instant now, Outbox& out) {
  if (!link_) return drop();
  switch (kind) {
    case PacketKind::dtls: {
      PortOutbox port_out(*port_, out);
      link_->on_handshake(packet.bytes, now, port_out);
      return;
    }
    case PacketKind::rtp:
      if (rtp::is_rtcp(packet.bytes)) return on_control(packet, now, out);
      return on_media(packet, now, out);
    case PacketKind::stun:
    case PacketKind::other:
      return drop();
  }
}

void Party::on_media(const IncomingPacket& packet, Instant now, Outbox& out) {
  const auto plain = link_->open(packet.bytes);
  const auto framing = plain ? rtp::read_framing(*plain) : std::nullopt;
  if (!framing || !is_from_phone(packet.path, framing->header, now, out)) return drop();
  const auto sound = receiver_.on_packet(*plain, *framing, now);
  if (!sound) return drop();
  if (sound->codec->name() == media::v2::Codec::NAME_TELEPHONE_EVENT) {
    for (Party* hearer : hearers_) hearer->earpiece_.pass_over(port_->id, *sound, now);
    if (const auto key = receiver_.take_key(*sound, now)) {
      on_key(*key, media::v2::Digit::HOW_TELEPHONE_EVENT, now, out);
    }
    return;
  }
  for (Party* hearer : hearers_) hearer->earpiece_.hear(port_->id, *sound, now, out);
  if (!key_ear_) return;
  if (const auto key = key_ear_->hear(*sound)) {
    on_key({*key, usual_press}, media::v2::Digit::HOW_IN_BAND, now, out);
  }
}

/// What signs its packets has proved each of them; of others the address has to tell.
bool Party::is_from_phone(const ice::Path& path, const rtp::Header& header, Instant now,
                          Outbox& out) {
  switch (port_->on_media_from(path, header, now)) {
    case RtpWay::Origin::new_place:
      on_connected(now, out);
      PortOutbox(*port_, out).connected();
      return true;
    case RtpWay::Origin::phone:
      on_sign_of_life(now, out);
      return true;
    case RtpWay::Origin::anybody:
      if (link_->authenticates()) on_sign_of_life(now, out);
      return link_->authenticates();
  }
  return false;
}

void Party::on_control(const IncomingPacket& packet, Instant now, Outbox& out) {
  const auto plain = link_->open(packet.bytes);
  const auto compound = plain ? rtp::read_compound(*plain, earpiece_.ssrc()) : std::nullopt;
  if (!compound) return drop();
  port_->on_control_from(packet.path);
  on_sign_of_life(now, out);
  // What else it says ends nothing: a call is ended by signalling, never by a BYE.
  if (compound->sender) receiver_.reception().on_sender_report(*compound->sender, now);
  if (!compound->block) return;
  reports_.on_block({*compound->block, earpiece_.take_departed()}, now);
  earpiece_.expect_loss(compound->block->fraction_lost * 100U / 256U);
}

void Party::drop() {
  ++port_->traffic.dropped;
}

void Party::on_key(const Key& key, media::v2::Digit::How how, Instant now, Outbox& out) {
  auto& event = *out.events.emplace_back().mutable_digit();
  event.set_port(port_->id);
  event.set_digit(std::string(1, key.key));
  event.set_how(how);
  const bool is_heard = how == media::v2::Digit::HOW_IN_BAND;
  for (Party* hearer : hearers_) {
    // Who hears the sound of it hears it once.
    if (is_heard && !hearer->earpiece_.takes_events()) continue;
    hearer->earpiece_.press(key.key, key.duration, now);
  }
}

// Time

void Party::on_time(Instant now, Outbox& out) {
  PortOutbox port_out(*port_, out);
  if (link_) link_->on_time(now, port_out);
  if (const auto silence = silence_.on_time(now)) port_out.silent(*silence);
  if (const auto key = receiver_.on_time(now)) {
    on_key(*key, media::v2::Digit::HOW_TELEPHONE_EVENT, now, out);
  }
  earpiece_.on_time(now, out);
  if (earpiece_.has_played()) end_action(media::v2::ActionEnded::WHY_DONE, now, out);
  if (reports_.next_deadline() && *reports_.next_deadline() <= now) report(now, out);
}

std::optional<Instant> Party::next_deadline() const {
  const auto slow = earlier(link_ ? link_->next_deadline() : std::nullopt,
                            earlier(silence_.next_deadline(), reports_.next_deadline()));
  return earlier(slow, earlier(receiver_.next_deadline(), earpiece_.next_deadline()));
}

void Party::report(Instant now, Outbox& out) {
  reports_.schedule(now);
  if (!link_ || !link_->is_open()) return;
  const auto block = receiver_.reception().take_report(now);
  tell_quality(out);
  const rtp::SenderReport sent = earpiece_.report(now);
  if (keep_alive_.is_due(sent.packets)) keep_open(*port_, out);
  const ice::Path* path = port_->control_path();
  const MutableBytes draft = out.draft();
  if (path == nullptr || draft.empty()) return;
  const std::size_t size = reports_.write(sent, block, draft);
  const auto sealed = size > 0 ? link_->seal(draft, size) : std::nullopt;
  if (sealed) out.send_draft(sealed->size(), *path);
}

void Party::tell_quality(Outbox& out) {
  const auto theirs = reports_.take_block();
  const auto ours = receiver_.reception().take_interval();
  if (ours.expected == 0 && !theirs) return;
  auto& quality = *out.events.emplace_back().mutable_quality();
  quality.set_port(port_->id);
  quality.set_codec(receiver_.codec());
  Line line{.codec = receiver_.codec(),
            .round_trip = reports_.round_trip(),
            .late = std::min(late_since(late_before_, hearers_), ours.received)};
  if (ours.expected > 0) *quality.mutable_from_phone() = direction_of(ours, line);
  line.codec = earpiece_.codec();
  line.late = 0;
  if (theirs) *quality.mutable_to_phone() = to_phone_.take(*theirs, earpiece_.clock_rate(), line);
  quality.set_round_trip(static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(reports_.round_trip()).count()));
}

void Party::on_close(Instant now, Outbox& out) {
  end_action(media::v2::ActionEnded::WHY_STOPPED, now, out);
  PortOutbox port_out(*port_, out);
  if (link_) link_->on_close(port_out);
}

}  // namespace dering::engine
