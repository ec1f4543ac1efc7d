// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "directory/accounts.h"
#include "directory/binding.h"
#include "directory/directory.h"
#include "directory/forwarding.h"
#include "directory/person.h"
#include "directory/records.h"
#include "directory/text_message.h"
#include "store/waiting_writes.h"

namespace dering::store {

using directory::Stored;

/// An account that is not there yet.
struct NewAccount {
  std::string issuer;   ///< empty for the built-in provider
  std::string subject;  ///< unique within the issuer
  std::string username;
  std::string display_name;
  std::string unit;
  std::string extension;  ///< empty: the lowest free one from first_extension
  std::string password_hash;
  std::string role = "user";  ///< one of the words of identity::Role
};
inline constexpr unsigned first_extension = 1001;

/// The SQLite database: users, devices, bindings, call records and refresh tokens. WAL, so that
/// another program may read and add accounts meanwhile. Whatever goes wrong in the database comes
/// back as a sentence for the log. One thread, and calls block.
class Store final : public directory::Records {
 public:
  /// Opens or creates the file and brings its tables up to date. Refused if they are newer than
  /// this program. ":memory:" for tests.
  static Stored<std::unique_ptr<Store>> open(const std::filesystem::path& file);
  ~Store() override;

  /// All of them in one transaction and in that order, or none.
  Stored<void> apply(std::span<const Write> writes);
  /// In that order, now or as soon as the disk has room (see WaitingWrites). `writes` is empty
  /// afterwards.
  void save(std::vector<Write>& writes);
  /// Once a second: writes what waits, if there is room now.
  void on_time();
  /// The calls that were written since the last time, for each of their people. Ten thousand at
  /// most: a program that tells nobody need not take them.
  std::vector<directory::CallKept> take_kept();
  /// What waits for room on the disk, and what was lost since there was none in memory either.
  struct Backlog {
    std::size_t waiting = 0;
    std::size_t lost = 0;
    std::string why = {};  ///< in a sentence; empty if nothing waits
  };
  Backlog backlog() const;

  /// One more than at the last start of a switchboard, 24 bits; see store/node.h.
  Stored<std::uint32_t> next_start();

  /// Enabled users and their devices.
  Stored<directory::DirectorySnapshot> load_directory();
  /// Those that are still alive; the others are dropped.
  Stored<std::vector<directory::StoredBinding>> load_bindings(UnixSeconds now);

  /// Texts that wait for a phone of somebody, in the order in which they were sent.
  Stored<std::vector<directory::TextMessage>> load_messages();

  /// Of all who have one.
  Stored<directory::ForwardingsKept> load_forwardings();

  // -- accounts; see store/accounts.h for the verbs of the command line
  Stored<directory::Account> add_account(const NewAccount& account);
  Stored<std::vector<directory::Account>> accounts();
  /// Of the built-in provider's users; both end their refresh tokens as well. A sentence if there
  /// is no such user.
  Stored<void> set_enabled(std::string_view username, bool enabled);
  Stored<void> set_password(std::string_view username, std::string_view password_hash);
  /// Of a user of the built-in provider; counts from their next token on. `role` is one of the
  /// words of identity::Role. A sentence if there is no such user.
  Stored<void> set_role(std::string_view username, std::string_view role);
  /// Replaces the device of that name if it belongs to the same user.
  Stored<void> put_device(std::string_view username, const directory::DeviceCredential& device);
  /// Of all people, by user name.
  Stored<std::vector<directory::AccountDevice>> devices();
  /// As codec_list() has them; empty: none of its own. A sentence if there is no such device.
  Stored<void> set_codecs(const std::string& device, const std::string& codecs);

  // -- people of external issuers; for a whole population see store/reconciliation.h
  /// Who showed a good token: adds them with a number, or follows what changed. Unless they are
  /// disabled.
  Stored<directory::Provisioned> provision(const directory::Person& person,
                                           const directory::NumberPlan& plan, UnixSeconds now);

  // -- directory::Records
  Stored<std::optional<directory::Account>> account_by_username(std::string_view username) override;
  Stored<std::optional<directory::Account>> account_by_id(directory::UserId user) override;
  Stored<void> keep_refresh_token(const directory::RefreshToken& token) override;
  Stored<std::optional<directory::PresentedToken>> refresh_token(std::string_view hash) override;
  Stored<void> use_refresh_token(const directory::RefreshToken& token) override;
  Stored<bool> has_refresh_token(std::string_view family, UnixSeconds now) override;
  Stored<void> revoke_family(std::string_view family) override;
  Stored<void> drop_refresh_tokens_before(std::int64_t expiry) override;
  Stored<void> drop_used_refresh_tokens() override;
  Stored<std::vector<directory::Device>> devices_of(directory::UserId user) override;
  std::expected<directory::Device, directory::DeviceRefusal> add_device(
      const directory::NewDevice& device) override;
  Stored<bool> remove_device(directory::UserId user, directory::DeviceId device) override;
  /// Some of the oldest calls that began before then; how many they were. To be called again while
  /// it is more than none.
  Stored<std::size_t> drop_calls_before(UnixSeconds start);
  Stored<std::vector<directory::KeptCall>> calls_of(
      std::string_view extension, std::uint64_t before, std::uint32_t limit,
      directory::WhichCalls which = directory::WhichCalls::all) override;
  Stored<directory::HistoryState> history_state(std::string_view extension) override;
  Stored<directory::HistoryState> see_calls(std::string_view extension,
                                            std::uint64_t until) override;

 private:
  friend class Reconciliation;
  friend class PlanVersions;
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  Attempt attempt(std::span<const Write> writes);
  /// Success as well if it waits for room.
  Stored<void> save_one(Write write, std::string_view what);

  std::unique_ptr<Impl> impl_;
  WaitingWrites waiting_;
};

}  // namespace dering::store
