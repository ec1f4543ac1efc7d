// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/token_maker.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/oidc/names.h"

namespace dering::api::oidc {
namespace {

using boost::json::array;
using boost::json::object;

object common_claims(const SignIn& sign_in, UnixSeconds now) {
  return {{"iss", sign_in.issuer},
          {"sub", sign_in.user.subject},
          {"azp", web_client},
          {"iat", now.count()},
          {"exp", (now + access_token_lifetime).count()},
          {"sid", sign_in.family},
          {"name", sign_in.user.display_name},
          {"preferred_username", sign_in.user.username}};
}

}  // namespace

std::string access_token(const SignIn& sign_in, const identity::SigningKey& key, Random& random,
                         UnixSeconds now) {
  object claims = common_claims(sign_in, now);
  claims["aud"] = array{audience};
  claims["client_id"] = web_client;
  claims["jti"] = random.token(22);
  claims["roles"] = array{sign_in.role};
  return key.sign(serialize(claims), "at+jwt");
}

std::string id_token(const SignIn& sign_in, const identity::SigningKey& key, UnixSeconds now) {
  object claims = common_claims(sign_in, now);
  claims["aud"] = web_client;
  claims["auth_time"] = sign_in.signed_in_at;
  if (!sign_in.nonce.empty()) claims["nonce"] = sign_in.nonce;
  return key.sign(serialize(claims), "JWT");
}

}  // namespace dering::api::oidc
