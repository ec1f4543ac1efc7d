// SPDX-License-Identifier: Apache-2.0
#include "feature/redirection.h"

#include "sip/message/fields.h"

namespace dering::feature {

std::optional<call::Party> redirection_of(const call::Leg& leg, const call::Numbers& numbers) {
  const auto& refusal = leg.refusal();
  if (refusal.status < 300 || refusal.status >= 400) return std::nullopt;
  const auto list = sip::parse_contacts(refusal.contact);
  if (!list) return std::nullopt;
  for (const sip::NameAddr& contact : list->contacts) {
    const auto number = numbers.number_in(contact.uri.text, leg.flow());
    if (!number) continue;
    if (auto party = numbers.party_of(*number)) return party;
  }
  return std::nullopt;
}

}  // namespace dering::feature
