// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "directory/history.h"
#include "store/migrations.h"
#include "store/parts.h"
#include "store/people.h"

namespace dering::store {

namespace {

/// Whether the same write may do later (https://www.sqlite.org/rescode.html).
bool is_about_the_disk(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return true;
    default:
      return false;
  }
}

/// Whoever is told of no more asks again when they open their history.
constexpr std::size_t most_told = 10'000;

/// What SQLite does not say of a file that it can't use: whether its disk is full.
std::string room_beside(const std::filesystem::path& file) {
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::absolute(file).parent_path(), error);
  constexpr std::uintmax_t too_little = 1024 * 1024;
  if (error || space.available >= too_little) return "";
  return fmt::format(" (its disk has {} KiB left)", space.available / 1024);
}

void keep_stays(directory::CallRecord& record) {
  const std::size_t all = record.stays.size();
  record.stays = directory::kept_stays(record);
  if (all < directory::most_stays) return;
  const auto kept = std::ranges::count_if(record.stays, [](const auto& it) { return it.leg != 0; });
  if (static_cast<std::size_t>(kept) == all) return;
  log::warning("call {}: {} phones took part, the record names {} of them", record.call_id, all,
               kept);
}

}  // namespace

using directory::DeviceCredential;
using directory::StoredBinding;
using directory::User;
using soci::into;
using soci::use;

Store::Impl::Impl(const std::string& file) : sql(soci::sqlite3, "dbname=\"" + file + "\"") {}
Store::Impl::~Impl() = default;

void Store::Impl::set_up() {
  sql << "PRAGMA busy_timeout = 5000";
  sql << "PRAGMA journal_mode = WAL";
  sql << "PRAGMA synchronous = NORMAL";
  sql << "PRAGMA foreign_keys = ON";
}

void Store::Impl::prepare() {
  save_binding =
      (sql.prepare << "INSERT OR REPLACE INTO bindings (extension, contact_uri, instance, reg_id,"
                      " call_id, cseq, transport, remote, local, user_agent, expires_at, path,"
                      " device) VALUES (:extension, :contact_uri, :instance, :reg_id, :call_id,"
                      " :cseq, :transport, :remote, :local, :user_agent, :expires_at, :path,"
                      " :device)",
       use(binding.extension), use(binding.contact_uri), use(binding.instance), use(binding.reg_id),
       use(binding.call_id), use(binding.cseq), use(binding.transport), use(binding.remote),
       use(binding.local), use(binding.user_agent), use(binding.expires_at), use(binding.path),
       use(binding.device));
  drop_binding = (sql.prepare << "DELETE FROM bindings"
                                 " WHERE extension = :extension AND contact_uri = :contact_uri",
                  use(binding.extension), use(binding.contact_uri));
  drop_flow = (sql.prepare << "DELETE FROM bindings"
                              " WHERE extension = :extension AND contact_uri = :contact_uri"
                              " AND instance = :instance AND reg_id = :reg_id",
               use(binding.extension), use(binding.contact_uri), use(binding.instance),
               use(binding.reg_id));
  save_record =
      (sql.prepare << "INSERT INTO call_records"
                      " (call_id, caller, callee, started_at, duration_ms, outcome,"
                      " hides_caller) VALUES (:call_id, :caller, :callee, :started_at,"
                      " :duration_ms, :outcome, :hides_caller) ON CONFLICT (call_id) DO NOTHING",
       use(record.call_id), use(record.caller), use(record.callee), use(record.started_at),
       use(record.duration_ms), use(record.outcome), use(hides_caller));
  // The table of stays has no row ids of its own, so the last one is the record's.
  save_stay =
      (sql.prepare << "INSERT INTO call_legs (call, place, leg, person, role, why, began_at,"
                      " ended_at, outcome, quality, hides, missed, brought_by, sent_by, sent_to)"
                      " VALUES (last_insert_rowid(), :place, :leg, :person, :role, :why,"
                      " :began_at, :ended_at, :outcome, :quality, :hides, :missed, :brought_by,"
                      " :sent_by, :sent_to)",
       use(stay.place), use(stay.leg, stay.has_leg), use(stay.value.person), use(stay.value.role),
       use(stay.value.why), use(stay.value.from), use(stay.value.to), use(stay.value.outcome),
       use(stay.quality), use(stay.hides), use(stay.missed), use(stay.value.brought_by),
       use(stay.value.sent_by), use(stay.value.sent_to));
  external_people = std::make_unique<People>(sql);
}

Store::Store(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)),
      waiting_([this](std::span<const Write> writes) { return attempt(writes); }) {}
Store::~Store() = default;

Stored<std::unique_ptr<Store>> Store::open(const std::filesystem::path& file) {
  const std::string what = fmt::format("the database {} can't be opened", file.string());
  auto opened = guarded(what, [&]() -> Stored<std::unique_ptr<Store>> {
    auto impl = std::make_unique<Impl>(file.string());
    impl->set_up();
    if (file != ":memory:") {
      using std::filesystem::perms;
      std::filesystem::permissions(file, perms::owner_read | perms::owner_write);
    }
    if (auto done = migrate(impl->native(), migrations()); !done) {
      return std::unexpected(fmt::format("{}: {}", what, done.error()));
    }
    impl->prepare();
    return std::unique_ptr<Store>(new Store(std::move(impl)));
  });
  if (!opened) opened.error() += room_beside(file);
  return opened;
}

// ---- writes -------------------------------------------------------------------------------------

Stored<void> Store::apply(std::span<const Write> writes) {
  const Attempt done = attempt(writes);
  if (done.result == Attempt::Result::done) return {};
  return std::unexpected("nothing was written: " + done.why);
}

Attempt Store::attempt(std::span<const Write> writes) {
  impl_->fresh.clear();
  try {
    WriteTransaction transaction(impl_->sql);
    for (const Write& write : writes) {
      std::visit([&](const auto& one) { impl_->write(one); }, write);
    }
    transaction.commit();
    const std::size_t room = most_told - std::min(most_told, impl_->kept.size());
    const auto told = static_cast<std::ptrdiff_t>(std::min(room, impl_->fresh.size()));
    std::move(impl_->fresh.begin(), impl_->fresh.begin() + told, std::back_inserter(impl_->kept));
    return {};
  } catch (const soci::sqlite3_soci_error& thrown) {
    const bool may_do_later = is_about_the_disk(thrown.result());
    return {may_do_later ? Attempt::Result::no_room : Attempt::Result::refused, thrown.what()};
  } catch (const std::exception& thrown) {
    return {Attempt::Result::refused, thrown.what()};
  }
}

void Store::save(std::vector<Write>& writes) {
  for (Write& write : writes) {
    // Before it may wait in memory: no record is larger than what is kept of it.
    if (auto* call = std::get_if<SaveCallRecord>(&write)) keep_stays(call->record);
    waiting_.add(std::move(write));
  }
  writes.clear();
  waiting_.flush();
  for (const std::string& why : waiting_.take_refusals()) {
    log::error("a change could not be saved: {}", why);
  }
}

std::vector<directory::CallKept> Store::take_kept() {
  return std::exchange(impl_->kept, {});
}

void Store::on_time() {
  std::vector<Write> none;
  if (waiting_.waiting() > 0) save(none);
}

Stored<void> Store::save_one(Write write, std::string_view what) {
  if (!waiting_.add(std::move(write))) {
    return std::unexpected(fmt::format("{}: {}", what, waiting_.obstacle()));
  }
  waiting_.flush();
  const auto refusals = waiting_.take_refusals();
  if (refusals.empty()) return {};
  return std::unexpected(fmt::format("{}: {}", what, refusals.back()));
}

Store::Backlog Store::backlog() const {
  return {waiting_.waiting(), waiting_.lost(), waiting_.obstacle()};
}

// ---- what the switchboard starts from -----------------------------------------------------------

Stored<directory::DirectorySnapshot> Store::load_directory() {
  return guarded("the directory can't be read", [&]() -> Stored<directory::DirectorySnapshot> {
    std::vector<User> users;
    AccountRow row;
    soci::statement people = reading(
        (impl_->sql.prepare << account_columns << "WHERE enabled = 1 ORDER BY display_name, id"),
        row);
    people.execute();
    while (people.fetch()) users.push_back(row.value().user);

    std::vector<DeviceCredential> devices;
    DeviceCredential device;
    soci::statement phones =
        (impl_->sql.prepare << "SELECT d.username, u.extension, d.ha1_md5, d.ha1_sha256, d.codecs"
                               " FROM device_credentials d JOIN users u ON u.id = d.user_id"
                               " WHERE u.enabled = 1 ORDER BY d.username",
         into(device.username), into(device.extension), into(device.ha1_md5),
         into(device.ha1_sha256), into(device.codecs));
    phones.execute();
    while (phones.fetch()) devices.push_back(device);
    return std::make_shared<const directory::Directory>(std::move(users), std::move(devices));
  });
}

Stored<std::vector<StoredBinding>> Store::load_bindings(UnixSeconds now) {
  return guarded("the bindings can't be read", [&]() -> Stored<std::vector<StoredBinding>> {
    const long long alive_after = now.count();
    impl_->sql << "DELETE FROM bindings WHERE expires_at <= :now", use(alive_after);
    std::vector<StoredBinding> bindings;
    StoredBinding one;
    soci::statement query =
        (impl_->sql.prepare
             << "SELECT extension, contact_uri, instance, reg_id, call_id, cseq,"
                " transport, remote, local, user_agent, expires_at, path, device FROM bindings",
         into(one.extension), into(one.contact_uri), into(one.instance), into(one.reg_id),
         into(one.call_id), into(one.cseq), into(one.transport), into(one.remote), into(one.local),
         into(one.user_agent), into(one.expires_at), into(one.path), into(one.device));
    query.execute();
    while (query.fetch()) bindings.push_back(one);
    return bindings;
  });
}

Stored<std::vector<directory::TextMessage>> Store::load_messages() {
  using Messages = std::vector<directory::TextMessage>;
  return guarded("the texts that wait can't be read", [&]() -> Stored<Messages> {
    Messages messages;
    directory::TextMessage one;
    long long id = 0;
    soci::statement query =
        (impl_->sql.prepare << "SELECT id, recipient, sender, sender_name, text, sent_at"
                               " FROM kept_texts ORDER BY sent_at, id",
         into(id), into(one.recipient), into(one.sender), into(one.sender_name), into(one.text),
         into(one.sent_at));
    query.execute();
    while (query.fetch()) {
      one.id = static_cast<std::uint64_t>(id);
      messages.push_back(one);
    }
    return messages;
  });
}

}  // namespace dering::store
