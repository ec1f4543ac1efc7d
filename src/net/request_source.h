// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "net/edge_state.h"
#include "net/http_message.h"

namespace dering::net {

/// Who sent a request and which address of ours it was sent to, be there a proxy between or not.
struct RequestSource {
  SocketAddress client;
  bool is_encrypted = false;
  bool is_contradictory = false;  ///< a proxy names two clients
  std::string base;               ///< HttpRequest::origin
  std::string path;               ///< without the prefix
};

/// What a peer that is no trusted proxy says of others is not looked at.
RequestSource source_of(const Accepted& accepted, const HttpFields& fields, std::string_view path,
                        const EdgeSettings& settings);

}  // namespace dering::net
