// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "api/shown_token.h"
#include "base/instant.h"
#include "directory/directory.h"
#include "identity/verdict.h"
#include "net/http_message.h"

namespace dering::api {

/// One request on its way through the API.
struct Exchange {
  const net::HttpRequest& request;
  std::unique_ptr<net::HttpReply>& reply;  ///< whoever answers later takes it
  const ShownToken& shown;
  UnixSeconds now;
  directory::DirectorySnapshot directory;
  identity::TokenClaims claims;           ///< empty on routes for anyone
  const directory::User* user = nullptr;  ///< in `directory`; never null on routes for users
  std::string_view id;                    ///< the `{id}` of the route's path; empty if it has none
};

/// Nothing: the exchange was answered through its reply already, or will be.
using Answer = std::optional<net::HttpResponse>;

}  // namespace dering::api
