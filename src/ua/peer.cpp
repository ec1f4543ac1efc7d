// SPDX-License-Identifier: Apache-2.0
#include "ua/peer.h"

#include <utility>

#include "base/text.h"
#include "sip/message/dialled_number.h"
#include "ua/capabilities.h"

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

/// The number that the INVITE was for: what we call ourselves in this dialog.
std::string dialled_in(const sip::Message& invite) {
  const auto uri = sip::parse_uri(invite.request_uri());
  auto number = uri ? sip::dialled_number(*uri) : std::nullopt;
  return number ? std::move(number->text) : std::string();
}

/// RFC 3261 §8.1.1.8, §12.1.1: whoever writes sips gets a Contact with sips. Only TLS keeps that
/// word.
sip::UriScheme scheme_like(std::string_view uri) {
  constexpr std::string_view secure = "sips:";
  const bool is_sips = equals_ignoring_case(uri.substr(0, secure.size()), secure);
  return is_sips ? sip::UriScheme::sips : sip::UriScheme::sip;
}

}  // namespace

Peer::Peer(LegId leg, const sip::RequestArrived& invite, std::string instance, Turn& turn)
    : leg_(leg),
      flow_(invite.flow),
      at_flow_(turn.index.flows.enter(flow_, leg)),
      instance_(std::move(instance)),
      user_(dialled_in(invite.message)),
      scheme_(scheme_like(invite.message.request_uri())),
      local_tag_(turn.endpoint.new_tag()) {
  establish(sip::Dialog::answering(invite.message, flow_, local_tag_), turn);
  if (scheme_ == sip::UriScheme::sip) scheme_ = scheme_like(dialog_->remote_target());
}

Peer::Peer(LegId leg, const Target& target, std::string user, Turn& turn)
    : leg_(leg),
      flow_(target.flow),
      at_flow_(turn.index.flows.enter(flow_, leg)),
      instance_(target.instance),
      called_{target.uri, target.route, target.account, target.domain},
      user_(std::move(user)),
      scheme_(scheme_like(called_.uri)),
      call_id_(turn.endpoint.new_call_id()),
      local_tag_(turn.endpoint.new_tag()) {}

Peer::Peer(const Peer& other, std::string call_id, std::string local_tag)
    : leg_(other.leg_),
      flow_(other.flow_),
      instance_(other.instance_),
      called_{std::string(other.dialog_->remote_target()), std::string(other.dialog_->route()),
              other.called_.account, other.called_.domain},
      user_(other.user_),
      scheme_(other.scheme_),
      call_id_(std::move(call_id)),
      local_tag_(std::move(local_tag)),
      media_(other.media_),
      identity_(other.identity_) {}

Peer Peer::beside(const Peer& other, Turn& turn) {
  return {other, turn.endpoint.new_call_id(), turn.endpoint.new_tag()};
}

void Peer::on_flow_closed(Instant now) {
  if (!lost_at_) lost_at_ = now;
}

void Peer::move_to(const sip::Flow& flow, Turn& turn) {
  at_flow_.release();
  flow_ = flow;
  at_flow_ = turn.index.flows.enter(flow_, leg_);
  lost_at_.reset();
  if (dialog_) dialog_->move_to(flow);
}

MessageWriter Peer::invite(std::string_view from, std::string_view to, std::uint32_t cseq,
                           std::string_view branch, const Turn& turn) const {
  MessageWriter writer = MessageWriter::request("INVITE", called_.uri);
  writer.header(HeaderId::via, turn.endpoint.via_value(flow_, branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, from)
      .header(HeaderId::to, to)
      .header(HeaderId::call_id, call_id_)
      .header(HeaderId::cseq, std::to_string(cseq).append(" INVITE"));
  if (!called_.route.empty()) writer.header(HeaderId::route, called_.route);
  add_contact(writer, turn);
  return writer;
}

MessageWriter Peer::request(Method method, std::string_view branch, const Turn& turn) {
  MessageWriter writer = dialog_->request(method, turn.endpoint.via_value(flow_, branch));
  // A target refresh, or a request that makes a usage of its own.
  if (method == Method::invite || method == Method::update || method == Method::notify) {
    add_contact(writer, turn);
    writer.header(HeaderId::supported, supported_extensions(flow_));
  }
  return writer;
}

MessageWriter Peer::response(const sip::RequestArrived& request, int status, const Turn&) const {
  return MessageWriter::response_to(request.message, request.flow.remote, status,
                                    sip::reason_phrase(status), local_tag_);
}

MessageWriter Peer::dialog_response(const sip::RequestArrived& request, int status,
                                    const Turn& turn) const {
  MessageWriter writer = response(request, status, turn);
  add_contact(writer, turn);
  writer.header(HeaderId::supported, supported_extensions(flow_));
  return writer;
}

void Peer::acknowledge(sip::ClientTransactionId invite, std::uint32_t cseq, std::string_view sdp,
                       Turn& turn) const {
  auto writer = dialog_->ack(cseq, turn.endpoint.via_value(flow_, turn.endpoint.new_branch()));
  turn.endpoint.acknowledge(invite, dialog_->id().remote_tag,
                            sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp),
                            turn.now, turn.sip);
}

void Peer::establish(sip::Dialog dialog, Turn& turn) {
  at_dialog_.release();
  at_dialog_ = turn.index.dialogs.enter(dialog.id().local_tag, leg_);
  dialog_ = std::move(dialog);
}

void Peer::dismiss(std::string_view reason, Turn& turn) {
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter bye = request(Method::bye, branch, turn);
  bye.header(HeaderId::reason, reason);
  const auto said =
      turn.endpoint.request(flow_, Method::bye, branch, bye.finish(), turn.now, turn.sip);
  turn.endpoint.release(said, turn.now);
}

bool Peer::is_in_dialog(const sip::Message& request) const {
  if (!dialog_) return false;
  const sip::DialogId& id = dialog_->id();
  return request.to().tag() == id.local_tag && request.from().tag() == id.remote_tag &&
         request.call_id() == id.call_id;
}

bool Peer::accepts(const sip::Message& request) {
  return dialog_->accept(request) == sip::Dialog::Verdict::in_order;
}

void Peer::add_contact(MessageWriter& writer, const Turn& turn) const {
  const auto scheme = flow_.transport == sip::Transport::tls ? scheme_ : sip::UriScheme::sip;
  writer.header(HeaderId::contact, turn.endpoint.contact_value(flow_, user_, scheme))
      .header(HeaderId::allow, allowed_methods);
  if (!media_.empty()) writer.header("X-Dering-Media", media_);
  if (!identity_.empty()) writer.header("P-Asserted-Identity", identity_);
}

}  // namespace dering::ua
