// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dering::sip {

/// A SIP URI as views over the text it was parsed from (RFC 3261 §19.1). Nothing is unescaped.
struct Uri {
  std::string_view text;      ///< the whole URI
  std::string_view scheme;    ///< "sip", "sips", "tel", … as written
  std::string_view user;      ///< escaped; empty when absent
  std::string_view password;  ///< escaped; empty when absent
  std::string_view host;      ///< name, IPv4 or "[IPv6]"
  std::optional<std::uint16_t> port;
  std::string_view parameters;  ///< without the leading ';'
  std::string_view headers;     ///< without the leading '?'

  bool is_sip() const;   ///< scheme is sip, in any case
  bool is_sips() const;  ///< scheme is sips, in any case
  bool is_tel() const;   ///< scheme is tel (RFC 3966), in any case
  /// Value of a URI parameter without regard to case; empty text for one without a value.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Other schemes than sip and sips are kept as scheme and text. Nothing on a grammar error.
std::optional<Uri> parse_uri(std::string_view text);

/// %HH decoded; nothing if an escape is broken (RFC 3261 §19.1.2).
std::optional<std::string> unescaped(std::string_view text);
/// Whatever may not stand in a user part is escaped.
std::string escaped_user(std::string_view text);

/// Equality by RFC 3261 §19.1.4.
bool is_equivalent(const Uri& a, const Uri& b);

/// Finds `name` in ";a=b;c" without regard to case; quoted values keep their quotes.
std::optional<std::string_view> find_parameter(std::string_view parameters, std::string_view name);
/// Takes the text up to the next ";" outside quotes off the front of `rest`, with the ";".
std::string_view take_parameter(std::string_view& rest);

}  // namespace dering::sip
