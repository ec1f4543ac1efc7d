// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <exception>
#include <memory>
#include <type_traits>

#include "store/store.h"

struct sqlite3;

// What the parts of the store share. Only for its own .cpp files.
namespace dering::store {

class People;

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

/// Takes the write lock at once: what it reads can't be outdated when it writes. Undone unless
/// committed.
class WriteTransaction {
 public:
  explicit WriteTransaction(soci::session& sql) : sql_(sql) { sql_ << "BEGIN IMMEDIATE"; }
  ~WriteTransaction() {
    if (is_committed_) return;
    try {
      sql_ << "ROLLBACK";
    } catch (const std::exception&) {
      // SQLite has rolled back by itself; the first error is the one to report.
    }
  }
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;

  void commit() {
    sql_ << "COMMIT";
    is_committed_ = true;
  }

 private:
  soci::session& sql_;
  bool is_committed_ = false;
};

/// "{columns} FROM users" and the variables they are read into.
inline constexpr std::string_view account_columns =
    "SELECT id, issuer, subject, username, display_name, unit, extension, password_hash, "
    "enabled, role FROM users ";
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
          soci::into(row.enabled), soci::into(row.account.role));
}

inline long long number(directory::UserId user) {
  return static_cast<long long>(user.value);
}

/// The statements that run in bursts stay prepared, bound to the values beside them.
struct Store::Impl {
  explicit Impl(const std::string& file);
  ~Impl();

  soci::session sql;

  directory::StoredBinding binding;
  directory::CallRecord record;
  int hides_caller = 0;  ///< of the record, as SOCI binds it
  /// One stay of the record, as SOCI binds it.
  struct StayRow {
    directory::CallStay value;
    long long place = 0;
    long long leg = 0;
    soci::indicator has_leg = soci::i_null;
    std::string quality;
    int hides = 0;
    int missed = 0;
  };
  StayRow stay;
  /// Of the transaction that goes on; and of those that are written, until they are taken.
  std::vector<directory::CallKept> fresh;
  std::vector<directory::CallKept> kept;
  soci::statement save_binding{sql};
  soci::statement drop_binding{sql};
  soci::statement drop_flow{sql};
  soci::statement save_record{sql};
  soci::statement save_stay{sql};           ///< of the record that was inserted last
  std::unique_ptr<People> external_people;  ///< after prepare()

  void set_up();
  void prepare();
  People& people() { return *external_people; }
  directory::HistoryState history_state(std::string_view extension);
  void write(const SaveBinding& save) {
    binding = save.binding;
    save_binding.execute(true);
  }
  void write(const DropBinding& drop) {
    binding.extension = drop.extension;
    binding.contact_uri = drop.contact_uri;
    if (!drop.flow) {
      drop_binding.execute(true);
      return;
    }
    binding.instance = drop.flow->instance;
    binding.reg_id = drop.flow->reg_id;
    drop_flow.execute(true);
  }
  void write(const SaveCallRecord& save);
  void write(const KeepRefreshToken& keep) {
    const directory::RefreshToken& token = keep.token;
    const long long user = number(token.user);
    sql << "INSERT INTO refresh_tokens (hash, family, user_id, issuer, signed_in_at, expires_at)"
           " VALUES (:hash, :family, :user_id, :issuer, :signed_in_at, :expires_at)",
        soci::use(token.hash), soci::use(token.family), soci::use(user), soci::use(token.issuer),
        soci::use(token.signed_in_at), soci::use(token.expires_at);
  }
  void write(const UseRefreshToken& it) {
    sql << "UPDATE refresh_tokens SET used = 1 WHERE hash = :hash", soci::use(it.hash);
  }
  void write(const SaveMessage& save) {
    const directory::TextMessage& it = save.message;
    const auto id = static_cast<long long>(it.id);
    sql << "INSERT OR REPLACE INTO kept_texts (id, recipient, sender, sender_name, text, sent_at)"
           " VALUES (:id, :recipient, :sender, :sender_name, :text, :sent_at)",
        soci::use(id), soci::use(it.recipient), soci::use(it.sender), soci::use(it.sender_name),
        soci::use(it.text), soci::use(it.sent_at);
  }
  void write(const DropMessage& drop) {
    const auto id = static_cast<long long>(drop.id);
    sql << "DELETE FROM kept_texts WHERE id = :id", soci::use(id);
  }
  void write(const ChangeForwarding& it);
  void write(const RevokeFamily& it) {
    sql << "DELETE FROM refresh_tokens WHERE family = :family", soci::use(it.family);
  }
  /// SQLite's own handle. SOCI includes sqlite3.h inside a namespace of its own, so its name for
  /// the same C type differs.
  ::sqlite3* native() {
    auto* backend = static_cast<soci::sqlite3_session_backend*>(sql.get_backend());
    return reinterpret_cast<::sqlite3*>(backend->conn_);
  }
};

}  // namespace dering::store
