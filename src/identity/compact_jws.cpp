// SPDX-License-Identifier: Apache-2.0
#include "identity/compact_jws.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "identity/json.h"

namespace dering::identity {
namespace {

/// The three parts of a compact JWS, decoded; each strict base64url and none empty.
std::optional<std::array<std::string, 3>> parts_of(std::string_view token) {
  if (std::ranges::count(token, '.') != 2) return std::nullopt;
  std::array<std::string, 3> parts;
  for (std::string& part : parts) {
    auto decoded = from_base64url(take_until(token, '.'));
    if (!decoded || decoded->empty()) return std::nullopt;
    part = *std::move(decoded);
  }
  return parts;
}

}  // namespace

std::expected<CompactJws, TokenFault> read_compact_jws(std::string_view token) {
  auto parts = parts_of(token);
  if (!parts) return std::unexpected(TokenFault::not_a_jws);
  const auto header = json_object(parts->at(0));
  if (!header) return std::unexpected(TokenFault::bad_header);
  const auto algorithm = algorithm_named(string_in(*header, "alg").value_or(""));
  if (!algorithm) return std::unexpected(TokenFault::algorithm_not_allowed);
  // Extensions we do not know, and keys that the sender would like us to use.
  for (const std::string_view name : {"crit", "jku", "jwk", "x5u", "x5c", "zip", "b64"}) {
    if (header->contains(name)) return std::unexpected(TokenFault::critical_extension);
  }
  auto claims = json_object(parts->at(1));
  if (!claims) return std::unexpected(TokenFault::bad_claims);
  return CompactJws{*algorithm, std::string(string_in(*header, "kid").value_or("")),
                    std::string(string_in(*header, "typ").value_or("")), std::move(parts->at(1)),
                    *std::move(claims)};
}

}  // namespace dering::identity
