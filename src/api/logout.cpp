// SPDX-License-Identifier: Apache-2.0
#include "api/logout.h"

#include "api/response.h"
#include "base/log.h"

namespace dering::api {
namespace {

constexpr unsigned most_bad_tokens = 30;
constexpr std::chrono::seconds bad_token_time{2};

/// §2.8 of the same; one answer whatever is wrong.
net::HttpResponse bad_logout() {
  return json_response(R"({"error":"invalid_request"})", 400);
}

}  // namespace

Logout::Logout(const Outlets& outlets, Random& random)
    : outlets_(outlets), bad_tokens_({.burst = most_bad_tokens, .each = bad_token_time}, random) {}

void Logout::end(const identity::LogoutClaims& claims) {
  if (claims.subject.empty() && claims.sid.empty()) return;
  if (outlets_.signed_out) outlets_.signed_out(claims);
}

Answer Logout::back_channel(const Exchange& exchange) {
  const net::HttpRequest& request = exchange.request;
  const auto* claims = std::get_if<identity::LogoutClaims>(&exchange.shown);
  if (!claims) {
    const Instant now = instant_of(exchange.now);
    if (const auto wait = bad_tokens_.try_spend(network_of(request.peer), now)) {
      return too_many("Too many logout tokens were wrong. Wait a minute.", *wait);
    }
    return bad_logout();
  }
  log::info("signed out by {}: subject {}, sign-in {}", log::shown(claims->issuer),
            log::shown(claims->subject), log::shown(claims->sid));
  end(*claims);
  return net::HttpResponse{200, {{"Cache-Control", "no-store"}}, ""};
}

}  // namespace dering::api
