// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>

#include "identity/keys.h"
#include "identity/token_fault.h"

// For .cpp files only: Boost.JSON is slow to compile.
namespace dering::identity {

/// The parts of a compact JWS (RFC 7515 §7.1) whose form is right. Nothing in it is true before
/// its signature is checked.
struct CompactJws {
  Algorithm algorithm;
  std::string kid;      ///< empty: none
  std::string type;     ///< `typ` of the header; empty: none
  std::string payload;  ///< decoded
  boost::json::object claims;
};

/// Checks all that can be checked without a key: three strict parts, an algorithm that we allow, no
/// header member that would have us use another key or another encoding, claims in an object.
std::expected<CompactJws, TokenFault> read_compact_jws(std::string_view token);

}  // namespace dering::identity
