// SPDX-License-Identifier: Apache-2.0
//
// Trunks: what they want of the world, and the calls that come by them. A trunk is believed where
// it says who calls, and has the rights of nobody here.
#include <string>
#include <utility>

#include "base/text.h"
#include "directory/person.h"
#include "registrar/privacy.h"
#include "routing/plan/numbering.h"
#include "sip/message/dialled_number.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

using refusal::Reason;

namespace {

constexpr std::size_t longest_shown_name = 80;  ///< bytes

/// What stands there as a number; empty: nothing that is one.
std::string number_of(const sip::Uri& uri) {
  auto number = sip::dialled_number(uri);
  return number ? std::move(number->text) : std::string();
}

/// Who calls, as a trusted trunk says (RFC 3325 §9.1): P-Asserted-Identity before From.
sip::NameAddr caller_in(const sip::Message& invite) {
  for (const sip::HeaderField& field : invite.headers()) {
    if (!equals_ignoring_case(field.name, "P-Asserted-Identity")) continue;
    if (auto asserted = sip::parse_name_addr(field.value)) return *std::move(asserted);
  }
  return invite.from();
}

/// What a person may be shown (hostile-input F7).
std::string shown_name(std::string_view name) {
  return is_utf8(name) ? directory::one_line(name, longest_shown_name) : std::string();
}

call::Party outside_caller(const sip::Message& invite, const routing::Numbering& numbering,
                           std::string_view trunk) {
  const sip::NameAddr caller = caller_in(invite);
  const auto clean = routing::cleaned(number_of(caller.uri));
  const bool is_hidden = registrar::hides_caller(invite) || !clean;
  if (!clean) {
    call::Party nobody = call::outside_party("anonymous", trunk);
    nobody.is_hidden = is_hidden;
    return nobody;
  }
  call::Party party =
      call::outside_party(routing::e164_of(*clean, numbering).value_or(*clean), trunk);
  party.display_name = shown_name(sip::unquoted(caller.display_name));
  party.is_hidden = is_hidden;
  return party;
}

/// Many providers call the Contact that we registered, and name the number in To.
std::string called_in(const sip::Message& invite, const trunk::Trunk& trunk) {
  const auto uri = sip::parse_uri(invite.request_uri());
  std::string number = uri ? number_of(*uri) : std::string();
  const trunk::Account* account = trunk.settings().account.get();
  const bool is_contact = number.empty() || (account && number == account->username);
  if (is_contact) {
    if (std::string named = number_of(invite.to().uri); !named.empty()) return named;
  }
  return number;
}

}  // namespace

void Switchboard::carry_out_trunks(Instant now, Outbox& out) {
  for (TrunkTable::Wish& wish : trunks_.take_wishes()) {
    std::visit([&](auto& it) { out.emplace_back(std::move(it)); }, wish);
  }
  const UnixSeconds wall = wall_ + std::chrono::duration_cast<UnixSeconds>(now - wall_set_at_);
  if (auto news = trunks_.take_news(wall.count())) out.emplace_back(*std::move(news));
}

void Switchboard::on_call_by(const trunk::Trunk& trunk, sip::RequestOffered request, Instant now) {
  auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  const sip::Message& invite = admitted->message;
  const std::string& id = trunk.settings().id;
  call::Party caller = outside_caller(invite, plan_->numbering(), id);
  if (const auto wait = new_calls_.try_spend("trunk " + id, caller.extension, now)) {
    tell(invite, admitted->flow, {Reason::too_many, "limits.new_calls_per_minute"});
    return respond(*admitted, {503, "Retry-After", std::to_string(whole_seconds(*wait))}, now);
  }
  // RFC 3891: what is here is taken over by those who are here.
  if (invite.count(sip::HeaderId::replaces) > 0) return respond(*admitted, {481, {}, {}}, now);
  std::string dialled = called_in(invite, trunk);
  route({std::move(*admitted), std::move(caller), {}, std::move(dialled)}, now);
}

bool Switchboard::is_trunk_of(const call::Leg& leg, const sip::Flow& flow) const {
  return leg.is_outside() &&
         (is_same_peer(leg.flow(), flow) || trunks_.is_source(leg.party().trunk, flow));
}

void Switchboard::on_request_of_trunk(const call::Leg& leg, sip::RequestOffered request,
                                      Instant now) {
  if (!is_trunk_of(leg, request.flow)) {
    return turn_away(request, {481}, {Reason::foreign_dialog});
  }
  // Whom we talk with is sent on by those who are here (hostile-input F3).
  if (request.message.method() == sip::Method::refer) {
    return answer(request, {403}, Telling::done);
  }
  if (!is_in_rate(leg, request, now)) return;
  auto admitted = endpoint_.admit(std::move(request), sip_out_);
  if (!admitted) return;
  auto it = turn(now);
  calls_.on_request(std::move(*admitted), it);
}

}  // namespace dering::switchboard
