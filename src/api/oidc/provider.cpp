// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/oidc/names.h"
#include "api/response.h"
#include "base/log.h"
#include "base/text.h"
#include "identity/json.h"
#include "identity/password.h"

namespace dering::api::oidc {
namespace {

using boost::json::object;
using directory::Account;

constexpr std::size_t secret_length = 43;  ///< of tickets, codes and tokens: 256 bits
constexpr std::size_t longest_username = 64;
/// Without a call for a week, or a month after the password was typed, it is asked for again.
constexpr std::chrono::hours idle_lifetime{7 * 24};
constexpr std::chrono::hours longest_sign_in{30 * 24};
constexpr std::chrono::minutes sweep_interval{10};

/// Where the phone may be sent back to: nowhere but to two paths of its own origin.
bool is_way_back(std::string_view uri, std::string_view origin) {
  if (!uri.starts_with(origin)) return false;
  const std::string_view path = uri.substr(origin.size());
  return path == "/auth/callback" || path == "/";
}

bool has_token(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    if (take_until(list, ' ') == wanted) return true;
  }
  return false;
}

/// RFC 7636 §4.2: 43 characters of base64url are the SHA-256 of the verifier.
bool is_challenge(std::string_view text) {
  return text.size() == 43 && from_base64url(text);
}

/// RFC 7636 §4.1 and §4.6.
bool verifier_fits(std::string_view verifier, std::string_view challenge) {
  if (verifier.size() < 43 || verifier.size() > 128) return false;
  return identity::equal_in_constant_time(to_base64url(identity::sha256(verifier)), challenge);
}

/// The error code of RFC 6749 §4.1.2.1 or OpenID Connect Core §3.1.2.6 that a request earns; empty
/// if it is good.
std::string_view fault_of(const Form& query) {
  if (query.has("request")) return "request_not_supported";
  if (query.has("request_uri")) return "request_uri_not_supported";
  if (query["response_type"] != "code") return "unsupported_response_type";
  if (query.has("response_mode") && query["response_mode"] != "query") return "invalid_request";
  if (!has_token(query["scope"], "openid")) return "invalid_scope";
  if (query["code_challenge_method"] != "S256") return "invalid_request";
  if (!is_challenge(query["code_challenge"])) return "invalid_request";
  // Without a cookie nobody is signed in here yet.
  if (has_token(query["prompt"], "none")) return "login_required";
  return "";
}

/// Sends the browser back to the phone. `iss` tells it who answers (RFC 9207).
net::HttpResponse back_to_phone(const std::string& redirect_uri, std::string_view result,
                                std::string_view state, std::string_view issuer) {
  std::string location = fmt::format("{}?{}&iss={}", redirect_uri, result, percent_encoded(issuer));
  if (!state.empty()) location += "&state=" + percent_encoded(state);
  return see_other(std::move(location));
}

/// RFC 6749 §5.2.
net::HttpResponse token_error(std::string_view code, std::string_view description) {
  return json_response(serialize(object{{"error", code}, {"error_description", description}}), 400);
}

net::HttpResponse store_failure(std::string_view what, const std::string& reason) {
  log::error("{}: {}", what, reason);
  return problem(500, "The store can't be used.");
}

Language language_of(const net::HttpRequest& request, std::string_view ui_locales = "") {
  return chosen_language(ui_locales, request.field("Accept-Language").value_or(""));
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), to_lower);
  return result;
}

}  // namespace

Provider::Provider(directory::Records& records, const identity::SigningKey& key, Random& random,
                   Logout& logout)
    : records_(records),
      logout_(logout),
      key_(key),
      public_keys_(key.public_keys()),
      random_(random),
      throttle_(random) {
  identity::hash_of_nobody();  // made now, so that the first wrong name takes no longer than others
}

// ---- the form -----------------------------------------------------------------------------------

Answer Provider::authorize(const Exchange& exchange) {
  const net::HttpRequest& request = exchange.request;
  const auto query = Form::parse(request.query);
  // RFC 6749 §4.1.2.1: with a wrong client or redirect URI the browser must not be sent there.
  if (!query || (*query)["client_id"] != web_client ||
      !is_way_back((*query)["redirect_uri"], request.origin)) {
    return notice_page(language_of(request), Notice::wrong_request);
  }
  const std::string issuer = issuer_at(request.origin);
  if (const std::string_view fault = fault_of(*query); !fault.empty()) {
    return back_to_phone((*query)["redirect_uri"], fmt::format("error={}", fault),
                         (*query)["state"], issuer);
  }
  Request good{.issuer = issuer,
               .redirect_uri = (*query)["redirect_uri"],
               .state = (*query)["state"],
               .nonce = (*query)["nonce"],
               .challenge = (*query)["code_challenge"],
               .language = language_of(request, (*query)["ui_locales"])};
  return form_for(std::move(good), {.ticket = "", .username = (*query)["login_hint"]},
                  exchange.now);
}

net::HttpResponse Provider::form_for(Request request, SignInForm form, UnixSeconds now) {
  const Language language = request.language;
  const std::string ticket = random_.token(secret_length);
  tickets_.put(ticket, std::move(request), now);
  form.ticket = ticket;
  return sign_in_page(language, form);
}

Answer Provider::sign_in(const Exchange& exchange) {
  const auto form = form_of(exchange.request);
  if (!form) return notice_page(language_of(exchange.request), Notice::wrong_request);
  auto request = tickets_.take((*form)["ticket"], exchange.now);
  if (!request || request->issuer != issuer_at(exchange.request.origin)) {
    return notice_page(language_of(exchange.request), Notice::page_expired);
  }
  return password_checked(exchange, *std::move(request), *form);
}

Answer Provider::password_checked(const Exchange& exchange, Request request, const Form& form) {
  const std::string& typed = form["username"];
  const std::string username = lower(typed);
  const SocketAddress& peer = exchange.request.peer;
  const auto shown_again = [&](SignInFault fault) {
    return form_for(std::move(request), {.ticket = "", .username = typed, .fault = fault},
                    exchange.now);
  };
  if (throttle_.wait(username, peer, exchange.now)) return shown_again(SignInFault::too_many_tries);

  std::optional<Account> account;
  if (username.size() <= longest_username) {
    auto found = records_.account_by_username(username);
    if (!found) {
      log::error("sign-in: {}", found.error());
      return shown_again(SignInFault::server_failure);
    }
    account = *std::move(found);
  }
  // A name that nobody has, or whose account is disabled, costs as much time as any other.
  const bool may_sign_in = account && account->enabled && !account->password_hash.empty();
  const std::string& hash = may_sign_in ? account->password_hash : identity::hash_of_nobody();
  const bool matches = identity::password_matches(form["password"], hash);
  if (!matches || !may_sign_in) {
    throttle_.on_failure(username, peer, exchange.now);
    log::info("sign-in refused: user {} from {}", log::shown(username), peer.ip_text());
    return shown_again(SignInFault::wrong_password);
  }
  throttle_.on_success(username, peer);
  log::info("signed in: user {} from {}", username, peer.ip_text());
  return code_for(request, account->user.id, exchange.now);
}

net::HttpResponse Provider::code_for(const Request& request, directory::UserId user,
                                     UnixSeconds now) {
  const std::string code = random_.token(secret_length);
  codes_.put(
      code,
      {.request = request, .user = user, .family = random_.token(22), .signed_in_at = now.count()},
      now);
  return back_to_phone(request.redirect_uri, "code=" + code, request.state, request.issuer);
}

// ---- tokens -------------------------------------------------------------------------------------

Answer Provider::token(const Exchange& exchange) {
  const auto form = form_of(exchange.request);
  if (!form) return token_error("invalid_request", "The body is not a form.");
  if ((*form)["client_id"] != web_client) return token_error("invalid_client", "Unknown client.");
  const std::string& grant_type = (*form)["grant_type"];
  if (grant_type == "authorization_code") return redeem_code(exchange, *form);
  if (grant_type == "refresh_token") return refresh(exchange, *form);
  return token_error("unsupported_grant_type", "Only authorization_code and refresh_token.");
}

Answer Provider::redeem_code(const Exchange& exchange, const Form& form) {
  const auto refusal = token_error("invalid_grant", "The code is not valid.");
  Grant* grant = codes_.find(form["code"], exchange.now);
  if (!grant) return refusal;
  // RFC 6749 §4.1.2: a code that comes twice was stolen; what it gave is taken back.
  if (grant->is_redeemed) {
    log::warning("a code came twice: sign-in {} ends", grant->family);
    revoke(grant->family, exchange.now);
    return refusal;
  }
  grant->is_redeemed = true;
  const Request& request = grant->request;
  if (request.issuer != issuer_at(exchange.request.origin) ||
      request.redirect_uri != form["redirect_uri"] ||
      !verifier_fits(form["code_verifier"], request.challenge)) {
    return refusal;
  }
  const auto account = records_.account_by_id(grant->user);
  if (!account) return store_failure("sign-in", account.error());
  if (!*account || !(*account)->enabled) return refusal;
  return tokens_for({.issuer = request.issuer,
                     .user = (*account)->user,
                     .role = (*account)->role,
                     .family = grant->family,
                     .signed_in_at = grant->signed_in_at,
                     .nonce = request.nonce},
                    exchange.now);
}

Answer Provider::refresh(const Exchange& exchange, const Form& form) {
  const auto refusal = token_error("invalid_grant", "The refresh token is not valid.");
  const std::string& token = form["refresh_token"];
  if (token.size() != secret_length) return refusal;
  const auto presented = records_.present_refresh_token(to_hex(identity::sha256(token)));
  if (!presented) return store_failure("refresh", presented.error());
  if (!*presented) return refusal;
  const directory::RefreshToken& kept = (*presented)->token;
  // RFC 9700 §4.14.2: a token that comes twice is in two hands; neither may go on.
  if ((*presented)->was_used) {
    log::warning("a refresh token came twice: sign-in {} ends", kept.family);
    revoke(kept.family, exchange.now);
    return refusal;
  }
  if (kept.issuer != issuer_at(exchange.request.origin) ||
      kept.expires_at <= exchange.now.count()) {
    return refusal;
  }
  const auto account = records_.account_by_id(kept.user);
  if (!account) return store_failure("refresh", account.error());
  if (!*account || !(*account)->enabled) return refusal;
  return tokens_for({.issuer = kept.issuer,
                     .user = (*account)->user,
                     .role = (*account)->role,
                     .family = kept.family,
                     .signed_in_at = kept.signed_in_at,
                     .nonce = ""},
                    exchange.now);
}

Answer Provider::tokens_for(SignIn sign_in, UnixSeconds now) {
  const std::string refresh_token = random_.token(secret_length);
  const UnixSeconds end = std::min<UnixSeconds>(
      now + idle_lifetime, UnixSeconds(sign_in.signed_in_at) + longest_sign_in);
  const auto kept = records_.keep_refresh_token({.hash = to_hex(identity::sha256(refresh_token)),
                                                 .family = sign_in.family,
                                                 .user = sign_in.user.id,
                                                 .issuer = sign_in.issuer,
                                                 .signed_in_at = sign_in.signed_in_at,
                                                 .expires_at = end.count()});
  if (!kept) return store_failure("sign-in", kept.error());
  return json_response(serialize(object{{"access_token", access_token(sign_in, key_, random_, now)},
                                        {"token_type", "Bearer"},
                                        {"expires_in", access_token_lifetime.count()},
                                        {"refresh_token", refresh_token},
                                        {"id_token", id_token(sign_in, key_, now)},
                                        {"scope", "openid profile"}}));
}

// ---- the end ------------------------------------------------------------------------------------

/// OpenID Connect RP-Initiated Logout §2 and §3. An ID token says which sign-in ends, however old
/// it is; its signature says that it is ours.
Answer Provider::end_session(const Exchange& exchange) {
  const net::HttpRequest& request = exchange.request;
  const auto form = request.method == "POST" ? form_of(request) : Form::parse(request.query);
  if (!form) return notice_page(language_of(request), Notice::wrong_request);
  const auto claims =
      public_keys_.signed_by(key_.kid(), identity::Algorithm::es256, (*form)["id_token_hint"]);
  if (const auto signed_claims = claims ? identity::json_object(*claims) : std::nullopt) {
    if (const auto family = identity::string_in(*signed_claims, "sid")) {
      revoke(std::string(*family), exchange.now);
      log::info("signed out: sign-in {}", *family);
    }
  }
  const std::string& way_back = (*form)["post_logout_redirect_uri"];
  if (!is_way_back(way_back, request.origin)) {
    return notice_page(language_of(request, (*form)["ui_locales"]), Notice::signed_out);
  }
  const std::string& state = (*form)["state"];
  return see_other(state.empty() ? way_back : way_back + "?state=" + percent_encoded(state));
}

/// What it has given already ends as well: access tokens, event streams, flows and bindings. Other
/// sign-ins of the same person are not touched: no subject is named.
void Provider::revoke(const std::string& family, UnixSeconds now) {
  if (const auto done = records_.revoke_family(family); !done) {
    log::error("sign-in {} can't be ended: {}", family, done.error());
  }
  logout_.end({.issuer = "", .subject = "", .sid = family, .issued_at = now.count()}, now);
}

void Provider::on_time(UnixSeconds now) {
  tickets_.on_time(now);
  codes_.on_time(now);
  throttle_.on_time(now);
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_interval;
  if (const auto done = records_.drop_refresh_tokens_before(now.count()); !done) {
    log::error("{}", done.error());
  }
}

}  // namespace dering::api::oidc
