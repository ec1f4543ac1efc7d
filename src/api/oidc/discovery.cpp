// SPDX-License-Identifier: Apache-2.0
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/oidc/names.h"
#include "api/oidc/provider.h"
#include "api/response.h"

// What the provider says about itself and about its user.
namespace dering::api::oidc {

using boost::json::array;
using boost::json::object;

/// OpenID Connect Discovery §3.
Answer Provider::discovery(const Exchange& exchange) const {
  const std::string issuer = issuer_at(exchange.request.origin);
  return json_response(serialize(object{
      {"issuer", issuer},
      {"authorization_endpoint", issuer + "/authorize"},
      {"token_endpoint", issuer + "/token"},
      {"userinfo_endpoint", issuer + "/userinfo"},
      {"jwks_uri", issuer + "/jwks"},
      {"end_session_endpoint", issuer + "/end-session"},
      {"scopes_supported", array{"openid", "profile"}},
      {"response_types_supported", array{"code"}},
      {"response_modes_supported", array{"query"}},
      {"grant_types_supported", array{"authorization_code", "refresh_token"}},
      {"subject_types_supported", array{"public"}},
      {"id_token_signing_alg_values_supported", array{"ES256"}},
      {"token_endpoint_auth_methods_supported", array{"none"}},
      {"code_challenge_methods_supported", array{"S256"}},
      {"claims_supported", array{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "sid",
                                 "name", "preferred_username"}},
      {"ui_locales_supported", array{"id", "en"}},
      {"prompt_values_supported", array{"none", "login"}},
      {"authorization_response_iss_parameter_supported", true},
      {"request_uri_parameter_supported", false},
  }));
}

Answer Provider::keys() const {
  return json_response(R"({"keys":[)" + key_.public_jwk() + "]}");
}

Answer Provider::user_info(const Exchange& exchange) const {
  const directory::User& user = *exchange.user;
  return json_response(serialize(object{
      {"sub", user.subject}, {"name", user.display_name}, {"preferred_username", user.username}}));
}

}  // namespace dering::api::oidc
