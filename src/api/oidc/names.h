// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dering::api::oidc {

inline constexpr std::string_view web_client = "dering-web";  ///< the phone: a public client
inline constexpr std::string_view audience = "dering";        ///< of access tokens

/// The built-in provider's issuer for pages of that origin.
inline std::string issuer_at(std::string_view origin) {
  return std::string(origin) + "/oidc";
}

}  // namespace dering::api::oidc
