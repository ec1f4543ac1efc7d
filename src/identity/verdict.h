// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dering::identity {

/// Who a verified token speaks of, and until when.
struct TokenClaims {
  std::string issuer;  ///< empty for the built-in provider
  std::string subject;
  std::string username;
  std::string display_name;
  std::vector<std::string> roles;
  std::string sid;
  std::int64_t expires_at = 0;  ///< Unix seconds
};

struct LogoutClaims {
  std::string issuer;
  std::string subject;
  std::string sid;
  std::int64_t issued_at = 0;
};

}  // namespace dering::identity
