// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sip/message/message.h"

namespace dering::trunk {

/// With what we sign in at a provider.
struct Account {
  std::string username;
  std::string password;
  /// The only realm whose questions are answered; empty: any of the server that we ask.
  std::string realm{};
};

/// A request of ours that was answered with 401 or 407.
struct Challenged {
  std::string_view method;
  std::string_view uri;  ///< its Request-URI
  /// The nonce that the request had answered already; empty: it carried no credentials.
  std::string_view answered_nonce{};
};

/// Why a challenge is not answered.
enum class NoAnswer : std::uint8_t {
  not_digest,      ///< nothing in it that we can answer: another scheme, algorithm or qop
  other_realm,     ///< asked by somebody whom the password is not meant for
  wrong_password,  ///< it was answered, and asked for again though the nonce was not stale
};
std::string_view name_of(NoAnswer why);  ///< "not_digest"

/// A header field for the request to be sent again with.
struct DigestAnswer {
  std::string_view name;  ///< Authorization or Proxy-Authorization
  std::string value;
  std::string nonce;  ///< for Challenged::answered_nonce, if it is asked again
};

/// The header field in which a 401 is answered, or else a 407.
std::string_view answer_field_of(const sip::Message& response);

/// Answers a 401 or 407 to a request of ours (RFC 7616 §3.4, RFC 8760, RFC 3261 §22): the strongest
/// algorithm that is asked for in our realm, SHA-256 before MD5, in the session variants too; a
/// challenge without qop (RFC 2069) is answered with MD5 alone. Says nothing of who sent the
/// response: ask only for responses to requests that went to the account's own server. `cnonce` is
/// fresh.
std::variant<DigestAnswer, NoAnswer> answer_digest(const sip::Message& response,
                                                   const Account& account,
                                                   const Challenged& request,
                                                   std::string_view cnonce);

}  // namespace dering::trunk
