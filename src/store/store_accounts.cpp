// SPDX-License-Identifier: Apache-2.0
#include "store/parts.h"
#include "store/store.h"

namespace dering::store {

using directory::Account;
using directory::DeviceCredential;
using directory::UserId;
using soci::into;
using soci::use;

namespace {

std::string next_free_extension(soci::session& sql) {
  const unsigned first = first_extension;
  std::string extension;
  sql << "SELECT CAST(e AS TEXT) FROM (SELECT :first AS e UNION"
         " SELECT CAST(extension AS INTEGER) + 1 FROM users)"
         " WHERE e >= :first AND CAST(e AS TEXT) NOT IN (SELECT extension FROM users)"
         " ORDER BY e LIMIT 1",
      use(first, "first"), into(extension);
  return extension;
}

/// What a person can do something about is said before SQLite refuses it in its own words.
std::optional<std::string> conflict(soci::session& sql, const NewAccount& account) {
  int taken = 0;
  sql << "SELECT count(*) FROM users WHERE issuer = :issuer AND username = :username",
      use(account.issuer), use(account.username), into(taken);
  if (taken > 0) return fmt::format("there is already a user {}", account.username);
  sql << "SELECT count(*) FROM users WHERE extension = :extension", use(account.extension),
      into(taken);
  if (taken > 0) return fmt::format("extension {} is taken", account.extension);
  return std::nullopt;
}

void drop_refresh_tokens_of(soci::session& sql, std::string_view username) {
  const std::string name(username);
  sql << "DELETE FROM refresh_tokens WHERE user_id IN"
         " (SELECT id FROM users WHERE issuer = '' AND username = :username)",
      use(name);
}

}  // namespace

Stored<Account> Store::add_account(const NewAccount& account) {
  return guarded("the account can't be added", [&]() -> Stored<Account> {
    soci::session& sql = impl_->sql;
    WriteTransaction transaction(sql);
    NewAccount whole = account;
    if (whole.extension.empty()) whole.extension = next_free_extension(sql);
    if (auto problem = conflict(sql, whole)) return std::unexpected(*problem);
    sql << "INSERT INTO users (issuer, subject, username, display_name, unit, extension,"
           " password_hash, enabled, created_at, role) VALUES (:issuer, :subject, :username,"
           " :display_name, :unit, :extension, :password_hash, 1, unixepoch(), :role)",
        use(whole.issuer), use(whole.subject), use(whole.username), use(whole.display_name),
        use(whole.unit), use(whole.extension), use(whole.password_hash), use(whole.role);
    long long id = 0;
    sql << "SELECT last_insert_rowid()", into(id);
    transaction.commit();
    auto added = account_by_id(UserId{static_cast<std::uint64_t>(id)});
    if (!added) return std::unexpected(added.error());
    return added->value();
  });
}

Stored<std::vector<Account>> Store::accounts() {
  return guarded("the accounts can't be read", [&]() -> Stored<std::vector<Account>> {
    std::vector<Account> all;
    AccountRow row;
    soci::statement query =
        reading((impl_->sql.prepare << account_columns << "ORDER BY username"), row);
    query.execute();
    while (query.fetch()) all.push_back(row.value());
    return all;
  });
}

Stored<void> Store::set_enabled(std::string_view username, bool enabled) {
  return guarded("the account can't be changed", [&]() -> Stored<void> {
    const std::string name(username);
    const int value = enabled ? 1 : 0;
    WriteTransaction transaction(impl_->sql);
    soci::statement update =
        (impl_->sql.prepare
             << "UPDATE users SET enabled = :enabled WHERE issuer = '' AND username = :username",
         use(value), use(name));
    update.execute(true);
    if (update.get_affected_rows() == 0) {
      return std::unexpected(fmt::format("there is no user {}", name));
    }
    drop_refresh_tokens_of(impl_->sql, username);
    transaction.commit();
    return {};
  });
}

Stored<void> Store::set_password(std::string_view username, std::string_view password_hash) {
  return guarded("the password can't be changed", [&]() -> Stored<void> {
    const std::string name(username);
    const std::string hash(password_hash);
    WriteTransaction transaction(impl_->sql);
    soci::statement update =
        (impl_->sql.prepare
             << "UPDATE users SET password_hash = :hash WHERE issuer = '' AND username = :username",
         use(hash), use(name));
    update.execute(true);
    if (update.get_affected_rows() == 0) {
      return std::unexpected(fmt::format("there is no user {}", name));
    }
    drop_refresh_tokens_of(impl_->sql, username);
    transaction.commit();
    return {};
  });
}

Stored<void> Store::set_role(std::string_view username, std::string_view role) {
  return guarded("the role can't be changed", [&]() -> Stored<void> {
    const std::string name(username);
    const std::string word(role);
    soci::statement update =
        (impl_->sql.prepare
             << "UPDATE users SET role = :role WHERE issuer = '' AND username = :username",
         use(word), use(name));
    update.execute(true);
    if (update.get_affected_rows() == 0) {
      return std::unexpected(fmt::format("there is no user {}", name));
    }
    return {};
  });
}

Stored<std::optional<Account>> Store::account_by_username(std::string_view username) {
  return guarded("the account can't be read", [&]() -> Stored<std::optional<Account>> {
    const std::string name(username);
    AccountRow row;
    soci::statement query = reading(
        (impl_->sql.prepare << account_columns << "WHERE issuer = '' AND username = :username",
         use(name)),
        row);
    if (!query.execute(true)) return std::nullopt;
    return row.value();
  });
}

Stored<std::optional<Account>> Store::account_by_id(UserId user) {
  return guarded("the account can't be read", [&]() -> Stored<std::optional<Account>> {
    const long long id = number(user);
    AccountRow row;
    soci::statement query =
        reading((impl_->sql.prepare << account_columns << "WHERE id = :id", use(id)), row);
    if (!query.execute(true)) return std::nullopt;
    return row.value();
  });
}

}  // namespace dering::store
