// SPDX-License-Identifier: Apache-2.0
#include "switchboard/house_numbers.h"

#include <algorithm>
#include <utility>

#include "base/socket_address.h"
#include "base/text.h"
#include "sip/message/dialled_number.h"

namespace dering::switchboard {

std::optional<call::Party> HouseNumbers::party_of(std::string_view number) const {
  const directory::User* user = house_.directory->by_extension(number);
  if (!user) return std::nullopt;
  return call::Party{user->extension, user->display_name};
}

std::vector<call::Contact> HouseNumbers::phones_of(std::string_view number) const {
  std::vector<call::Contact> phones;
  for (registrar::Contact& contact : house_.registrar.contacts_of(number, now_)) {
    phones.push_back({std::move(contact.uri), contact.flow, std::move(contact.instance),
                      std::move(contact.path), codecs_of(contact.device)});
  }
  return phones;
}

call::OwnCodecs HouseNumbers::codecs_of(std::string_view device) const {
  const directory::DeviceCredential* credential = house_.directory->device(device);
  return credential ? call::own_codecs(credential->codecs) : call::OwnCodecs();
}

directory::Forwarding HouseNumbers::forwarding_of(std::string_view number) const {
  return house_.forwardings.of(number);
}

std::optional<call::Outcome> HouseNumbers::crowding_of(std::string_view caller,
                                                       std::string_view callee) const {
  const std::size_t limit = house_.settings.calls_per_user;
  // A whole switchboard behind one account may be allowed thousands of calls at once.
  const std::size_t most_ringing = std::max<std::size_t>(limit / 10, 1);
  // By one number a whole house may call from outside.
  const bool is_one = house_.directory->by_extension(caller) != nullptr;
  if (is_one && house_.calls.ringing_calls(caller, callee) >= most_ringing) {
    return call::Outcome::already_calling;
  }
  // What waits for an answer is counted apart: others can't use up the right to call.
  const std::size_t most =
      std::max(house_.calls.own_calls_of(callee), house_.calls.waiting_calls_of(callee));
  if (most >= limit) return call::Outcome::busy;
  return std::nullopt;
}

std::vector<call::Contact> HouseNumbers::servers_of(std::string_view trunk,
                                                    std::string_view number) const {
  return house_.trunks.servers_of(trunk, number);
}

std::optional<std::string> HouseNumbers::number_in(std::string_view text,
                                                   const sip::Flow& flow) const {
  const auto uri = sip::parse_uri(text);
  if (!uri) return std::nullopt;
  const bool has_domain = uri->is_sip() || uri->is_sips();
  if (has_domain && !is_own_domain(uri->host, flow)) return std::nullopt;
  // What no number may hold is nobody's, and nothing that a history could show.
  auto number = sip::dialled_number(*uri);
  if (!number) return std::nullopt;
  const std::string_view context = number->context;
  const bool is_foreign =
      !context.empty() && !context.starts_with('+') && !is_own_domain(context, flow);
  if (is_foreign) return std::nullopt;
  return std::move(number->text);
}

bool HouseNumbers::is_own_domain(std::string_view host, const sip::Flow& flow) const {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string name = in_lower_case(host);
  const auto address = SocketAddress::from_text(name, 0);
  if (address) name = address->ip_text();
  if (address && !address->is_unspecified() && address->ipv6() == flow.local.ipv6()) return true;
  const bool is_this_machine = address ? address->is_loopback() : name == "localhost";
  if (is_this_machine) return flow.remote.is_loopback();
  const auto own = SocketAddress::from_text(house_.settings.names.host, 0);
  return equals_ignoring_case(name, house_.settings.realm) ||
         equals_ignoring_case(name, own ? own->ip_text() : house_.settings.names.host) ||
         std::ranges::count(house_.settings.domains, name) > 0;
}

}  // namespace dering::switchboard
