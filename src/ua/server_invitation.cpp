// SPDX-License-Identifier: Apache-2.0
#include "ua/server_invitation.h"

#include <utility>

#include "base/check.h"
#include "ua/capabilities.h"
#include "ua/dialog_body.h"

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;

namespace {

/// 180 and one 183 are all that is ever said.
constexpr std::size_t most_provisionals = 2;

/// RFC 3262 §3: from 1 to 2³¹ − 1, and different for each INVITE.
std::uint32_t first_rseq(const Peer& peer) {
  constexpr std::uint32_t most = 0x7fff'ffff;
  return 1 + static_cast<std::uint32_t>(TextHash()(peer.local_tag()) % most);
}

bool requires_reliability(const sip::Message& invite) {
  return invite.lists(HeaderId::require, reliable_provisionals);
}

std::optional<sip::RAck> rack_of(const sip::RequestArrived& prack) {
  const auto value = prack.message.header(HeaderId::rack);
  return value ? sip::parse_rack(*value) : std::nullopt;
}

/// The reason for a peer that does not acknowledge.
constexpr std::string_view unacknowledged = "SIP;cause=504;text=\"No PRACK\"";

}  // namespace

ServerInvitation::ServerInvitation(LegId leg, sip::RequestArrived invite, Turn& turn)
    : invite_(std::move(invite)),
      at_invite_(turn.index.invites.enter(invite_->transaction, leg)),
      terms_(terms_in_answer(invite_->message, invite_->flow)) {}

void ServerInvitation::ring(const Peer& peer, Turn& turn) {
  if (state_ != State::trying) return;
  state_ = State::ringing;
  say(peer, {180, {}}, turn);
}

void ServerInvitation::progress(const Peer& peer, std::string_view sdp, Turn& turn) {
  if (!is_pending()) return;
  state_ = State::ringing;
  say(peer, {183, std::string(sdp)}, turn);
}

void ServerInvitation::say(const Peer& peer, Provisional provisional, Turn& turn) {
  const bool is_reliable = requires_reliability(invite_->message);
  // RFC 3261 §13.2.1: the first reliable response to an INVITE without an offer would have to make
  // it.
  if (is_reliable && invite_->message.body().empty()) return;
  if (is_reliable && !reliable_) {
    reliable_.emplace(first_rseq(peer), invite_->message.cseq().number);
  }
  if (reliable_ && reliable_->waiting()) {
    if (next_.size() < most_provisionals) next_.push_back(std::move(provisional));
    return;
  }
  MessageWriter writer = peer.dialog_response(*invite_, provisional.status, turn);
  if (reliable_) {
    writer.header(HeaderId::require, reliable_provisionals)
        .header(HeaderId::rseq, std::uint64_t{reliable_->next_rseq()});
  }
  std::string bytes = finish_with(writer, provisional.sdp);
  turn.endpoint.respond(invite_->transaction, provisional.status, bytes, turn.now, turn.sip);
  if (!reliable_) return;
  reliable_->on_sent({provisional.status, std::move(bytes), !provisional.sdp.empty()}, turn.now);
}

InviteEntry ServerInvitation::accept(const Peer& peer, std::string_view sdp, Turn& turn) {
  DERING_CHECK(is_pending());
  state_ = State::accepted;
  next_.clear();
  held_ = sdp;
  // RFC 3262 §3: no 2xx before the PRACK of a response with a description.
  const auto* waiting = reliable_ ? reliable_->waiting() : nullptr;
  if (!waiting || !waiting->has_sdp) go_on(peer, turn);
  return std::move(at_invite_);
}

void ServerInvitation::refuse(const Peer& peer, int status, const Words& why, Turn& turn) {
  if (!is_pending()) return;
  finish(peer, status, why, turn);
  at_invite_.release();
}

bool ServerInvitation::take_back(const Peer& peer, int status, const Words& why, Turn& turn) {
  if (!held_) return false;
  finish(peer, status, why, turn);
  return true;
}

void ServerInvitation::finish(const Peer& peer, int status, const Words& why, Turn& turn) {
  state_ = State::refused;
  held_.reset();
  if (reliable_) reliable_->stop();
  MessageWriter writer = peer.response(*invite_, status, turn);
  writer.header(HeaderId::reason, why.reason);
  if (!why.warning.empty()) writer.header("Warning", why.warning);
  turn.endpoint.respond(invite_->transaction, status, writer.finish(), turn.now, turn.sip);
  invite_.reset();
}

void ServerInvitation::say_accepted(const Peer& peer, Turn& turn) {
  const std::string sdp = *std::exchange(held_, std::nullopt);
  if (reliable_) reliable_->stop();
  MessageWriter writer = peer.dialog_response(*invite_, 200, turn);
  agree_on_session(writer, terms_);
  turn.endpoint.respond(invite_->transaction, 200, finish_with(writer, sdp), turn.now, turn.sip);
  invite_.reset();
}

void ServerInvitation::go_on(const Peer& peer, Turn& turn) {
  if (held_) {
    say_accepted(peer, turn);
  } else if (is_pending() && !next_.empty()) {
    Provisional provisional = std::move(next_.front());
    next_.erase(next_.begin());
    say(peer, std::move(provisional), turn);
  }
}

bool ServerInvitation::may_offer_in(const sip::RequestArrived& prack) const {
  const auto rack = rack_of(prack);
  return rack && reliable_ && reliable_->is_meant_by(*rack) && reliable_->waiting()->has_sdp;
}

void ServerInvitation::on_prack(const Peer& peer, const sip::RequestArrived& prack,
                                const PrackAnswer& answer, Turn& turn) {
  const auto rack = rack_of(prack);
  const bool is_meant = rack && reliable_ && reliable_->on_prack(*rack);
  const int status = !is_meant ? 481 : answer ? 200 : 488;
  auto writer = peer.response(prack, status, turn);
  if (status == 488 && !answer.error().empty()) writer.header("Warning", answer.error());
  turn.endpoint.respond(prack.transaction, status,
                        finish_with(writer, status == 200 ? *answer : std::string_view()), turn.now,
                        turn.sip);
  if (!is_meant) return;
  if (held_ && answer && !answer->empty()) held_ = *answer;
  go_on(peer, turn);
}

ServerInvitation::Event ServerInvitation::on_time(const Peer& peer, Turn& turn) {
  if (!reliable_) return Event::none;
  switch (reliable_->on_time(turn.now)) {
    case ReliableResponses::Due::nothing:
      return Event::none;
    case ReliableResponses::Due::repeat: {
      const auto& response = *reliable_->waiting();
      turn.endpoint.respond(invite_->transaction, response.status, response.bytes, turn.now,
                            turn.sip);
      return Event::none;
    }
    case ReliableResponses::Due::given_up:
      if (!take_back(peer, 504, {unacknowledged}, turn)) refuse(peer, 504, {unacknowledged}, turn);
      return Event::unacknowledged;
  }
  return Event::none;
}

std::optional<Instant> ServerInvitation::next_deadline() const {
  return reliable_ ? reliable_->next_deadline() : std::nullopt;
}

}  // namespace dering::ua
