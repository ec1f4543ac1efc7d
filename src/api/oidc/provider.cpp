// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/oidc/names.h"
#include "api/oidc/way_back.h"
#include "api/response.h"
#include "base/text.h"
#include "identity/json.h"
#include "identity/password.h"

namespace dering::api::oidc {
namespace {

using boost::json::object;

constexpr std::size_t secret_length = 43;  ///< of codes and tokens: 256 bits
/// Without a call for a week, or a month after the password was typed, it is asked for again.
constexpr std::chrono::hours idle_lifetime{7 * 24};
constexpr std::chrono::hours longest_sign_in{30 * 24};
constexpr std::chrono::minutes sweep_interval{10};
/// A page renews its token every four minutes, and at each reload.
constexpr unsigned refresh_burst = 30;
constexpr std::chrono::seconds refresh_time{10};

/// RFC 7636 §4.1 and §4.6.
bool verifier_fits(std::string_view verifier, std::string_view challenge) {
  if (verifier.size() < 43 || verifier.size() > 128) return false;
  return identity::equal_in_constant_time(to_base64url(identity::sha256(verifier)), challenge);
}

/// Where the browser goes once the sign-in has ended.
net::HttpResponse after_sign_out(const Organisation& organisation, const net::HttpRequest& request,
                                 const Form& form) {
  const std::string& way_back = form["post_logout_redirect_uri"];
  if (!is_way_back(way_back, request.origin)) {
    return notice_page(organisation, language_of(request, form["ui_locales"]), Notice::signed_out);
  }
  const std::string& state = form["state"];
  return see_other(state.empty() ? way_back : way_back + "?state=" + percent_encoded(state));
}

/// RFC 6749 §5.2.
net::HttpResponse token_error(std::string_view code, std::string_view description) {
  return json_response(serialize(object{{"error", code}, {"error_description", description}}), 400);
}

}  // namespace

Provider::Provider(const Surroundings& around, const Beside& beside)
    : organisation_(beside.settings.organisation),
      records_(around.records),
      logout_(beside.logout),
      key_(around.key),
      public_keys_(around.key.public_keys()),
      random_(around.random),
      sessions_(around.key, around.random),
      desk_({around.records, around.key, beside.outlets, around.random, beside.refusals, sessions_,
             organisation_},
            [this](const AuthorizationRequest& request, const Session& session, UnixSeconds now) {
              return code_for(request, session, now);
            }),
      refreshes_({.burst = refresh_burst, .each = refresh_time}, around.random) {}

net::HttpResponse Provider::store_failure(std::string_view what, const std::string& reason,
                                          UnixSeconds now) {
  store_line_.error(instant_of(now), "{}: {}", what, reason);
  return problem(500, "The store can't be used.");
}

// ---- codes --------------------------------------------------------------------------------------

net::HttpResponse Provider::code_for(const AuthorizationRequest& request, const Session& session,
                                     UnixSeconds now) {
  const std::string code = random_.token(secret_length);
  codes_.put(code, {.request = request, .session = session}, now);
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
    replay_line_.warning(instant_of(exchange.now), "a code came twice: sign-in {} ends",
                         grant->session.family);
    revoke(grant->session.family, exchange.now);
    return refusal;
  }
  grant->is_redeemed = true;
  const AuthorizationRequest& request = grant->request;
  if (request.issuer != issuer_at(exchange.request.origin) ||
      request.redirect_uri != form["redirect_uri"] ||
      !verifier_fits(form["code_verifier"], request.challenge)) {
    return refusal;
  }
  return tokens_for(exchange, grant->session, request.nonce);
}

Answer Provider::refresh(const Exchange& exchange, const Form& form) {
  const auto refusal = token_error("invalid_grant", "The refresh token is not valid.");
  const std::string& token = form["refresh_token"];
  if (token.size() != secret_length) return refusal;
  const auto presented = records_.refresh_token(to_hex(identity::sha256(token)));
  if (!presented) return store_failure("refresh", presented.error(), exchange.now);
  if (!*presented) return refusal;
  const directory::RefreshToken& kept = (*presented)->token;
  // Before it counts as used: who has to wait may come again with it.
  if (const auto wait = refreshes_.try_spend(kept.family, instant_of(exchange.now))) {
    return too_many("This sign-in renews its token too often.", *wait);
  }
  // RFC 9700 §4.14.2: a token that comes twice is in two hands; neither may go on.
  if ((*presented)->was_used) {
    replay_line_.warning(instant_of(exchange.now), "a refresh token came twice: sign-in {} ends",
                         kept.family);
    revoke(kept.family, exchange.now);
    return refusal;
  }
  if (const auto used = records_.use_refresh_token(kept); !used) {
    return store_failure("refresh", used.error(), exchange.now);
  }
  if (kept.issuer != issuer_at(exchange.request.origin) ||
      kept.expires_at <= exchange.now.count()) {
    return refusal;
  }
  return tokens_for(exchange,
                    {.issuer = kept.issuer,
                     .user = kept.user,
                     .family = kept.family,
                     .signed_in_at = kept.signed_in_at},
                    "");
}

/// `nonce`: of the authorization request; empty at a refresh.
Answer Provider::tokens_for(const Exchange& exchange, const Session& session,
                            const std::string& nonce) {
  const UnixSeconds now = exchange.now;
  const auto account = records_.account_by_id(session.user);
  if (!account) return store_failure("sign-in", account.error(), now);
  if (!*account || !(*account)->enabled) {
    return token_error("invalid_grant", "The account is closed.");
  }
  const SignIn sign_in{.issuer = session.issuer,
                       .user = (*account)->user,
                       .role = (*account)->role,
                       .family = session.family,
                       .signed_in_at = session.signed_in_at,
                       .nonce = nonce};
  const std::string refresh_token = random_.token(secret_length);
  const UnixSeconds end = std::min<UnixSeconds>(
      now + idle_lifetime, UnixSeconds(sign_in.signed_in_at) + longest_sign_in);
  const auto kept = records_.keep_refresh_token({.hash = to_hex(identity::sha256(refresh_token)),
                                                 .family = sign_in.family,
                                                 .user = sign_in.user.id,
                                                 .issuer = sign_in.issuer,
                                                 .signed_in_at = sign_in.signed_in_at,
                                                 .expires_at = end.count()});
  if (!kept) return store_failure("sign-in", kept.error(), now);
  net::HttpResponse answer =
      json_response(serialize(object{{"access_token", access_token(sign_in, key_, random_, now)},
                                     {"token_type", "Bearer"},
                                     {"expires_in", access_token_lifetime.count()},
                                     {"refresh_token", refresh_token},
                                     {"id_token", id_token(sign_in, key_, now)},
                                     {"scope", "openid profile"}}));
  answer.fields.emplace_back("Set-Cookie",
                             sessions_.renewed(exchange.request.origin, session, now));
  return answer;
}

// ---- the end ------------------------------------------------------------------------------------

/// OpenID Connect RP-Initiated Logout §2 and §3. An ID token says which sign-in ends, however old
/// it is; its signature says that it is ours.
Answer Provider::end_session(const Exchange& exchange) {
  const net::HttpRequest& request = exchange.request;
  const auto form = request.method == "POST" ? form_of(request) : Form::parse(request.query);
  if (!form) return notice_page(organisation_, language_of(request), Notice::wrong_request);
  const auto claims =
      public_keys_.signed_by(key_.kid(), identity::Algorithm::es256, (*form)["id_token_hint"]);
  if (const auto signed_claims = claims ? identity::json_object(*claims) : std::nullopt) {
    if (const auto family = identity::string_in(*signed_claims, "sid")) {
      revoke(std::string(*family), exchange.now);
      sign_out_line_.info(instant_of(exchange.now), "signed out: sign-in {}", *family);
    }
  }
  net::HttpResponse answer = after_sign_out(organisation_, request, *form);
  answer.fields.emplace_back("Set-Cookie", SessionCookies::forgotten(request.origin));
  return answer;
}

/// What it has given already ends as well: access tokens, event streams, flows and bindings. Other
/// sign-ins of the same person are not touched: no subject is named.
void Provider::revoke(const std::string& family, UnixSeconds now) {
  if (const auto done = records_.revoke_family(family); !done) {
    store_line_.error(instant_of(now), "sign-in {} can't be ended: {}", family, done.error());
  }
  logout_.end({.issuer = "", .subject = "", .sid = family, .issued_at = now.count()});
}

void Provider::on_time(UnixSeconds now) {
  codes_.on_time(now);
  desk_.on_time(now);
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_interval;
  if (const auto done = records_.drop_refresh_tokens_before(now.count()); !done) {
    store_line_.error(instant_of(now), "{}", done.error());
  }
  if (const auto done = records_.drop_used_refresh_tokens(); !done) {
    store_line_.error(instant_of(now), "{}", done.error());
  }
}

}  // namespace dering::api::oidc
