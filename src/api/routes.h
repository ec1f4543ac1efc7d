// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "api/exchange.h"
#include "api/oidc/provider.h"
#include "api/phone_api.h"

namespace dering::api {

/// The two halves of the API.
struct Parts {
  PhoneApi phone;
  oidc::Provider provider;
};

/// Who may call a route.
enum class Role : std::uint8_t {
  anyone,
  user,  ///< a good bearer token of somebody who has an extension
};

/// One line of the table of all that the API does. It has no default constructor, so that a route
/// without a role does not compile.
struct Route {
  using Act = Answer (*)(Parts&, const Exchange&);

  constexpr Route(std::string_view route_method, std::string_view route_path, Role route_role,
                  Act route_act)
      : method(route_method), path(route_path), role(route_role), act(route_act) {}

  std::string_view method;
  std::string_view path;
  Role role;
  Act act;
};

std::span<const Route> routes();

}  // namespace dering::api
