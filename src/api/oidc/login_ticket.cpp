// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/login_ticket.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "identity/json.h"

namespace dering::api::oidc {

std::string LoginTickets::seal(const AuthorizationRequest& request, std::string_view cookie,
                               UnixSeconds now) const {
  return box_.seal(
      boost::json::serialize(boost::json::object{{"until", (now + lifetime).count()},
                                                 {"issuer", request.issuer},
                                                 {"redirect_uri", request.redirect_uri},
                                                 {"state", request.state},
                                                 {"nonce", request.nonce},
                                                 {"challenge", request.challenge},
                                                 {"language", static_cast<int>(request.language)}}),
      cookie);
}

std::optional<AuthorizationRequest> LoginTickets::open(std::string_view ticket,
                                                       std::string_view cookie,
                                                       UnixSeconds now) const {
  if (cookie.empty()) return std::nullopt;
  const auto text = box_.open(ticket, cookie);
  const auto ours = text ? identity::json_object(*text) : std::nullopt;
  if (!ours || now.count() >= ours->at("until").as_int64()) return std::nullopt;
  const auto member = [&](std::string_view name) {
    return std::string(identity::string_in(*ours, name).value_or(""));
  };
  return AuthorizationRequest{.issuer = member("issuer"),
                              .redirect_uri = member("redirect_uri"),
                              .state = member("state"),
                              .nonce = member("nonce"),
                              .challenge = member("challenge"),
                              .language = static_cast<Language>(ours->at("language").as_int64())};
}

}  // namespace dering::api::oidc
