// SPDX-License-Identifier: Apache-2.0
#include "ua/referral.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sip/message/transfer_fields.h"

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

void Referral::accept(Peer& peer, Turn& turn) {
  if (state_ != State::asked) return;
  state_ = State::accepted;
  ends_at_ = turn.now + longest;
  MessageWriter writer = peer.dialog_response(refer_, 202, turn);
  turn.endpoint.respond(refer_.transaction, 202, writer.finish(), turn.now, turn.sip);
  notify(peer, {100}, turn);
}

sip::RequestArrived Referral::refuse() {
  state_ = State::over;
  return std::move(refer_);
}

void Referral::progress(Peer& peer, int status, Turn& turn) {
  if (is_open() && status != told_) notify(peer, {status}, turn);
}

void Referral::finish(Peer& peer, const Told& told, Turn& turn) {
  const bool is_watched = is_open();
  state_ = State::over;
  if (is_watched) notify(peer, told, turn);
}

std::optional<Referral::Notify> Referral::take(sip::ClientTransactionId transaction) {
  const auto at = std::ranges::find(pending_, transaction, &Notify::transaction);
  if (at == pending_.end()) return std::nullopt;
  std::optional<Notify> notify(std::move(*at));
  pending_.erase(at);
  return notify;
}

bool Referral::on_ended(sip::ClientTransactionId transaction, int status) {
  const auto notify = take(transaction);
  if (!notify) return false;
  const bool is_unknown = status == 481 || status == 489 || status == 408 || status == 405;
  if (is_unknown && is_open()) state_ = State::unwatched;
  const bool came_late = status == 500 && notify->status == told_;
  if (came_late && ++repetitions_ <= most_repetitions) is_owed_ = true;
  return true;
}

bool Referral::on_lost(sip::ClientTransactionId transaction) {
  const auto notify = take(transaction);
  if (notify && notify->status == told_) is_owed_ = true;
  return notify.has_value();
}

void Referral::say_again(Peer& peer, Turn& turn) {
  if (!is_owed_) return;
  const std::string words = words_;
  notify(peer, {told_, words}, turn);
}

void Referral::notify(Peer& peer, const Told& told, Turn& turn) {
  told_ = told.status;
  words_ = told.words;
  is_owed_ = peer.lost_at().has_value();
  if (is_owed_) return;
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter writer = peer.request(Method::notify, branch, turn);
  writer.header(HeaderId::event, fmt::format("refer;id={}", refer_.message.cseq().number))
      .header(HeaderId::subscription_state,
              is_open() ? fmt::format(
                              "active;expires={}",
                              std::chrono::ceil<std::chrono::seconds>(ends_at_ - turn.now).count())
                        : std::string("terminated;reason=noresource"));
  const auto transaction = turn.endpoint.request(
      peer.flow(), Method::notify, branch,
      writer.finish(sip::status_fragment_type, sip::status_fragment(told.status, told.words)),
      turn.now, turn.sip);
  pending_.push_back({transaction, turn.index.requests.enter(transaction, leg_), told.status});
}

}  // namespace dering::ua
