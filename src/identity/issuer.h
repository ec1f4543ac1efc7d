// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "identity/keys.h"
#include "identity/verdict.h"

namespace dering::identity {

/// Members of that group, or of one below it, have that role.
struct GroupRole {
  std::string path;  ///< full, as `groups` lists it: "/Fakultas Teknik"
  Role role = Role::user;
};

/// One party whose tokens are believed, and for whom.
struct Issuer {
  std::string url;   ///< must equal `iss` byte for byte
  std::string name;  ///< TokenClaims::issuer: empty for the built-in provider, else the url
  std::string audience = "dering";   ///< must be in `aud` of an access token
  std::vector<std::string> clients;  ///< `azp` or `client_id` must be one; `aud` of a logout token
  std::shared_ptr<const KeySet> keys;               ///< what vouches for its signatures; never null
  std::optional<Role> default_role = std::nullopt;  ///< of those whose token gives them none
  std::vector<GroupRole> group_roles = {};

  bool is_built_in() const { return name.empty(); }
};

}  // namespace dering::identity
