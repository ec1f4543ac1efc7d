// SPDX-License-Identifier: Apache-2.0
#include "api/gate.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/response.h"
#include "base/budgets.h"
#include "base/log.h"

namespace dering::api {
namespace {

using directory::User;
using identity::TokenClaims;
using identity::TokenFault;
using identity::TokenRefusal;
using net::HttpResponse;
using refusal::Reason;

/// One and the same answer, whatever is wrong with a token: who guesses learns nothing.
HttpResponse not_signed_in() {
  HttpResponse response = problem(401, "Sign in first.");
  response.fields.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse may_not(Access access) {
  if (access == Access::machine) {
    return problem(403,
                   "No account may do that; only the machine itself, with the dering command.");
  }
  return problem(403, "This account may not do that.");
}

HttpResponse answer_to(NotProvisioned why) {
  switch (why) {
    case NotProvisioned::disabled:
      return problem(403, "This account has no extension, or is disabled.");
    case NotProvisioned::range_full:
      return problem(403,
                     "No extension is left for this account. An administrator has to make room.");
    case NotProvisioned::malformed:
      return problem(403, "This account's name can't be used here.");
    case NotProvisioned::store_failed:
      return problem(503, "The directory can't be changed right now. Try again in a minute.");
  }
  return problem(503, "");
}

Reason reason_of(TokenFault fault) {
  switch (identity::refusal_of(fault)) {
    case TokenRefusal::expired:
      return Reason::expired_token;
    case TokenRefusal::not_allowed:
      return Reason::not_allowed;
    case TokenRefusal::foreign:
      return Reason::foreign_token;
    case TokenRefusal::too_busy:
      return Reason::too_many;
    case TokenRefusal::not_valid:
      return Reason::bad_token;
  }
  return Reason::bad_token;
}

/// Only what the token says can be compared: what it leaves out stays as it was.
bool calls_differently(const TokenClaims& claims, const User& user) {
  return (!claims.username.empty() && claims.username != user.username) ||
         (!claims.display_name.empty() && claims.display_name != user.display_name);
}

/// Event streams live as long as a token would.
constexpr std::chrono::hours longest_local_stream{24};

}  // namespace

const User& administrator_of_this_machine() {
  static const User user = [] {
    User made;
    made.subject = made.username = "admin socket";
    return made;
  }();
  return user;
}

std::string who_asks(const Exchange& exchange) {
  if (exchange.request.door == net::Door::admin_socket) return "the admin socket";
  return fmt::format("{} ({}) from {}", log::shown(exchange.user->username),
                     exchange.user->extension, exchange.request.peer.ip_text());
}

const directory::User* owner_at(const Exchange& exchange, std::string_view extension) {
  if (extension.empty()) return exchange.user;
  const directory::User* found = exchange.directory->by_extension(extension);
  const bool is_allowed =
      found && (found->id == exchange.user->id || exchange.claims.roles.may(identity::Role::admin));
  return is_allowed ? found : nullptr;
}

std::string_view name_of(NotProvisioned why) {
  switch (why) {
    case NotProvisioned::disabled:
      return "disabled";
    case NotProvisioned::range_full:
      return "range full";
    case NotProvisioned::malformed:
      return "malformed";
    case NotProvisioned::store_failed:
      return "store failed";
  }
  return "";
}

Answer Gate::refusal(Access access, Exchange& exchange) {
  refused_.reset();
  if (access == Access::anyone) return std::nullopt;
  if (exchange.request.door == net::Door::admin_socket) {
    exchange.user = &administrator_of_this_machine();
    exchange.claims.subject = exchange.user->subject;
    exchange.claims.roles = {identity::Role::admin};
    exchange.claims.issued_at = exchange.now.count();
    exchange.claims.expires_at = (exchange.now + longest_local_stream).count();
    return std::nullopt;
  }
  if (const auto* fault = std::get_if<TokenFault>(&exchange.shown)) {
    refused_ = {reason_of(*fault), {}, name_of(*fault)};
    if (*fault != TokenFault::no_role) return not_signed_in();
    return problem(403, "This account has no role in Dering. An administrator has to give it one.");
  }
  const auto* claims = std::get_if<TokenClaims>(&exchange.shown);
  if (!claims) return not_signed_in();
  exchange.claims = *claims;
  // Before the directory is touched: who may not even ask gets no place in it.
  if (!is_open_to(access, exchange.claims.roles)) {
    refused_ = {Reason::not_allowed, exchange.claims.username, {}};
    return may_not(access);
  }
  exchange.user = exchange.directory->by_subject(exchange.claims.issuer, exchange.claims.subject);
  if (exchange.user && is_known_well(exchange)) {
    exchange.reply->has_signed_in();
    return std::nullopt;
  }
  auto refused = stranger_refused(exchange);
  if (!refused) exchange.reply->has_signed_in();
  if (refused) refused_ = {Reason::not_allowed, exchange.claims.username, {}};
  return refused;
}

/// Those of the built-in provider have accounts: there the directory says how they are called.
bool Gate::is_known_well(const Exchange& exchange) {
  const TokenClaims& claims = exchange.claims;
  if (claims.issuer.empty() || !calls_differently(claims, *exchange.user)) return true;
  const Fingerprint who = hash_.of(claims.issuer + '\0' + claims.subject);
  if (compared_.find(who, exchange.now)) return true;
  compared_.put(who, true, exchange.now);
  return false;
}

Answer Gate::stranger_refused(Exchange& exchange) {
  if (exchange.claims.issuer.empty() || !outlets_.provision) {
    return answer_to(NotProvisioned::disabled);
  }
  auto provisioned = outlets_.provision(exchange.claims);
  if (!provisioned) {
    // Who has a place already keeps it while the store can't follow their new name.
    if (exchange.user && provisioned.error() == NotProvisioned::store_failed) return std::nullopt;
    no_place_line_.info(instant_of(exchange.now), "no place in the directory for {} of {}: {}",
                        log::shown(exchange.claims.subject), exchange.claims.issuer,
                        name_of(provisioned.error()));
    return answer_to(provisioned.error());
  }
  exchange.directory = *std::move(provisioned);
  if (hub_.directory() != exchange.directory) hub_.on_directory_changed(exchange.directory);
  exchange.user = exchange.directory->by_subject(exchange.claims.issuer, exchange.claims.subject);
  if (!exchange.user) return answer_to(NotProvisioned::disabled);
  return std::nullopt;
}

}  // namespace dering::api
