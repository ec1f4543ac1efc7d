// SPDX-License-Identifier: Apache-2.0
#include "ua/referral.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

std::string_view Referral::target() const {
  return refer_.message.header(HeaderId::refer_to).value_or("");
}

void Referral::accept(Peer& peer, Turn& turn) {
  if (state_ != State::asked) return;
  state_ = State::accepted;
  MessageWriter writer = peer.dialog_response(refer_, 202, turn);
  turn.endpoint.respond(refer_.transaction, 202, writer.finish(), turn.now, turn.sip);
  notify(peer, 100, turn);
}

sip::RequestArrived Referral::refuse() {
  state_ = State::over;
  return std::move(refer_);
}

void Referral::finish(Peer& peer, int status, Turn& turn) {
  if (state_ != State::accepted) return;
  state_ = State::over;
  notify(peer, status, turn);
}

bool Referral::on_ended(sip::ClientTransactionId transaction) {
  return std::erase_if(pending_,
                       [&](const Notify& notify) { return notify.transaction == transaction; }) > 0;
}

void Referral::notify(Peer& peer, int status, Turn& turn) {
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter writer = peer.request(Method::notify, branch, turn);
  writer.header(HeaderId::event, fmt::format("refer;id={}", refer_.message.cseq().number))
      .header(HeaderId::subscription_state,
              state_ == State::over ? "terminated;reason=noresource" : "active;expires=60");
  const std::string fragment = fmt::format("SIP/2.0 {} {}", status, sip::reason_phrase(status));
  const auto transaction = turn.endpoint.request(
      peer.flow(), Method::notify, branch, writer.finish("message/sipfrag;version=2.0", fragment),
      turn.now, turn.sip);
  pending_.push_back({transaction, turn.index.requests.enter(transaction, leg_)});
}

}  // namespace dering::ua
