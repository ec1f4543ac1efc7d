// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "identity/verdict.h"

namespace dering::identity {

/// Why a token is refused, in the order of the checks. For logs and tests: who sent it never
/// learns more than "no".
enum class TokenFault : std::uint8_t {
  too_long,
  not_a_jws,
  bad_header,
  algorithm_not_allowed,
  critical_extension,
  bad_claims,
  wrong_type,
  unknown_issuer,
  unknown_key,
  bad_signature,
  wrong_audience,
  wrong_client,
  expired,
  not_yet_valid,
  no_role,       ///< a good token of somebody who has no role here: 403, not 401
  signed_out,    ///< its sign-in was ended by the issuer
  not_a_logout,  ///< of a logout token: `events` or `nonce` are not as they must be
  replayed,      ///< of a logout token: this one was here before
};
std::string_view name_of(TokenFault fault);
/// What whoever sent it is told, and what an event of it says.
TokenRefusal refusal_of(TokenFault fault);

}  // namespace dering::identity
