// SPDX-License-Identifier: Apache-2.0
//
// Who may speak in a dialog. Call-ID and tags are no secret: they stand in traces and logs, and in
// the clear on the wire.
#include <utility>

#include "switchboard/switchboard.h"

namespace dering::switchboard {

using refusal::Reason;

bool is_same_peer(const sip::Flow& a, const sip::Flow& b) {
  return a.transport == b.transport && a.remote == b.remote && a.connection == b.connection;
}

/// A dialog belongs to the flow it came by, and to other flows of the same user: a phone whose
/// address changed (RFC 5626), or that has more than one connection.
void Switchboard::on_request_in_dialog(sip::RequestOffered request, Instant now) {
  const call::Leg* leg = calls_.leg_of(request.message);
  if (!leg) {
    // Of somebody who is signed in it came too late.
    if (registrar_.user_of(request.flow)) return answer(request, {481}, Telling::done);
    return turn_away(request, {481}, {Reason::unknown_dialog});
  }
  if (leg->is_outside()) return on_request_of_trunk(*leg, std::move(request), now);
  const bool is_from_elsewhere = !is_same_peer(leg->flow(), request.flow);
  if (is_from_elsewhere && !speaks_for(leg->party().extension, request, now)) return;
  if (!is_in_rate(*leg, request, now)) return;
  auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  auto it = turn(now);
  if (is_from_elsewhere) calls_.move_dialog(admitted->message, admitted->flow, it);
  calls_.on_request(std::move(*admitted), it);
}

/// Who comes from elsewhere is challenged if it may be a desk phone; a browser signs its connection
/// in first.
bool Switchboard::speaks_for(const std::string& owner, const sip::RequestOffered& request,
                             Instant now) {
  if (registrar_.is_signed_in(request.flow, owner)) return true;
  if (!is_websocket(request.flow.transport)) {
    const directory::User* user = user_by_digest(request, now);
    if (!user) return false;
    if (user->extension == owner) return true;
  }
  turn_away(request, {481}, {Reason::foreign_dialog});
  return false;
}

/// 500 with Retry-After is what RFC 3261 §14.2 and RFC 3311 §5.2 have for a change that comes too
/// soon: the call goes on. Whoever sends people on makes calls: REFER is counted as an INVITE is.
bool Switchboard::is_in_rate(const call::Leg& leg, const sip::RequestOffered& request,
                             Instant now) {
  const sip::Method method = request.message.method();
  const bool is_change = method == sip::Method::invite || method == sip::Method::update;
  if (!is_change && method != sip::Method::refer) return true;
  const std::string& owner = leg.party().extension;
  const std::string phone =
      registrar::phone_of({}, registrar_.instance_on(owner, request.flow), request.flow);
  const auto wait = (is_change ? refreshes_ : new_calls_).try_spend(owner, phone, now);
  if (!wait) return true;
  turn_away(request,
            {is_change ? 500 : 503, {}, {{"Retry-After", std::to_string(whole_seconds(*wait))}}},
            {Reason::too_many,
             is_change ? "limits.refreshes_per_minute" : "limits.new_calls_per_minute"});
  return false;
}

/// An ACK can't be challenged (RFC 3261 §22.1).
void Switchboard::on_ack(const sip::AckArrived& ack, Instant now) {
  const call::Leg* leg = calls_.leg_of(ack.message);
  if (!leg) return;
  if (!is_same_peer(leg->flow(), ack.flow) && !is_trunk_of(*leg, ack.flow) &&
      !registrar_.is_signed_in(ack.flow, leg->party().extension)) {
    ++foreign_acks_;
    return tell(ack.message, ack.flow, {Reason::foreign_dialog});
  }
  endpoint_.accept_ack(ack.transaction);
  auto it = turn(now);
  calls_.on_ack(ack, it);
}

}  // namespace dering::switchboard
