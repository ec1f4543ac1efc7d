// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/instant.h"
#include "directory/directory.h"
#include "identity/verdict.h"
#include "net/http_message.h"

namespace dering::api {

/// One request on its way through the API.
struct Exchange {
  const net::HttpRequest& request;
  net::HttpReply& reply;
  UnixSeconds now;
  directory::DirectorySnapshot directory;
  identity::TokenClaims claims;           ///< empty on routes for anyone
  const directory::User* user = nullptr;  ///< in `directory`; never null on routes for users
  std::string_view id;                    ///< the `{id}` of the route's path; empty if it has none
};

/// Nothing: the exchange was answered through its reply already.
using Answer = std::optional<net::HttpResponse>;

}  // namespace dering::api
