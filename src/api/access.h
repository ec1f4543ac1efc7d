// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "identity/verdict.h"

namespace dering::api {

/// Who may call a route: the least that a caller must be. All but `anyone` need a good bearer token
/// of somebody who is in the directory; no token is enough for `machine`, which is whoever may open
/// the admin socket.
enum class Access : std::uint8_t { anyone, user, supervisor, operator_, admin, machine };
std::string_view name_of(Access access);

/// Whether somebody with these roles may call a route with this rule.
bool is_open_to(Access access, identity::Roles roles);

}  // namespace dering::api
