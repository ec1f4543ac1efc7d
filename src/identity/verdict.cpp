// SPDX-License-Identifier: Apache-2.0
#include "identity/verdict.h"

#include <array>

namespace dering::identity {
namespace {

constexpr std::array all_roles{Role::user, Role::supervisor, Role::operator_, Role::admin};

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::user:
      return "user";
    case Role::supervisor:
      return "supervisor";
    case Role::operator_:
      return "operator";
    case Role::admin:
      return "admin";
  }
  return "";
}

std::optional<Role> role_named(std::string_view name) {
  for (const Role role : all_roles) {
    if (name_of(role) == name) return role;
  }
  return std::nullopt;
}

std::vector<Role> Roles::allowed() const {
  std::vector<Role> roles;
  for (const Role role : all_roles) {
    if (may(role)) roles.push_back(role);
  }
  return roles;
}

}  // namespace dering::identity
