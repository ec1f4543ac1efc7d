// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <exception>
#include <type_traits>

#include "store/store.h"

struct sqlite3;

// What the parts of the store share. Only for its own .cpp files.
namespace dering::store {

/// SOCI throws; nothing above this folder does. Runs `work` and turns what it throws into a
/// sentence.
template <class Work>
auto guarded(std::string_view what, Work work) -> std::invoke_result_t<Work> {
  try {
    return work();
  } catch (const std::exception& thrown) {
    return std::unexpected(fmt::format("{}: {}", what, thrown.what()));
  }
}

/// "{columns} FROM users" and the variables they are read into.
inline constexpr std::string_view account_columns =
    "SELECT id, issuer, subject, username, display_name, unit, extension, password_hash, enabled "
    "FROM users ";
struct AccountRow {
  long long id = 0;
  int enabled = 0;
  directory::Account account;

  directory::Account value() const {
    directory::Account whole = account;
    whole.user.id = directory::UserId{static_cast<std::uint64_t>(id)};
    whole.enabled = enabled != 0;
    return whole;
  }
};

/// Adds the targets of account_columns to a statement that is being prepared.
template <class Prepared>
auto reading(Prepared&& prepared, AccountRow& row) {
  directory::User& user = row.account.user;
  return (prepared, soci::into(row.id), soci::into(user.issuer), soci::into(user.subject),
          soci::into(user.username), soci::into(user.display_name), soci::into(user.unit),
          soci::into(user.extension), soci::into(row.account.password_hash),
          soci::into(row.enabled));
}

inline long long number(directory::UserId user) {
  return static_cast<long long>(user.value);
}

/// The statements that run in bursts stay prepared, bound to the values beside them.
struct Store::Impl {
  explicit Impl(const std::string& file) : sql(soci::sqlite3, "dbname=\"" + file + "\"") {}

  soci::session sql;

  directory::StoredBinding binding;
  directory::CallRecord record;
  soci::statement save_binding{sql};
  soci::statement drop_binding{sql};
  soci::statement save_record{sql};

  void set_up();
  void prepare();
  void write(const SaveBinding& save) {
    binding = save.binding;
    save_binding.execute(true);
  }
  void write(const DropBinding& drop) {
    binding.extension = drop.extension;
    binding.contact_uri = drop.contact_uri;
    drop_binding.execute(true);
  }
  void write(const SaveCallRecord& save) {
    record = save.record;
    save_record.execute(true);
  }
  /// SQLite's own handle. SOCI includes sqlite3.h inside a namespace of its own, so its name for
  /// the same C type differs.
  ::sqlite3* native() {
    auto* backend = static_cast<soci::sqlite3_session_backend*>(sql.get_backend());
    return reinterpret_cast<::sqlite3*>(backend->conn_);
  }
};

}  // namespace dering::store
