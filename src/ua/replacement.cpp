// SPDX-License-Identifier: Apache-2.0
#include "ua/replacement.h"

#include "sip/message/transfer_fields.h"

namespace dering::ua {
namespace {

/// For the peer its own tag is the to-tag.
std::string name_for(const Peer& peer) {
  const sip::DialogId& id = peer.dialog_id();
  return sip::replaces_value({id.call_id, id.remote_tag, id.local_tag});
}

}  // namespace

Replacement::Replacement(LegId leg, const Peer& replaced, std::string sdp, Turn& turn)
    : leg_(leg),
      peer_(Peer::beside(replaced, turn)),
      invitation_(leg, {replaced.dialog().local_party().append(";tag=").append(peer_.local_tag()),
                        replaced.dialog().remote_party(), std::move(sdp), name_for(replaced)}) {
  invitation_.send(peer_, turn);
}

std::optional<int> Replacement::on_response(const sip::ResponseArrived& response, Turn& turn) {
  switch (invitation_.on_response(peer_, response, turn)) {
    case ClientInvitation::Event::none:
    case ClientInvitation::Event::ringing:
    case ClientInvitation::Event::progress:
    case ClientInvitation::Event::answered_late:
      return std::nullopt;
    case ClientInvitation::Event::answered:
    case ClientInvitation::Event::failed:
      return response.message.status();
  }
  return std::nullopt;
}

std::optional<int> Replacement::on_failed() {
  if (invitation_.on_failed() != ClientInvitation::Event::failed) return std::nullopt;
  return 504;
}

InviteUsage Replacement::usage(const sip::Message& answer, Instant now) {
  return {leg_, {invitation_.terms(), answer, invitation_.take_sdp()}, now};
}

}  // namespace dering::ua
