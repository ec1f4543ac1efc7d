// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/instant.h"
#include "base/random.h"
#include "directory/directory.h"
#include "identity/keys.h"

namespace dering::api::oidc {

inline constexpr std::chrono::seconds access_token_lifetime{300};

/// One sign-in of one person, as all tokens that come from it tell it.
struct SignIn {
  std::string issuer;
  directory::User user;
  std::string role;    ///< of the account at this moment
  std::string family;  ///< `sid`
  std::int64_t signed_in_at = 0;
  std::string nonce;  ///< of the request; empty: none, or a refresh
};

/// RFC 9068.
std::string access_token(const SignIn& sign_in, const identity::SigningKey& key, Random& random,
                         UnixSeconds now);
/// OpenID Connect Core §2.
std::string id_token(const SignIn& sign_in, const identity::SigningKey& key, UnixSeconds now);

}  // namespace dering::api::oidc
