// SPDX-License-Identifier: Apache-2.0
#include "store/parts.h"
#include "store/store.h"

namespace dering::store {

using directory::Device;
using directory::DeviceCredential;
using directory::DeviceId;
using directory::DeviceRefusal;
using directory::NewDevice;
using directory::UserId;
using soci::into;
using soci::use;

namespace {

std::string algorithm_of(std::string_view ha1_sha256) {
  return ha1_sha256.empty() ? "MD5" : "SHA-256";
}

std::optional<DeviceRefusal> refusal(soci::session& sql, const NewDevice& device) {
  using Reason = DeviceRefusal::Reason;
  const long long user = number(device.user);
  long long users = 0;
  long long devices = 0;
  long long taken = 0;
  sql << "SELECT (SELECT count(*) FROM users WHERE id = :user),"
         " (SELECT count(*) FROM device_credentials WHERE user_id = :user),"
         " (SELECT count(*) FROM device_credentials WHERE username = :username)",
      use(user, "user"), use(device.username, "username"), into(users), into(devices), into(taken);
  if (users == 0) return DeviceRefusal{Reason::no_such_user, "there is no such user"};
  if (devices >= static_cast<long long>(directory::most_devices)) {
    return DeviceRefusal{Reason::too_many, fmt::format("the user has {} devices", devices)};
  }
  if (taken > 0) {
    return DeviceRefusal{Reason::name_taken,
                         fmt::format("the device name {} is taken", device.username)};
  }
  return std::nullopt;
}

}  // namespace

Stored<void> Store::put_device(std::string_view username, const DeviceCredential& device) {
  return guarded("the device can't be added", [&]() -> Stored<void> {
    const auto account = account_by_username(username);
    if (!account) return std::unexpected(account.error());
    if (!*account) return std::unexpected(fmt::format("there is no user {}", username));
    const std::string algorithm = algorithm_of(device.ha1_sha256);
    const long long user = number((*account)->user.id);
    soci::statement insert =
        (impl_->sql.prepare << "INSERT INTO device_credentials (user_id, username, label,"
                               " algorithm, ha1_md5, ha1_sha256, created_at) VALUES (:user,"
                               " :username, :username, :algorithm, :md5, :sha256, unixepoch())"
                               " ON CONFLICT (username) DO UPDATE SET algorithm ="
                               " excluded.algorithm, ha1_md5 = excluded.ha1_md5, ha1_sha256 ="
                               " excluded.ha1_sha256 WHERE user_id = excluded.user_id",
         use(user, "user"), use(device.username, "username"), use(algorithm, "algorithm"),
         use(device.ha1_md5, "md5"), use(device.ha1_sha256, "sha256"));
    insert.execute(true);
    if (insert.get_affected_rows() == 0) {
      return std::unexpected(
          fmt::format("the device name {} belongs to another user", device.username));
    }
    return {};
  });
}

Stored<std::vector<directory::AccountDevice>> Store::devices() {
  using Devices = std::vector<directory::AccountDevice>;
  return guarded("the devices can't be read", [&]() -> Stored<Devices> {
    Devices devices;
    directory::AccountDevice one;
    soci::statement query =
        (impl_->sql.prepare << "SELECT d.username, u.username, u.extension, d.label, d.codecs"
                               " FROM device_credentials d JOIN users u ON u.id = d.user_id"
                               " ORDER BY d.username",
         into(one.username), into(one.account), into(one.extension), into(one.label),
         into(one.codecs));
    query.execute();
    while (query.fetch()) devices.push_back(one);
    return devices;
  });
}

Stored<void> Store::set_codecs(const std::string& device, const std::string& codecs) {
  return guarded("the codecs can't be changed", [&]() -> Stored<void> {
    soci::statement update = (impl_->sql.prepare << "UPDATE device_credentials"
                                                    " SET codecs = :codecs WHERE username = :name",
                              use(codecs, "codecs"), use(device, "name"));
    update.execute(true);
    if (update.get_affected_rows() > 0) return {};
    return std::unexpected(fmt::format("there is no device {}", device));
  });
}

Stored<std::vector<Device>> Store::devices_of(UserId user) {
  return guarded("the devices can't be read", [&]() -> Stored<std::vector<Device>> {
    const long long whose = number(user);
    long long id = 0;
    int renew = 0;
    Device one;
    one.user = user;
    soci::statement query =
        (impl_->sql.prepare << "SELECT id, label, username, algorithm, created_at,"
                               " ha1_md5 = '' OR ha1_sha256 = '', codecs"
                               " FROM device_credentials WHERE user_id = :user ORDER BY id",
         use(whose), into(id), into(one.label), into(one.username), into(one.algorithm),
         into(one.created_at), into(renew), into(one.codecs));
    query.execute();
    std::vector<Device> devices;
    while (query.fetch()) {
      one.id = DeviceId{static_cast<std::uint64_t>(id)};
      one.renew = renew != 0;
      devices.push_back(one);
    }
    return devices;
  });
}

std::expected<Device, DeviceRefusal> Store::add_device(const NewDevice& device) {
  using Verdict = std::expected<Device, DeviceRefusal>;
  const auto added = guarded("the device can't be added", [&]() -> Stored<Verdict> {
    soci::session& sql = impl_->sql;
    WriteTransaction transaction(sql);
    if (auto why = refusal(sql, device)) return Verdict(std::unexpected(*why));
    const long long user = number(device.user);
    const std::string algorithm = algorithm_of(device.ha1_sha256);
    long long id = 0;
    sql << "INSERT INTO device_credentials (user_id, username, label, algorithm, ha1_md5,"
           " ha1_sha256, created_at) VALUES (:user, :username, :label, :algorithm, :md5, :sha256,"
           " :created_at) RETURNING id",
        use(user), use(device.username), use(device.label), use(algorithm), use(device.ha1_md5),
        use(device.ha1_sha256), use(device.created_at), into(id);
    transaction.commit();
    return Device{DeviceId{static_cast<std::uint64_t>(id)},
                  device.user,
                  device.label,
                  device.username,
                  algorithm,
                  device.created_at,
                  device.ha1_md5.empty() || device.ha1_sha256.empty()};
  });
  if (added) return *added;
  return std::unexpected(DeviceRefusal{DeviceRefusal::Reason::store_failed, added.error()});
}

Stored<bool> Store::remove_device(UserId user, DeviceId device) {
  return guarded("the device can't be removed", [&]() -> Stored<bool> {
    const long long whose = number(user);
    const auto id = static_cast<long long>(device.value);
    soci::statement query = (impl_->sql.prepare << "DELETE FROM device_credentials"
                                                   " WHERE id = :id AND user_id = :user",
                             use(id), use(whose));
    query.execute(true);
    return query.get_affected_rows() > 0;
  });
}

}  // namespace dering::store
