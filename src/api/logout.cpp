// SPDX-License-Identifier: Apache-2.0
#include "api/logout.h"

#include "api/form.h"
#include "api/response.h"
#include "base/log.h"

namespace dering::api {
namespace {

constexpr unsigned most_bad_tokens = 30;
constexpr std::chrono::seconds bad_tokens_window{60};

/// §2.8 of the same; one answer whatever is wrong.
net::HttpResponse bad_logout() {
  return json_response(R"({"error":"invalid_request"})", 400);
}

}  // namespace

Logout::Logout(identity::TokenVerifier& verifier, EventHub& hub, const Outlets& outlets,
               Random& random)
    : verifier_(verifier),
      hub_(hub),
      outlets_(outlets),
      bad_tokens_(most_bad_tokens, bad_tokens_window, random) {}

void Logout::end(const identity::LogoutClaims& claims, UnixSeconds now) {
  if (claims.subject.empty() && claims.sid.empty()) return;
  verifier_.sign_out(claims, now);
  hub_.on_signed_out(claims, now);
  if (outlets_.signed_out) outlets_.signed_out(claims);
}

Answer Logout::back_channel(const Exchange& exchange) {
  const net::HttpRequest& request = exchange.request;
  const std::string sender = network_of(request.peer);
  if (bad_tokens_.is_spent(sender, exchange.now)) {
    return problem(429, "Too many logout tokens were wrong. Wait a minute.");
  }
  const auto form = form_of(request);
  const std::string& token = form ? (*form)["logout_token"] : std::string();
  const auto claims = verifier_.verify_logout(token, exchange.now);
  if (!claims) {
    bad_tokens_.spend(sender, exchange.now);
    log::warning("logout token refused from {}: {}", request.peer.ip_text(),
                 name_of(claims.error()));
    return bad_logout();
  }
  log::info("signed out by {}: subject {}, sign-in {}", log::shown(claims->issuer),
            log::shown(claims->subject), log::shown(claims->sid));
  end(*claims, exchange.now);
  return net::HttpResponse{200, {{"Cache-Control", "no-store"}}, ""};
}

}  // namespace dering::api
