// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dering::net {

/// How browsers reach the phone's page: "https://phone.example" and "/phone", or no prefix.
struct WebAddress {
  enum class Kind : std::uint8_t {
    own,     ///< a port of ours
    stated,  ///< by the configuration: where a proxy takes them in
  };
  std::string origin;
  std::string prefix;
  Kind kind = Kind::own;

  /// The address of the page without its last slash; the built-in issuer is below it.
  std::string base() const { return origin + prefix; }
};

/// What a request says of the address it was sent to.
struct Approach {
  bool is_encrypted = false;
  std::string_view host;  ///< as in Host, port and all
  std::string_view path;
  bool is_forwarded = false;  ///< a trusted proxy stands between
  bool has_client = false;    ///< which has said for whom it speaks
};

/// What is made of it.
struct Reached {
  std::string base;  ///< of one of the addresses; else as the request says
  std::string path;  ///< without the prefix
};

/// A proxy may leave a prefix on the path or take it off, and may say of the address what it likes,
/// less or nothing: then the stated address that fits best is taken. Nobody else can name an
/// address that is not known: then `base` is not one of them, and who uses it has to refuse.
Reached reached_at(std::span<const WebAddress> addresses, const Approach& approach);

/// Whether the path is a prefix that lacks its slash: "/phone".
bool lacks_slash(std::span<const WebAddress> addresses, std::string_view path);

/// "https://phone.example:443" is "https://phone.example"; the host in lower case. As it is where
/// it is no address.
std::string normal_origin(bool is_encrypted, std::string_view host);

}  // namespace dering::net
