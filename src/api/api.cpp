// SPDX-License-Identifier: Apache-2.0
#include "api/api.h"

#include <algorithm>
#include <utility>

#include "api/form.h"
#include "api/oidc/names.h"
#include "api/parts.h"
#include "api/response.h"
#include "api/routes.h"
#include "base/text.h"

namespace dering::api {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr std::string_view backchannel_path = "/oidc/backchannel-logout";
/// How many requests may wait for an issuer's new keys, and for how long.
constexpr std::size_t most_waiting = 256;
constexpr std::chrono::seconds longest_wait{3};

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

/// The built-in provider's own: all below /oidc/ but where other issuers' servers report to.
bool is_of_provider(std::string_view path) {
  return path.starts_with("/oidc/") && path != backchannel_path;
}

/// The token that decides on a request.
std::string token_in(const HttpRequest& request) {
  if (request.path != backchannel_path) return std::string(bearer_token(request).value_or(""));
  const auto form = form_of(request);
  return form ? (*form)["logout_token"] : "";
}

/// Whether that answer speaks of a token that could not be believed.
bool is_refusal_of_token(const HttpRequest& request, const HttpResponse& response) {
  return response.status == 401 || (response.status == 400 && request.path == backchannel_path);
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

Parts::Parts(Settings with, const Surroundings& around)
    : settings(std::move(with)),
      outlets(around.outlets),
      gate(around.verifier, hub, outlets, around.random),
      logout(around.verifier, hub, outlets, around.random),
      phone(settings, around.records, hub),
      devices(settings, around.records, outlets, around.random),
      sync(outlets),
      provider(around.records, around.key, around.random, logout) {}

class Api::Impl {
 public:
  Impl(Settings settings, const Surroundings& surroundings)
      : verifier_(surroundings.verifier), parts_(std::move(settings), surroundings) {}

  /// `may_wait`: a token that names a key we lack may be good once the issuer was asked.
  void on_request(const HttpRequest& request, std::unique_ptr<net::HttpReply> reply,
                  UnixSeconds now, bool may_wait);
  void on_keys_changed(UnixSeconds now);
  void on_time(UnixSeconds now);
  Parts& parts() { return parts_; }

 private:
  /// A request whose token waits for its issuer's keys.
  struct Waiting {
    HttpRequest request;
    std::unique_ptr<net::HttpReply> reply;
    UnixSeconds until;
  };

  Answer answer(const HttpRequest& request, net::HttpReply& reply, UnixSeconds now);
  bool is_own_origin(std::string_view origin) const {
    return std::ranges::find(parts_.settings.origins, origin) != parts_.settings.origins.end();
  }

  identity::TokenVerifier& verifier_;
  Parts parts_;
  std::vector<Waiting> waiting_;
};

void Api::Impl::on_request(const HttpRequest& request, std::unique_ptr<net::HttpReply> reply,
                           UnixSeconds now, bool may_wait) {
  auto response = answer(request, *reply, now);
  if (!response) return;
  if (may_wait && is_refusal_of_token(request, *response) && waiting_.size() < most_waiting) {
    const auto issuer = verifier_.issuer_lacking_key(token_in(request));
    if (issuer && parts_.outlets.keys_wanted) {
      waiting_.push_back({request, std::move(reply), now + longest_wait});
      parts_.outlets.keys_wanted(*issuer);
      return;
    }
  }
  reply->respond(*std::move(response));
}

Answer Api::Impl::answer(const HttpRequest& request, net::HttpReply& reply, UnixSeconds now) {
  const auto route = std::ranges::find_if(routes(), [&](const Route& one) {
    return one.method == request.method && one.id_in(request.path);
  });
  if (route == routes().end()) return no_route(request.path);
  if (is_of_provider(request.path) && !parts_.settings.has_built_in) {
    return problem(404, "The built-in sign-in is switched off.");
  }
  const bool speaks_of_origin = request.path == "/config.json" || is_of_provider(request.path);
  if (speaks_of_origin && !is_own_origin(request.origin)) {
    return problem(404, "This server is not configured to be reached as " + request.origin + ".");
  }
  Exchange exchange{.request = request,
                    .reply = reply,
                    .now = now,
                    .directory = parts_.hub.directory(),
                    .claims = {},
                    .user = nullptr,
                    .id = *route->id_in(request.path)};
  if (auto refused = parts_.gate.refusal(route->access, exchange)) return refused;
  return route->act(parts_, exchange);
}

void Api::Impl::on_keys_changed(UnixSeconds now) {
  for (Waiting& one : std::exchange(waiting_, {})) {
    // These keys were another issuer's, or not the last ones.
    if (verifier_.issuer_lacking_key(token_in(one.request))) {
      waiting_.push_back(std::move(one));
    } else {
      on_request(one.request, std::move(one.reply), now, false);
    }
  }
}

void Api::Impl::on_time(UnixSeconds now) {
  parts_.hub.on_time(now);
  parts_.provider.on_time(now);
  // They came in that order.
  const auto late = std::ranges::find_if(waiting_, [&](const auto& it) { return it.until > now; });
  std::vector<Waiting> given_up(std::make_move_iterator(waiting_.begin()),
                                std::make_move_iterator(late));
  waiting_.erase(waiting_.begin(), late);
  for (Waiting& one : given_up) on_request(one.request, std::move(one.reply), now, false);
}

Api::Api(Settings settings, Surroundings surroundings)
    : impl_(std::make_unique<Impl>(std::move(settings), surroundings)) {}

Api::~Api() = default;

bool Api::serves(std::string_view path) {
  return path == "/config.json" || path.starts_with("/api/") || path.starts_with("/oidc/");
}

void Api::on_request(const HttpRequest& request, std::unique_ptr<net::HttpReply> reply,
                     UnixSeconds now) {
  impl_->on_request(request, std::move(reply), now, true);
}

void Api::on_presence(std::string_view extension, directory::Presence presence) {
  impl_->parts().hub.on_presence(extension, presence);
}

void Api::on_directory_changed(directory::DirectorySnapshot snapshot) {
  impl_->parts().hub.on_directory_changed(std::move(snapshot));
}

void Api::on_keys_changed(UnixSeconds now) {
  impl_->on_keys_changed(now);
}

void Api::sign_out(std::string_view username, UnixSeconds now) {
  Parts& parts = impl_->parts();
  for (const directory::User& user : parts.hub.directory()->users()) {
    if (!user.issuer.empty() || !equals_ignoring_case(user.username, username)) continue;
    // Tokens tell whole seconds: with the next one, a token of this second ends as well.
    return parts.logout.end(
        {.issuer = "", .subject = user.subject, .sid = "", .issued_at = now.count() + 1}, now);
  }
}

void Api::on_time(UnixSeconds now) {
  impl_->on_time(now);
}

}  // namespace dering::api
