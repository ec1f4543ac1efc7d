// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dering::net {

/// The target of an HTTP request, taken apart (RFC 9112 §3.2.1, origin form).
struct RequestTarget {
  std::string path;   ///< percent-decoded
  std::string query;  ///< raw, without '?'
};

/// Nothing unless the decoded path is plain: starts with '/', is UTF-8, and holds no "." or ".."
/// segment, no empty segment before its end, no backslash and no control character. So no later
/// code has to ask what "/a/%2e%2e/b" means.
std::optional<RequestTarget> parse_target(std::string_view target);

}  // namespace dering::net
