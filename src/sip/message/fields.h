// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/header.h"
#include "sip/message/uri.h"

namespace dering::sip {

/// One Via (RFC 3261 §20.42). Views over the message.
struct Via {
  std::string_view transport;  ///< "UDP", "WSS", … as written
  std::string_view host;       ///< sent-by host
  std::optional<std::uint16_t> port;
  std::string_view parameters;  ///< without the leading ';'
  std::string_view branch;      ///< empty when absent

  std::string_view sent_by;  ///< host and port as written
};

/// From, To, Contact, Route, Refer-To: a URI with a display name and parameters (RFC 3261 §20.10).
struct NameAddr {
  std::string_view display_name;  ///< as written, quotes included; see unquoted()
  Uri uri;
  std::string_view parameters;  ///< header parameters, without the leading ';'

  std::optional<std::string_view> parameter(std::string_view name) const;
  std::string_view tag() const;  ///< empty when absent
};

/// RFC 3261 §20.16; number below 2^31.
struct CSeq {
  std::uint32_t number = 0;
  Method method = Method::unknown;
  std::string_view method_name;
};

/// Credentials or challenge: "Digest a=b, c="d"" (RFC 3261 §25.1, RFC 7616, RFC 8898).
struct AuthFields {
  struct Parameter {
    std::string_view name;
    std::string_view value;  ///< with its quotes
  };
  std::string_view scheme;
  std::string_view rest;              ///< all after the scheme: a token68 (Bearer) or parameters
  std::vector<Parameter> parameters;  ///< none if it is a token68
  /// Value of a parameter, quotes removed (backslash escapes stay).
  std::optional<std::string_view> parameter(std::string_view name) const;
};

std::optional<Via> parse_via(std::string_view value);
std::optional<NameAddr> parse_name_addr(std::string_view value);
std::optional<CSeq> parse_cseq(std::string_view value);
std::optional<AuthFields> parse_auth(std::string_view value);

/// "*" or a list of addresses. Nothing on a grammar error or more than 16.
struct ContactList {
  bool is_star = false;
  std::vector<NameAddr> contacts;
};
std::optional<ContactList> parse_contacts(std::string_view value);

/// Splits "a, b" at commas outside quotes and angle brackets; each part trimmed.
std::vector<std::string_view> split_list(std::string_view value);
/// Takes one such part off the front of `rest`, with its comma.
std::string_view take_list_element(std::string_view& rest);

/// "Siti \"S\"" → Siti "S". Text without quotes is returned as it is.
std::string unquoted(std::string_view text);
/// Text as a quoted-string in UTF-8; control characters are left out. Text that is not UTF-8 is
/// taken for Latin-1: browsers close a WebSocket on a broken text frame.
std::string quoted_string(std::string_view text);

/// Session-Expires (RFC 4028 §4).
struct SessionExpires {
  std::uint32_t seconds = 0;
  std::string_view refresher;  ///< "uac", "uas" or empty
};
std::optional<SessionExpires> parse_session_expires(std::string_view value);

/// RSeq (RFC 3262 §7.1): from 1 to 2³² − 1.
std::optional<std::uint32_t> parse_rseq(std::string_view value);

/// RAck (RFC 3262 §7.2): which response to which request is acknowledged.
struct RAck {
  std::uint32_t response = 0;  ///< its RSeq
  CSeq request;
};
std::optional<RAck> parse_rack(std::string_view value);

/// Content-Length (RFC 3261 §20.14): digits only, below 2^31.
std::optional<std::uint32_t> parse_content_length(std::string_view value);

}  // namespace dering::sip
