// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "api/routes.h"

namespace dering::api {

/// The OpenAPI 3.1 document: `shapes` (openapi.json, which says nothing about who may call what)
/// with the rule of its route on each operation, as `x-dering-access`, `security` and the answers
/// 401 and 403. A sentence if an operation has no route or a route no operation: the build runs
/// this and stops there.
std::expected<std::string, std::string> described(std::string_view shapes,
                                                  std::span<const Route> routes);

/// The document of this server.
const std::string& openapi_document();
/// openapi.json as it was written.
std::string_view openapi_shapes();

}  // namespace dering::api
