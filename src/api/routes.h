// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "api/access.h"
#include "api/exchange.h"

namespace dering::api {

struct Parts;

/// One line of the table of all that the API does. It has no default constructor, so that a route
/// that does not say who may call it does not compile.
struct Route {
  using Act = Answer (*)(Parts&, const Exchange&);

  constexpr Route(std::string_view route_method, std::string_view route_path, Access route_access,
                  Act route_act)
      : method(route_method), path(route_path), access(route_access), act(route_act) {}

  /// The `{id}` of a path that ends in one, empty for other paths; nothing if the path of the
  /// request is not this route's.
  std::optional<std::string_view> id_in(std::string_view request_path) const;

  std::string_view method;
  std::string_view path;  ///< may end in "/{id}": one segment, whatever it is
  Access access;
  Act act;
};

std::span<const Route> routes();

}  // namespace dering::api
