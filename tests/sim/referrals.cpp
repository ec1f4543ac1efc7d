// SPDX-License-Identifier: Apache-2.0
#include "sim/referrals.h"

#include "base/text.h"
#include "sip/message/event_fields.h"
#include "sip/message/transfer_fields.h"

namespace dering::sim {

using sip::Method;

void Referrals::on_received(const sip::Message& request) {
  if (!request.is_request() || request.method() != Method::refer) return;
  const auto target = sip::refer_to_of(request);
  if (!target) return;
  Referral& referral = referrals_[{std::string(request.call_id()), request.cseq().number}];
  referral.number = target->address.uri.user;
  referral.has_replaces = target->replaces.has_value();
}

void Referrals::on_said(std::string_view text) {
  const bool is_notify = text.starts_with("NOTIFY ");
  if (!is_notify && !text.starts_with("SIP/2.0 202")) return;
  const auto message = sip::Message::parse(std::string(text));
  if (!message) return;
  const auto event = is_notify ? sip::event_of(*message) : std::nullopt;
  const std::uint32_t id =
      event ? to_number<std::uint32_t>(event->id).value_or(0) : message->cseq().number;
  const auto at = referrals_.find({std::string(message->call_id()), id});
  if (at == referrals_.end()) return;
  at->second.is_accepted = true;
  const auto fragment = sip::parse_status_fragment(message->body());
  const bool is_over = at->second.told >= 200;
  if (is_notify && fragment && !is_over) at->second.told = fragment->status;
}

std::vector<Referrals::Referral> Referrals::accepted() const {
  std::vector<Referral> accepted;
  for (const auto& [name, referral] : referrals_) {
    if (referral.is_accepted) accepted.push_back(referral);
  }
  return accepted;
}

}  // namespace dering::sim
