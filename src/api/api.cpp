// SPDX-License-Identifier: Apache-2.0
#include "api/api.h"

#include <algorithm>

#include "api/oidc/names.h"
#include "api/response.h"
#include "api/routes.h"
#include "base/log.h"
#include "base/text.h"

namespace dering::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;

/// One and the same answer, whatever is wrong with a token: who guesses learns nothing.
HttpResponse not_signed_in() {
  HttpResponse response = problem(401, "Sign in first.");
  response.fields.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

/// What to say where no route fits: the address may have routes for other methods.
HttpResponse no_route(std::string_view path) {
  std::string allowed;
  for (const Route& route : routes()) {
    if (!route.id_in(path)) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += route.method;
  }
  if (allowed.empty()) return problem(404, "There is nothing at this address.");
  HttpResponse response = problem(405, "This address takes only: " + allowed + ".");
  response.fields.emplace_back("Allow", allowed);
  return response;
}

/// RFC 6750 §2.1, in the one field Authorization. Never in a URL, where logs would keep it.
std::optional<std::string_view> bearer_token(const HttpRequest& request) {
  const auto is_authorization = [](const auto& field) {
    return equals_ignoring_case(field.first, "Authorization");
  };
  if (std::ranges::count_if(request.fields, is_authorization) != 1) return std::nullopt;
  std::string_view value = *request.field("Authorization");
  if (!equals_ignoring_case(take_until(value, ' '), "Bearer")) return std::nullopt;
  return trimmed(value);
}

}  // namespace

std::vector<identity::Issuer> built_in_issuers(const std::vector<std::string>& origins,
                                               const identity::SigningKey& key) {
  const auto keys = std::make_shared<const identity::KeySet>(key.public_keys());
  std::vector<identity::Issuer> issuers;
  for (const std::string& origin : origins) {
    issuers.push_back({.url = oidc::issuer_at(origin),
                       .name = "",
                       .audience = std::string(oidc::audience),
                       .clients = {std::string(oidc::web_client)},
                       .keys = keys});
  }
  return issuers;
}

class Api::Impl {
 public:
  Impl(Settings settings, Surroundings surroundings)
      : origins_(std::move(settings.origins)),
        verifier_(surroundings.verifier),
        parts_{PhoneApi(std::move(settings.realm), surroundings.records),
               oidc::Provider(surroundings.records, surroundings.key, surroundings.random)} {}

  Answer answer(const HttpRequest& request, net::HttpReply& reply, UnixSeconds now);
  EventHub& hub() { return parts_.phone.hub(); }
  oidc::Provider& provider() { return parts_.provider; }

 private:
  bool is_own_origin(std::string_view origin) const {
    return std::ranges::find(origins_, origin) != origins_.end();
  }
  /// Fills in who asks; what to answer if that is nobody.
  Answer refusal(Access access, Exchange& exchange);

  std::vector<std::string> origins_;
  identity::TokenVerifier& verifier_;
  Parts parts_;
};

Answer Api::Impl::answer(const HttpRequest& request, net::HttpReply& reply, UnixSeconds now) {
  const auto route = std::ranges::find_if(routes(), [&](const Route& one) {
    return one.method == request.method && one.id_in(request.path);
  });
  if (route == routes().end()) return no_route(request.path);
  const bool speaks_of_origin =
      request.path == "/config.json" || request.path.starts_with("/oidc/");
  if (speaks_of_origin && !is_own_origin(request.origin)) {
    return problem(404, "This server is not configured to be reached as " + request.origin + ".");
  }
  Exchange exchange{.request = request,
                    .reply = reply,
                    .now = now,
                    .directory = hub().directory(),
                    .claims = {},
                    .user = nullptr,
                    .id = *route->id_in(request.path)};
  if (route->access != Access::anyone) {
    if (auto refused = refusal(route->access, exchange)) return refused;
  }
  return route->act(parts_, exchange);
}

Answer Api::Impl::refusal(Access access, Exchange& exchange) {
  const auto token = bearer_token(exchange.request);
  if (!token) return not_signed_in();
  auto claims = verifier_.verify(*token, exchange.now);
  if (!claims) {
    log::debug("token refused from {}: {}", exchange.request.peer.ip_text(),
               name_of(claims.error()));
    if (claims.error() != identity::TokenFault::no_role) return not_signed_in();
    return problem(403, "This account has no role in Dering. An administrator has to give it one.");
  }
  exchange.claims = *std::move(claims);
  if (!is_open_to(access, exchange.claims.roles)) {
    return problem(403, "This account may not do that.");
  }
  exchange.user = exchange.directory->by_subject(exchange.claims.issuer, exchange.claims.subject);
  if (!exchange.user) return problem(403, "This account has no extension, or is disabled.");
  return std::nullopt;
}

Api::Api(Settings settings, Surroundings surroundings)
    : impl_(std::make_unique<Impl>(std::move(settings), surroundings)) {}

Api::~Api() = default;

bool Api::serves(std::string_view path) {
  return path == "/healthz" || path == "/config.json" || path.starts_with("/api/") ||
         path.starts_with("/oidc/");
}

void Api::on_request(const HttpRequest& request, std::unique_ptr<net::HttpReply> reply,
                     UnixSeconds now) {
  if (auto response = impl_->answer(request, *reply, now)) reply->respond(*std::move(response));
}

void Api::on_presence(std::string_view extension, directory::Presence presence) {
  impl_->hub().on_presence(extension, presence);
}

void Api::on_directory_changed(directory::DirectorySnapshot snapshot) {
  impl_->hub().on_directory_changed(std::move(snapshot));
}

void Api::on_time(UnixSeconds now) {
  impl_->hub().on_time(now);
  impl_->provider().on_time(now);
}

}  // namespace dering::api
