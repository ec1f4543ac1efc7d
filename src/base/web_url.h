// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dering {

/// An absolute http or https URL (RFC 3986), strictly: visible ASCII, at most 2,048 characters, no
/// user name or password, no fragment, a host that is a name or an address as it is usually
/// written.
struct WebUrl {
  bool is_encrypted = false;  ///< https
  std::string host;           ///< in lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;     ///< the scheme's own if the text names none
  std::string target;         ///< path and query; begins with '/'

  /// "https://host:port", without the scheme's own port.
  std::string origin() const;
  /// Whether the host is this machine under its own name: localhost, 127.0.0.0/8 or ::1.
  bool is_loopback() const;
  /// Whether nobody on the way can read or change what is said: https, or within this machine.
  bool is_trustworthy() const { return is_encrypted || is_loopback(); }
};

std::optional<WebUrl> read_web_url(std::string_view text);

}  // namespace dering
