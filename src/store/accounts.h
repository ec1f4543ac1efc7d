// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "store/store.h"

// The verbs behind `dering account …`: they check what a person typed and make what the store
// keeps. Errors are sentences for that person.
namespace dering::store {

struct AccountRequest {
  std::string username;  ///< letters, digits, '.', '_', '-' and '@'; kept in lower case
  std::string display_name;
  std::string unit;
  std::string extension;  ///< empty: the next free one
  std::string password;
  std::string role = "user";  ///< user, supervisor, operator or admin
};

Stored<directory::Account> add_account(Store& store, const AccountRequest& request, Random& random);

Stored<void> change_password(Store& store, std::string_view username, std::string_view password,
                             Random& random);

/// Counts from the person's next token on, five minutes at most.
Stored<void> change_role(Store& store, std::string_view username, std::string_view role);

struct DeviceRequest {
  std::string username;     ///< of the user it belongs to
  std::string device_name;  ///< what the desk phone gives as its user name
  std::string password;
  std::string realm;
  bool md5_only = false;  ///< without effect: every device knows both algorithms
};
Stored<void> add_device(Store& store, const DeviceRequest& request);

/// A password that can be read out: 16 characters without look-alikes, 80 bits.
std::string readable_password(Random& random);

}  // namespace dering::store
