// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/sign_in_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/oidc/cookies.h"
#include "api/oidc/names.h"
#include "api/oidc/way_back.h"
#include "base/budgets.h"
#include "base/log.h"
#include "base/text.h"
#include "identity/password.h"

namespace dering::api::oidc {
namespace {

using namespace std::chrono_literals;
using directory::Account;
using refusal::Reason;
using refusal::What;

constexpr std::string_view cookie_purpose = "sign-in";
constexpr std::size_t cookie_length = 43;  ///< 256 bits
constexpr std::size_t longest_username = 64;
constexpr std::size_t family_length = 22;  ///< 128 bits
/// How long a browser waits whose password could not even be looked at.
constexpr Duration busy_time = 2s;

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
  return "";
}

/// OpenID Connect Core §3.1.2.1: whether the phone wants the password typed although somebody did
/// so at that time. A max_age that is no number allows none.
bool wants_password(const Form& query, const Session& session, UnixSeconds now) {
  if (has_token(query["prompt"], "login") || has_token(query["prompt"], "select_account")) {
    return true;
  }
  if (!query.has("max_age")) return false;
  const auto max_age = to_number<std::uint32_t>(query["max_age"]);
  return !max_age || session.signed_in_at + *max_age <= now.count();
}

AuthorizationRequest asked_by(const net::HttpRequest& request, const Form& query) {
  return {.issuer = issuer_at(request.origin),
          .redirect_uri = query["redirect_uri"],
          .state = query["state"],
          .nonce = query["nonce"],
          .challenge = query["code_challenge"],
          .language = language_of(request, query["ui_locales"])};
}

/// What Random::token() makes.
bool is_of_token(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), to_lower);
  return result;
}

}  // namespace

SignInDesk::SignInDesk(const Around& around, Welcome welcome)
    : records_(around.records),
      refusals_(around.refusals),
      outlets_(around.outlets),
      random_(around.random),
      sessions_(around.sessions),
      organisation_(around.organisation),
      welcome_(std::move(welcome)),
      tickets_(around.random),
      devices_(around.key, around.random),
      throttle_(around.random) {
  identity::hash_of_nobody();  // made now, so that the first wrong name takes no longer than others
}

// ---- the form -----------------------------------------------------------------------------------

Answer SignInDesk::authorize(const Exchange& exchange) {
  const net::HttpRequest& request = exchange.request;
  const auto query = Form::parse(request.query);
  // RFC 6749 §4.1.2.1: with a wrong client or redirect URI the browser must not be sent there.
  if (!query || (*query)["client_id"] != web_client ||
      !is_way_back((*query)["redirect_uri"], request.origin)) {
    refusals_.refuse(request, exchange.now, {What::sign_in, Reason::malformed});
    return notice_page(organisation_, language_of(request), Notice::wrong_request);
  }
  AuthorizationRequest asked = asked_by(request, *query);
  const auto back_with = [&](std::string_view fault) {
    return back_to_phone(asked.redirect_uri, fmt::format("error={}", fault), asked.state,
                         asked.issuer);
  };
  if (const std::string_view fault = fault_of(*query); !fault.empty()) {
    refusals_.refuse(request, exchange.now, {What::sign_in, Reason::malformed});
    return back_with(fault);
  }
  if (const auto session = standing(request, *query, exchange.now)) {
    return welcome_(asked, *session, exchange.now);
  }
  // Not a refusal: the page asks whether anybody is signed in.
  if (has_token((*query)["prompt"], "none")) return back_with("login_required");
  Attempt attempt{
      .request = std::move(asked),
      .typed = (*query)["login_hint"],
      .typist = {.username = {}, .peer = request.peer, .browser = cookie_of(request), .device = {}},
      .address = request.origin};
  net::HttpResponse page = form_for(attempt, SignInFault::none, exchange.now);
  page.fields.emplace_back("Set-Cookie",
                           set_cookie(request.origin, {.purpose = cookie_purpose,
                                                       .value = attempt.typist.browser,
                                                       .lifetime = LoginTickets::lifetime}));
  return page;
}

/// The sign-in of another tab of the same browser, if that is enough for this request.
std::optional<Session> SignInDesk::standing(const net::HttpRequest& request, const Form& query,
                                            UnixSeconds now) {
  auto session = sessions_.shown_by(request, now);
  if (!session || wants_password(query, *session, now)) return std::nullopt;
  const auto stands = records_.has_refresh_token(session->family, now);
  if (!stands) {
    store_line_.error(instant_of(now), "sign-in: {}", stands.error());
    return std::nullopt;
  }
  return *stands ? session : std::nullopt;
}

/// The one that the browser has, so that the forms in its other tabs stay good.
std::string SignInDesk::cookie_of(const net::HttpRequest& request) {
  const std::string_view shown =
      cookie_in(request.field("Cookie").value_or(""), cookie_name(request.origin, cookie_purpose));
  const bool is_ours = shown.size() == cookie_length && std::ranges::all_of(shown, is_of_token);
  return is_ours ? std::string(shown) : random_.token(cookie_length);
}

net::HttpResponse SignInDesk::form_for(const Attempt& attempt, SignInFault fault, UnixSeconds now) {
  return sign_in_page(organisation_, attempt.request.language,
                      {.ticket = tickets_.seal(attempt.request, attempt.typist.browser, now),
                       .username = attempt.typed,
                       .fault = fault});
}

net::HttpResponse SignInDesk::wait_for(const Attempt& attempt, SignInFault fault, Duration wait,
                                       UnixSeconds now) {
  net::HttpResponse page = form_for(attempt, fault, now);
  page.fields.emplace_back("Retry-After", std::to_string(whole_seconds(wait)));
  return page;
}

Answer SignInDesk::sign_in(const Exchange& exchange) {
  const net::HttpRequest& request = exchange.request;
  const auto form = form_of(request);
  if (!form) {
    refusals_.refuse(request, exchange.now, {What::sign_in, Reason::malformed});
    return notice_page(organisation_, language_of(request), Notice::wrong_request);
  }
  const std::string_view cookie =
      cookie_in(request.field("Cookie").value_or(""), cookie_name(request.origin, cookie_purpose));
  auto asked = tickets_.open((*form)["ticket"], cookie, exchange.now);
  if (!asked || asked->issuer != issuer_at(request.origin)) {
    refusals_.refuse(request, exchange.now,
                     {What::sign_in, Reason::expired_token, (*form)["username"]});
    return notice_page(organisation_, language_of(request), Notice::page_expired);
  }
  const std::string& typed = (*form)["username"];
  Attempt attempt{.request = *std::move(asked),
                  .typed = typed,
                  .typist = {.username = lower(typed),
                             .peer = request.peer,
                             .browser = std::string(cookie),
                             .device = {}},
                  .address = request.origin,
                  .devices = devices_.shown_by(request, exchange.now)};
  for (const Device& device : attempt.devices) {
    if (device.username == attempt.typist.username) attempt.typist.device = device.id;
  }
  return password_checked(exchange, std::move(attempt), (*form)["password"]);
}

// ---- the password -------------------------------------------------------------------------------

Answer SignInDesk::password_checked(const Exchange& exchange, Attempt attempt,
                                    const std::string& password) {
  const UnixSeconds now = exchange.now;
  if (const auto wait = throttle_.wait(attempt.typist, now)) {
    tell(attempt, Reason::paused, now);
    return wait_for(attempt, SignInFault::too_many_tries, *wait, now);
  }
  attempt.is_paused_for = throttle_.paused(attempt.typist, now);
  std::string account_here = PasswordThrottle::account(attempt.typist);
  if (has_too_many_open(account_here)) {
    tell(attempt, Reason::too_many, now);
    return wait_for(attempt, SignInFault::too_busy, busy_time, now);
  }
  std::optional<Account> account;
  if (attempt.typist.username.size() <= longest_username) {
    auto found = records_.account_by_username(attempt.typist.username);
    if (!found) {
      store_line_.error(instant_of(now), "sign-in: {}", found.error());
      return form_for(attempt, SignInFault::server_failure, now);
    }
    account = *std::move(found);
  }
  // A name that nobody has, or whose account is disabled, costs as much time as any other.
  const bool may_sign_in = account && account->enabled && !account->password_hash.empty();
  const PasswordQuestion question{
      .id = {++last_question_},
      .password = password,
      .hash = may_sign_in ? account->password_hash : identity::hash_of_nobody(),
      .network =
          attempt.typist.device.empty() ? network_of(attempt.typist.peer) : attempt.typist.device,
      .is_known = throttle_.is_known(attempt.typist, now)};
  const auto pending = pending_
                           .emplace(question.id, Pending{.attempt = std::move(attempt),
                                                         .user = may_sign_in ? account->user.id
                                                                             : directory::UserId{},
                                                         .may_sign_in = may_sign_in,
                                                         .is_known = account.has_value(),
                                                         .account = std::move(account_here),
                                                         .reply = std::move(exchange.reply)})
                           .first;
  if (outlets_.check_password && outlets_.check_password(question)) return std::nullopt;
  exchange.reply = std::move(pending->second.reply);
  attempt = std::move(pending->second.attempt);
  pending_.erase(pending);
  tell(attempt, Reason::too_many, now);
  return wait_for(attempt, SignInFault::too_busy, busy_time, now);
}

/// Only as many wait as the lane takes, so they are looked through.
bool SignInDesk::has_too_many_open(const std::string& account) const {
  const auto is_of_it = [&](const auto& entry) { return entry.second.account == account; };
  const auto open = std::ranges::count_if(pending_, is_of_it);
  return static_cast<std::size_t>(open) >= PasswordThrottle::most_at_once;
}

void SignInDesk::tell(const Attempt& attempt, refusal::Reason reason, UnixSeconds now) {
  const bool is_encrypted = attempt.request.issuer.starts_with("https:");
  refusals_.refuse(
      {.transport = is_encrypted ? refusal::Transport::https : refusal::Transport::http,
       .source = attempt.typist.peer,
       .name = refusal::claimed(attempt.typed),
       .what = What::sign_in,
       .reason = reason,
       .is_proven = true},
      now);
}

void SignInDesk::on_password_judged(PasswordQuestionId question, bool is_right, UnixSeconds now) {
  const auto answered = pending_.extract(question);
  if (!answered) return;
  const Pending& it = answered.mapped();
  if (!is_right || !it.may_sign_in) return on_wrong_password(it, now);
  const Typist& typist = it.attempt.typist;
  throttle_.on_success(typist, now);
  log::info("signed in: user {} from {}", typist.username, typist.peer.ip_text());
  net::HttpResponse response = welcome_(it.attempt.request,
                                        {.issuer = it.attempt.request.issuer,
                                         .user = it.user,
                                         .family = random_.token(family_length),
                                         .signed_in_at = now.count()},
                                        now);
  response.fields.emplace_back(
      "Set-Cookie",
      devices_.after_sign_in(it.attempt.address, typist.username, it.attempt.devices, now));
  it.reply->respond(std::move(response));
}

void SignInDesk::on_wrong_password(const Pending& it, UnixSeconds now) {
  const Attempt& attempt = it.attempt;
  throttle_.on_failure(attempt.typist, now);
  tell(attempt, it.is_known ? Reason::wrong_password : Reason::unknown_name, now);
  it.reply->respond(attempt.is_paused_for ? wait_for(attempt, SignInFault::too_many_tries,
                                                     *attempt.is_paused_for, now)
                                          : form_for(attempt, SignInFault::wrong_password, now));
}

}  // namespace dering::api::oidc
