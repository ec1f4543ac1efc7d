// SPDX-License-Identifier: Apache-2.0
#include "ua/server_invitation.h"

#include <utility>

#include "base/check.h"
#include "ua/dialog_body.h"

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;

ServerInvitation::ServerInvitation(LegId leg, sip::RequestArrived invite, Turn& turn)
    : invite_(std::move(invite)),
      at_invite_(turn.index.invites.enter(invite_->transaction, leg)),
      terms_(terms_in_answer(invite_->message, invite_->flow)) {}

void ServerInvitation::ring(const Peer& peer, Turn& turn) {
  if (state_ != State::trying) return;
  state_ = State::ringing;
  MessageWriter writer = peer.dialog_response(*invite_, 180, turn);
  turn.endpoint.respond(invite_->transaction, 180, writer.finish(), turn.now, turn.sip);
}

InviteEntry ServerInvitation::accept(const Peer& peer, std::string_view sdp, Turn& turn) {
  DERING_CHECK(is_pending());
  state_ = State::accepted;
  MessageWriter writer = peer.dialog_response(*invite_, 200, turn);
  agree_on_session(writer, terms_);
  turn.endpoint.respond(invite_->transaction, 200, finish_with(writer, sdp), turn.now, turn.sip);
  invite_.reset();
  return std::move(at_invite_);
}

void ServerInvitation::refuse(const Peer& peer, int status, std::string_view reason, Turn& turn) {
  if (!is_pending()) return;
  state_ = State::refused;
  MessageWriter writer = peer.response(*invite_, status, turn);
  writer.header(HeaderId::reason, reason);
  turn.endpoint.respond(invite_->transaction, status, writer.finish(), turn.now, turn.sip);
  at_invite_.release();
  invite_.reset();
}

}  // namespace dering::ua
