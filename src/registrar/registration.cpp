// SPDX-License-Identifier: Apache-2.0
#include "registrar/registration.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace dering::registrar {
namespace {

using std::chrono::seconds;

/// delta-seconds; what is malformed or too large counts as one hour (RFC 3261 §20.10, §20.19).
seconds parse_expires(std::string_view text) {
  return seconds(to_number<std::uint32_t>(text).value_or(3600));
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return {};
  return text.substr(1, text.size() - 2);
}

using sip::Refusal;

std::unexpected<Refusal> bad_request(std::string_view why) {
  return std::unexpected(Refusal{400, why});
}

/// As much of it as is kept; nothing of what is no text.
std::string_view user_agent_of(const sip::Message& request) {
  std::string_view text = request.header(sip::HeaderId::user_agent).value_or("");
  if (!is_utf8(text)) return {};
  text = text.substr(0, max_user_agent_size);
  while (!is_utf8(text)) text.remove_suffix(1);  // a character was cut
  return text;
}

std::expected<ContactUpdate, Refusal> read_contact(const sip::NameAddr& contact,
                                                   seconds unless_said) {
  ContactUpdate update{contact.uri, {}, 0, unless_said};
  if (!contact.uri.is_sip() && !contact.uri.is_sips()) return bad_request("Contact Is No SIP URI");
  if (contact.uri.text.size() > max_contact_uri_size) {
    return bad_request("Contact URI Over 1024 Bytes");
  }
  if (!is_utf8(contact.uri.text)) return bad_request("Contact Is Not UTF-8");
  if (const auto expires = contact.parameter("expires")) update.expires = parse_expires(*expires);
  if (const auto instance = contact.parameter("+sip.instance")) {
    update.instance = without_quotes(*instance);
    const bool is_plain = update.instance.find_first_of("\"\\") == std::string_view::npos;
    if (!is_plain || !is_utf8(update.instance)) return bad_request("Malformed Instance");
    if (update.instance.size() > max_instance_size) return bad_request("Instance Over 256 Bytes");
  }
  if (const auto reg_id = contact.parameter("reg-id"); reg_id && !update.instance.empty()) {
    const auto number = to_number<std::uint32_t>(*reg_id);
    if (!number || *number == 0) return bad_request("Malformed reg-id");
    update.reg_id = *number;
  }
  if (update.expires.count() > 0 && update.expires < shortest_expiry) {
    return std::unexpected(Refusal{423, {}});
  }
  return update;
}

std::expected<std::string, Refusal> read_path(const sip::Message& request) {
  std::string path;
  for (const std::string_view hop : request.list(sip::HeaderId::path)) {
    const auto address = sip::parse_name_addr(hop);
    const bool is_sip = address && (address->uri.is_sip() || address->uri.is_sips());
    if (!is_sip || !is_utf8(hop)) return bad_request("Malformed Path");
    // A strict router would have to be written into the Request-URI (RFC 3261 §12.2.1.1).
    if (!address->uri.parameter("lr")) return bad_request("Path Without lr");
    if (!path.empty()) path += ", ";
    path += hop;
    if (path.size() > max_path_size) return bad_request("Path Over 1024 Bytes");
  }
  return path;
}

/// RFC 5626 §6: with more than one Via, the first proxy on the way must have said "ob" in its Path.
bool knows_first_hop_outbound(const sip::Message& request) {
  if (request.count(sip::HeaderId::via) < 2) return true;
  const auto path = request.list(sip::HeaderId::path);
  const auto first = path.empty() ? std::nullopt : sip::parse_name_addr(path.back());
  return first && first->uri.parameter("ob");
}

bool offers_outbound(const sip::Message& request) {
  return request.lists(sip::HeaderId::supported, "outbound") ||
         request.lists(sip::HeaderId::require, "outbound");
}

/// Appends what all Contact header fields say.
std::expected<void, Refusal> read_contacts(const sip::Message& request, seconds unless_said,
                                           Registration& registration) {
  std::size_t field_count = 0;
  for (const sip::HeaderField& field : request.headers()) {
    if (field.id != sip::HeaderId::contact) continue;
    ++field_count;
    const auto list = sip::parse_contacts(field.value);
    if (!list) return bad_request("Malformed Contact");
    registration.removes_all = registration.removes_all || list->is_star;
    for (const sip::NameAddr& contact : list->contacts) {
      const auto update = read_contact(contact, unless_said);
      if (!update) return std::unexpected(update.error());
      registration.updates.push_back(*update);
    }
  }
  // RFC 3261 §10.3: "*" stands alone and only with an expiration of zero.
  const auto expires = request.header(sip::HeaderId::expires);
  const bool is_lone_star = field_count == 1 && registration.updates.empty();
  const bool is_zero = expires && to_number<std::uint32_t>(*expires) == 0;
  if (registration.removes_all && !(is_lone_star && is_zero)) {
    return bad_request("Contact * Needs Expires 0 Alone");
  }
  return {};
}

bool is_known_option(std::string_view tag) {
  return equals_ignoring_case(tag, "outbound") || equals_ignoring_case(tag, "path");
}

bool is_user(const sip::Uri& uri, const Names& names) {
  if (!uri.is_sip() && !uri.is_sips()) return false;
  const auto user = sip::unescaped(uri.user);
  return user && !user->empty() && (*user == names.extension || *user == names.device);
}

}  // namespace

std::string unknown_requirements(const sip::Message& request) {
  std::string unknown;
  for (const std::string_view tag : request.list(sip::HeaderId::require)) {
    if (is_known_option(tag)) continue;
    if (!unknown.empty()) unknown.append(", ");
    unknown.append(tag);
  }
  return unknown;
}

std::expected<Registration, Refusal> read_registration(const sip::Message& request,
                                                       seconds default_expiry) {
  if (!unknown_requirements(request).empty()) return std::unexpected(Refusal{420, {}});
  if (request.call_id().size() > max_call_id_size) return bad_request("Call-ID Over 256 Bytes");
  if (!is_utf8(request.call_id())) return bad_request("Call-ID Is Not UTF-8");
  const auto expires = request.header(sip::HeaderId::expires);
  const seconds unless_said = expires ? parse_expires(*expires) : default_expiry;

  Registration registration;
  registration.call_id = request.call_id();
  registration.cseq = request.cseq().number;
  registration.user_agent = user_agent_of(request);
  if (auto read = read_contacts(request, unless_said, registration); !read) {
    return std::unexpected(read.error());
  }
  auto path = read_path(request);
  if (!path) return std::unexpected(path.error());
  registration.path = std::move(*path);
  if (!knows_first_hop_outbound(request)) {
    for (ContactUpdate& update : registration.updates) update.reg_id = 0;
  }
  const auto has_reg_id = [](const ContactUpdate& update) { return update.reg_id != 0; };
  registration.is_outbound =
      offers_outbound(request) && std::ranges::any_of(registration.updates, has_reg_id);
  return registration;
}

bool speaks_for(const sip::Message& request, const Names& names) {
  if (!is_user(request.from().uri, names)) return false;
  return request.method() != sip::Method::register_ || is_user(request.to().uri, names);
}

}  // namespace dering::registrar
