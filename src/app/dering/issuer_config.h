// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "directory/person.h"
#include "identity/verdict.h"

namespace dering::app {

/// [[issuer.group]]: what membership in a group of the issuer means here.
struct GroupConfig {
  std::string path;  ///< "/Fakultas Teknik"; members of its subgroups count too
  std::string unit;  ///< department; empty: says nothing about it
  std::optional<directory::NumberRange> extensions;
  std::optional<identity::Role> role;
};

/// [[issuer]]: an OpenID provider whose people may use this switchboard.
struct IssuerConfig {
  std::string url{};  ///< as `iss` in its tokens, byte for byte
  std::string client_id{};
  std::vector<std::string> portal_clients{};  ///< of portals that hand their tokens to the phone
  std::string audience = "dering-api";
  std::string label{};                           ///< on the sign-in button; empty: the host
  std::optional<identity::Role> default_role{};  ///< for issuers whose tokens name no roles
  bool has_extension_attribute = false;          ///< people carry their number as an attribute
  std::string sync_client_id{};                  ///< empty: no directory sync
  std::filesystem::path sync_secret_file{};
  std::vector<GroupConfig> groups{};
};

/// A sentence if the values do not fit together.
std::optional<std::string> fault_of(const IssuerConfig& issuer);

}  // namespace dering::app
