// SPDX-License-Identifier: Apache-2.0
#include "registrar/registration.h"

#include <algorithm>
#include <string>

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

std::expected<ContactUpdate, int> read_contact(const sip::NameAddr& contact, seconds unless_said) {
  ContactUpdate update{contact.uri, {}, 0, unless_said};
  const bool is_phone = contact.uri.is_sip() || contact.uri.is_sips();
  if (!is_phone || contact.uri.text.size() > max_contact_uri_size) return std::unexpected(400);
  if (const auto expires = contact.parameter("expires")) update.expires = parse_expires(*expires);
  if (const auto instance = contact.parameter("+sip.instance")) {
    update.instance = without_quotes(*instance);
    const bool is_plain = update.instance.find_first_of("\"\\") == std::string_view::npos;
    if (!is_plain || update.instance.size() > max_instance_size) return std::unexpected(400);
  }
  if (const auto reg_id = contact.parameter("reg-id"); reg_id && !update.instance.empty()) {
    const auto number = to_number<std::uint32_t>(*reg_id);
    if (!number || *number == 0) return std::unexpected(400);
    update.reg_id = *number;
  }
  if (update.expires.count() > 0 && update.expires < shortest_expiry) return std::unexpected(423);
  return update;
}

bool is_known_option(std::string_view tag) {
  return equals_ignoring_case(tag, "outbound") || equals_ignoring_case(tag, "path");
}

bool is_user(const sip::Uri& uri, std::string_view extension) {
  if (!uri.is_sip() && !uri.is_sips()) return false;
  return sip::unescaped(uri.user) == extension;
}

}  // namespace

bool Registration::uses_outbound() const {
  return std::ranges::any_of(updates,
                             [](const ContactUpdate& update) { return update.reg_id != 0; });
}

std::string unknown_requirements(const sip::Message& request) {
  std::string unknown;
  for (const std::string_view tag : request.list(sip::HeaderId::require)) {
    if (is_known_option(tag)) continue;
    if (!unknown.empty()) unknown.append(", ");
    unknown.append(tag);
  }
  return unknown;
}

std::expected<Registration, int> read_registration(const sip::Message& request,
                                                   seconds default_expiry) {
  if (!unknown_requirements(request).empty()) return std::unexpected(420);
  if (request.call_id().size() > max_call_id_size) return std::unexpected(400);
  const auto expires = request.header(sip::HeaderId::expires);
  const seconds unless_said = expires ? parse_expires(*expires) : default_expiry;

  Registration registration;
  registration.call_id = request.call_id();
  registration.cseq = request.cseq().number;
  registration.user_agent =
      request.header(sip::HeaderId::user_agent).value_or("").substr(0, max_user_agent_size);
  std::size_t field_count = 0;
  for (const sip::HeaderField& field : request.headers()) {
    if (field.id != sip::HeaderId::contact) continue;
    ++field_count;
    const auto list = sip::parse_contacts(field.value);
    if (!list) return std::unexpected(400);
    registration.removes_all = registration.removes_all || list->is_star;
    for (const sip::NameAddr& contact : list->contacts) {
      const auto update = read_contact(contact, unless_said);
      if (!update) return std::unexpected(update.error());
      registration.updates.push_back(*update);
    }
  }
  // RFC 3261 §10.3: "*" stands alone and only with an expiration of zero.
  const bool is_lone_star = field_count == 1 && registration.updates.empty();
  const bool is_zero = expires && to_number<std::uint32_t>(*expires) == 0;
  if (registration.removes_all && !(is_lone_star && is_zero)) return std::unexpected(400);
  return registration;
}

bool speaks_for(const sip::Message& request, std::string_view extension) {
  if (!is_user(request.from().uri, extension)) return false;
  return request.method() != sip::Method::register_ || is_user(request.to().uri, extension);
}

}  // namespace dering::registrar
