// SPDX-License-Identifier: Apache-2.0
#include "identity/claims.h"

#include <algorithm>

#include "base/text.h"
#include "identity/json.h"

namespace dering::identity {
namespace {

using boost::json::object;
using boost::json::value;

constexpr std::size_t longest_name = 255;
constexpr std::size_t most_groups = 64;
/// What a realm's own role must begin with to mean something here: its "admin" is not ours.
constexpr std::string_view realm_role_prefix = "dering-";
constexpr std::string_view logout_event = "http://schemas.openid.net/event/backchannel-logout";

const object* object_in(const object* holder, std::string_view name) {
  const value* member = holder ? holder->if_contains(name) : nullptr;
  return member ? member->if_object() : nullptr;
}

/// The strings of a list that is the member of that name; all else in it is passed over.
std::vector<std::string_view> strings_in(const object* holder, std::string_view name) {
  std::vector<std::string_view> strings;
  const value* member = holder ? holder->if_contains(name) : nullptr;
  if (!member || !member->is_array()) return strings;
  for (const value& one : member->get_array()) {
    if (one.is_string()) strings.push_back(one.get_string());
  }
  return strings;
}

/// An identifier as we keep it.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && text.find('\0') == std::string_view::npos;
}

/// A claim that may be absent, but if it is there it must be an identifier.
std::expected<std::string, TokenFault> optional_name(const object& claims, std::string_view name) {
  if (!claims.contains(name)) return std::string();
  const auto text = string_in(claims, name);
  if (!text || !is_name(*text)) return std::unexpected(TokenFault::bad_claims);
  return std::string(*text);
}

/// `aud` is one string or a list of them (RFC 7519 §4.1.3).
bool audience_includes(const object& claims, std::string_view wanted) {
  if (const auto single = string_in(claims, "aud")) return *single == wanted;
  const auto all = strings_in(&claims, "aud");
  return std::ranges::find(all, wanted) != all.end();
}

/// Whom the token was given to: Keycloak says `azp`, RFC 9068 `client_id`. One must be there, and
/// what is there must be allowed.
bool client_is_allowed(const object& claims, const std::vector<std::string>& clients) {
  bool is_named = false;
  for (const std::string_view name : {"azp", "client_id"}) {
    if (!claims.contains(name)) continue;
    const auto client = string_in(claims, name);
    if (!client || std::ranges::find(clients, *client) == clients.end()) return false;
    is_named = true;
  }
  return is_named;
}

std::optional<TokenFault> fault_in_beginning(const object& claims, const ClaimTime& time) {
  for (const std::string_view name : {"nbf", "iat"}) {
    if (!claims.contains(name)) continue;
    const auto from = numeric_date_in(claims, name);
    if (!from || *from < 0 || *from > (time.now + time.leeway).count()) {
      return TokenFault::not_yet_valid;
    }
  }
  if (!claims.contains("iat")) return TokenFault::bad_claims;
  return std::nullopt;
}

bool is_past(std::int64_t end, const ClaimTime& time) {
  return end <= (time.now - time.leeway).count();
}

/// Bytes of the UTF-8 character that begins the text.
std::size_t character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

/// C0, DEL and C1 controls, and the marks that turn the direction of what is shown around them.
bool is_unfit_to_show(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (character.size() == 2) {
    return (byte(0) == 0xC2 && byte(1) < 0xA0) || character == "\u061C";
  }
  if (character.size() != 3 || byte(0) != 0xE2) return false;
  const bool is_mark_or_override = byte(1) == 0x80 && ((byte(2) >= 0x8E && byte(2) <= 0x8F) ||
                                                       (byte(2) >= 0xA8 && byte(2) <= 0xAE));
  const bool is_isolate = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
  return is_mark_or_override || is_isolate;
}

/// The text as it may be shown; cut between characters when it is too long. It is UTF-8.
std::string shown(std::string_view text) {
  std::string fit;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, character_size(text));
    text.remove_prefix(character.size());
    if (is_unfit_to_show(character)) continue;
    if (fit.size() + character.size() > longest_name) break;
    fit += character;
  }
  return fit;
}

std::string extension_in(const object& claims) {
  const std::string_view number = string_in(claims, "extension").value_or("");
  const bool is_digits = std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
  return is_digits && number.size() >= 2 && number.size() <= 15 ? std::string(number)
                                                                : std::string();
}

std::vector<std::string> groups_in(const object& claims) {
  std::vector<std::string> groups;
  for (const std::string_view path : strings_in(&claims, "groups")) {
    if (groups.size() < most_groups && is_name(path)) groups.emplace_back(path);
  }
  return groups;
}

/// A member of /A/B is a member of /A.
bool is_within(std::string_view path, std::string_view group) {
  return path.starts_with(group) && (path.size() == group.size() || path[group.size()] == '/');
}

void add_named(std::string_view name, Roles& roles) {
  if (const auto role = role_named(name)) roles.add(*role);
}

/// What the built-in provider says at the top counts as it is; what another issuer says about the
/// whole of itself counts with our prefix only.
Roles roles_in(const object& claims, const Issuer& issuer, const std::vector<std::string>& groups) {
  Roles roles;
  const object* ours = object_in(object_in(&claims, "resource_access"), issuer.audience);
  for (const std::string_view name : strings_in(ours, "roles")) add_named(name, roles);
  const auto add_prefixed = [&](std::string_view name) {
    if (!name.starts_with(realm_role_prefix)) return;
    add_named(name.substr(realm_role_prefix.size()), roles);
  };
  for (const std::string_view name : strings_in(&claims, "roles")) {
    issuer.is_built_in() ? add_named(name, roles) : add_prefixed(name);
  }
  for (const std::string_view name : strings_in(object_in(&claims, "realm_access"), "roles")) {
    add_prefixed(name);
  }
  for (const GroupRole& rule : issuer.group_roles) {
    const auto is_member = [&](const std::string& path) { return is_within(path, rule.path); };
    if (std::ranges::any_of(groups, is_member)) roles.add(rule.role);
  }
  if (roles.empty() && issuer.default_role) roles.add(*issuer.default_role);
  return roles;
}

}  // namespace

std::expected<TokenClaims, TokenFault> access_claims(const object& claims, const Issuer& issuer,
                                                     const ClaimTime& time) {
  if (!audience_includes(claims, issuer.audience)) {
    return std::unexpected(TokenFault::wrong_audience);
  }
  if (!client_is_allowed(claims, issuer.clients)) return std::unexpected(TokenFault::wrong_client);
  const auto expiry = numeric_date_in(claims, "exp");
  if (!expiry || is_past(*expiry, time)) return std::unexpected(TokenFault::expired);
  if (const auto fault = fault_in_beginning(claims, time)) return std::unexpected(*fault);
  const std::string_view subject = string_in(claims, "sub").value_or("");
  auto sid = optional_name(claims, "sid");
  if (!is_name(subject) || !sid) return std::unexpected(TokenFault::bad_claims);

  TokenClaims good;
  good.issuer = issuer.name;
  good.subject = subject;
  good.username = shown(string_in(claims, "preferred_username").value_or(""));
  good.display_name = shown(string_in(claims, "name").value_or(""));
  good.sid = *std::move(sid);
  good.extension = extension_in(claims);
  good.groups = groups_in(claims);
  good.roles = roles_in(claims, issuer, good.groups);
  good.issued_at = *numeric_date_in(claims, "iat");
  good.expires_at = std::min(*expiry, good.issued_at + time.longest_life.count());
  if (is_past(good.expires_at, time)) return std::unexpected(TokenFault::expired);
  if (good.roles.empty()) return std::unexpected(TokenFault::no_role);
  return good;
}

std::expected<LogoutToken, TokenFault> logout_claims(const object& claims, const Issuer& issuer,
                                                     const ClaimTime& time) {
  const auto is_meant = [&](const std::string& client) {
    return audience_includes(claims, client);
  };
  if (std::ranges::none_of(issuer.clients, is_meant)) {
    return std::unexpected(TokenFault::wrong_audience);
  }
  // Early drafts had no `exp`, and some issuers send none to this day: age decides as well.
  const auto expiry = numeric_date_in(claims, "exp");
  if (claims.contains("exp") && (!expiry || is_past(*expiry, time))) {
    return std::unexpected(TokenFault::expired);
  }
  if (const auto fault = fault_in_beginning(claims, time)) return std::unexpected(*fault);
  const std::int64_t issued_at = *numeric_date_in(claims, "iat");
  if (is_past(issued_at + time.longest_life.count(), time)) {
    return std::unexpected(TokenFault::expired);
  }
  const object* events = object_in(&claims, "events");
  if (!object_in(events, logout_event) || claims.contains("nonce")) {
    return std::unexpected(TokenFault::not_a_logout);
  }
  auto subject = optional_name(claims, "sub");
  auto sid = optional_name(claims, "sid");
  const std::string_view id = string_in(claims, "jti").value_or("");
  if (!subject || !sid || (subject->empty() && sid->empty()) || !is_name(id)) {
    return std::unexpected(TokenFault::bad_claims);
  }
  return LogoutToken{{issuer.name, *std::move(subject), *std::move(sid), issued_at},
                     std::string(id)};
}

}  // namespace dering::identity
