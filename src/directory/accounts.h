// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/records.h"

namespace dering::directory {

/// Somebody new for the built-in provider, as an administrator typed it.
struct AccountRequest {
  std::string username;  ///< letters, digits, '.', '_', '-' and '@'; kept in lower case
  std::string display_name;
  std::string unit;
  std::string extension;      ///< empty: the next free one
  std::string password;       ///< empty: one is made up
  std::string role = "user";  ///< user, supervisor, operator or admin
};

/// What lets a desk phone sign in, as an administrator typed it.
struct DeviceRequest {
  std::string username;     ///< of the user it belongs to
  std::string device_name;  ///< what the desk phone gives as its user name
  std::string password;     ///< empty: one is made up
  std::string realm;
  bool md5_only = false;  ///< without effect: every device knows both algorithms
};

/// An account that was added. A password that was made up is told this once.
struct AddedAccount {
  User user;
  std::string made_up_password;  ///< empty: it was typed
};

/// A desk phone and whose it is.
struct AccountDevice {
  std::string username;   ///< what the phone signs in as
  std::string account;    ///< user name of the person
  std::string extension;  ///< of the same
  std::string label;
  std::string codecs;  ///< its own, as codec_list() has them; empty: those of its kind

  bool operator==(const AccountDevice&) const = default;
};

/// What administrators do with accounts, by the command line or by the API. Errors are sentences
/// for the person who typed. Worker thread, or the only thread of a command; calls block.
class Accounts {
 public:
  virtual ~Accounts() = default;

  virtual Stored<AddedAccount> add(const AccountRequest& request) = 0;
  /// By user name.
  virtual Stored<std::vector<Account>> list() = 0;
  /// Empty: one is made up. Gives that one, or nothing if it was typed.
  virtual Stored<std::string> change_password(std::string_view username,
                                              std::string_view password) = 0;
  virtual Stored<void> change_role(std::string_view username, std::string_view role) = 0;
  virtual Stored<void> set_enabled(std::string_view username, bool enabled) = 0;
  /// Replaces the device of that name if it belongs to the same user. Gives the password if it was
  /// made up.
  virtual Stored<std::string> put_device(const DeviceRequest& request) = 0;
  /// All desk phones, by user name.
  virtual Stored<std::vector<AccountDevice>> devices() = 0;
  /// What that desk phone is offered and what of its codecs is taken, best first, from its next
  /// call on. None: what all of its kind have.
  virtual Stored<void> set_codecs(std::string_view device, std::span<const std::string> codecs) = 0;
};

}  // namespace dering::directory
