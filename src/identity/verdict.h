// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong_id.h"

namespace dering::identity {

/// What somebody may do here. `admin` may do everything and every role includes `user`;
/// `supervisor` and `operator` are apart from each other.
enum class Role : std::uint8_t { user, supervisor, operator_, admin };
std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);

/// The roles of one person. A value.
class Roles {
 public:
  Roles() = default;
  Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) add(role);
  }

  void add(Role role) { bits_ = static_cast<std::uint8_t>(bits_ | bit(role)); }
  /// Nobody without a role may do anything.
  bool empty() const { return bits_ == 0; }
  /// Whether that very role was given; to decide on access ask may().
  bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  /// Whether what needs that role is allowed.
  bool may(Role role) const {
    return has(role) || has(Role::admin) || (role == Role::user && !empty());
  }
  /// All that may() says yes to, lowest first.
  std::vector<Role> allowed() const;

  bool operator==(const Roles&) const = default;

 private:
  static constexpr std::uint8_t bit(Role role) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
  }
  std::uint8_t bits_ = 0;
};

/// Who a verified access token speaks of, what they may do, and until when. Texts are UTF-8 and
/// at most 255 bytes long.
struct TokenClaims {
  std::string issuer;                    ///< empty for the built-in provider, else the issuer's url
  std::string subject;                   ///< the only name that never changes
  std::string username = {};             ///< to be shown; without control characters
  std::string display_name = {};         ///< to be shown; without control characters
  std::string sid = {};                  ///< the sign-in at the issuer; empty: it tells none
  std::string extension = {};            ///< `extension`, 2 to 15 digits; empty: none or malformed
  Roles roles = {};                      ///< never empty in a good verdict
  std::vector<std::string> groups = {};  ///< full paths, "/Fakultas Teknik/Sipil"; at most 64
  std::int64_t issued_at = 0;            ///< Unix seconds
  std::int64_t expires_at = 0;           ///< Unix seconds
};

/// Why somebody is not let in by a token, as far as they are told.
enum class TokenRefusal : std::uint8_t {
  not_valid,    ///< forged, or no token; another one may do
  foreign,      ///< of another issuer or for another service
  expired,      ///< or of a sign-in that has ended
  not_allowed,  ///< the token is good, and its person may not use this switchboard
  too_busy,     ///< it could not be looked at now; the same token may do later
};
/// The same for whoever looks after the server.
struct TokenRefused {
  // Implicit, since the kind is all that most have to say.
  constexpr TokenRefused(TokenRefusal is, std::string_view because = {}) : kind(is), why(because) {}

  TokenRefusal kind;
  std::string_view why;  ///< static text, name_of(TokenFault); empty: nothing more is known
};
using TokenVerdict = std::expected<TokenClaims, TokenRefused>;

/// Who an issuer says has signed out (OpenID Connect Back-Channel Logout 1.0 §2.4). One of subject
/// and sid may be empty: the whole person, or that one sign-in.
struct LogoutClaims {
  std::string issuer;  ///< as in TokenClaims
  std::string subject;
  std::string sid;
  std::int64_t issued_at = 0;  ///< Unix seconds
};

/// The issuer ended a sign-in: its connections and bindings go.
struct SignedOut {
  LogoutClaims logout;
};

using TokenQuestionId = StrongId<struct TokenQuestionTag>;

/// To the judge of tokens, who answers with TokenJudged.
struct VerifyToken {
  TokenQuestionId question;
  std::string token;
  std::string network = {};   ///< network_of() the peer: each has a fair share of the judge
  bool is_signed_in = false;  ///< somebody is signed in on that connection: they go first
};
struct TokenJudged {
  TokenQuestionId question;
  TokenVerdict verdict;
};

}  // namespace dering::identity
