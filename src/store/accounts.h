// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/random.h"
#include "directory/accounts.h"
#include "store/store.h"

namespace dering::store {

/// The accounts of a store: checks what a person typed and makes what the store keeps.
class AccountBook final : public directory::Accounts {
 public:
  AccountBook(Store& store, Random& random) : store_(store), random_(random) {}

  Stored<directory::AddedAccount> add(const directory::AccountRequest& request) override;
  Stored<std::vector<directory::Account>> list() override;
  Stored<std::string> change_password(std::string_view username,
                                      std::string_view password) override;
  /// Counts from the person's next token on, five minutes at most.
  Stored<void> change_role(std::string_view username, std::string_view role) override;
  Stored<void> set_enabled(std::string_view username, bool enabled) override;
  Stored<std::string> put_device(const directory::DeviceRequest& request) override;
  Stored<std::vector<directory::AccountDevice>> devices() override;
  Stored<void> set_codecs(std::string_view device, std::span<const std::string> codecs) override;

 private:
  Store& store_;
  Random& random_;
};

/// A password that can be read out: 16 characters without look-alikes, 80 bits.
std::string readable_password(Random& random);

}  // namespace dering::store
