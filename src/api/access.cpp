// SPDX-License-Identifier: Apache-2.0
#include "api/access.h"

namespace dering::api {

using identity::Role;

std::string_view name_of(Access access) {
  switch (access) {
    case Access::anyone:
      return "anyone";
    case Access::user:
      return name_of(Role::user);
    case Access::supervisor:
      return name_of(Role::supervisor);
    case Access::operator_:
      return name_of(Role::operator_);
    case Access::admin:
      return name_of(Role::admin);
    case Access::machine:
      return "machine";
  }
  return "";
}

bool is_open_to(Access access, identity::Roles roles) {
  switch (access) {
    case Access::anyone:
      return true;
    case Access::user:
      return roles.may(Role::user);
    case Access::supervisor:
      return roles.may(Role::supervisor);
    case Access::operator_:
      return roles.may(Role::operator_);
    case Access::admin:
      return roles.may(Role::admin);
    case Access::machine:
      return false;
  }
  return false;
}

}  // namespace dering::api
