// SPDX-License-Identifier: Apache-2.0
#include "identity/token_fault.h"

namespace dering::identity {

std::string_view name_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::too_long:
      return "too long";
    case TokenFault::not_a_jws:
      return "not three base64url parts";
    case TokenFault::bad_header:
      return "header is not a JSON object";
    case TokenFault::algorithm_not_allowed:
      return "algorithm not allowed";
    case TokenFault::critical_extension:
      return "header member not allowed";
    case TokenFault::bad_claims:
      return "claims are not well formed";
    case TokenFault::wrong_type:
      return "another type of token";
    case TokenFault::unknown_issuer:
      return "unknown issuer";
    case TokenFault::unknown_key:
      return "unknown key";
    case TokenFault::bad_signature:
      return "bad signature";
    case TokenFault::wrong_audience:
      return "meant for another audience";
    case TokenFault::wrong_client:
      return "given to another client";
    case TokenFault::expired:
      return "expired";
    case TokenFault::not_yet_valid:
      return "not valid yet";
    case TokenFault::no_role:
      return "no role";
    case TokenFault::signed_out:
      return "signed out";
    case TokenFault::not_a_logout:
      return "not a logout token";
    case TokenFault::replayed:
      return "seen before";
  }
  return "unknown fault";
}

TokenRefusal refusal_of(TokenFault fault) {
  switch (fault) {
    case TokenFault::expired:
    case TokenFault::not_yet_valid:
    case TokenFault::signed_out:
      return TokenRefusal::expired;
    case TokenFault::no_role:
      return TokenRefusal::not_allowed;
    // A wrong setting at the issuer sends such tokens from every honest page.
    case TokenFault::wrong_type:
    case TokenFault::unknown_issuer:
    case TokenFault::unknown_key:
    case TokenFault::wrong_audience:
    case TokenFault::wrong_client:
      return TokenRefusal::foreign;
    case TokenFault::too_long:
    case TokenFault::not_a_jws:
    case TokenFault::bad_header:
    case TokenFault::algorithm_not_allowed:
    case TokenFault::critical_extension:
    case TokenFault::bad_claims:
    case TokenFault::bad_signature:
    case TokenFault::not_a_logout:
    case TokenFault::replayed:
      return TokenRefusal::not_valid;
  }
  return TokenRefusal::not_valid;
}

}  // namespace dering::identity
