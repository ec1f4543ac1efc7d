// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/socket_address.h"

namespace dering::net {

/// What a proxy says of a connection before its first byte: the PROXY protocol of HAProxy,
/// versions 1 and 2.
struct ProxyHeader {
  enum class State : std::uint8_t {
    need_more,
    none,    ///< the bytes are something else
    broken,  ///< it begins like one, but is none
    complete,
  };
  /// No header is longer.
  static constexpr std::size_t most_bytes = 2'048;

  State state = State::none;
  std::size_t size = 0;                   ///< of it, when complete
  std::optional<SocketAddress> client{};  ///< nothing: the proxy speaks for itself
};

/// Looks at the first bytes of a connection.
ProxyHeader read_proxy_header(std::string_view bytes);

}  // namespace dering::net
