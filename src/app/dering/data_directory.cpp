// SPDX-License-Identifier: Apache-2.0
#include "app/dering/data_directory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>

#include "app/dering/own_addresses.h"
#include "base/random.h"
#include "net/certificate.h"
#include "net/clock.h"
#include "net/local_socket.h"
#include "store/accounts.h"
#include "store/key_file.h"
#include "store/store.h"

namespace dering::app {
namespace {

namespace fs = std::filesystem;

using Fault = std::optional<std::string>;

/// Before the end of a certificate of our own another one is made.
constexpr std::chrono::days renewal_time{90};

Fault write_private_file(const fs::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary);
  std::error_code error;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
  out << text;
  out.close();
  if (!out || error) return fmt::format("the file {} could not be written.", file.string());
  return std::nullopt;
}

std::string host_name(const Config& config) {
  return config.host.empty() ? own_host_name() : config.host;
}

Fault write_pair(const net::KeyPair& pair, const fs::path& certificate, const fs::path& key) {
  if (auto fault = write_private_file(key, pair.key)) return fault;
  return write_private_file(certificate, pair.certificate);
}

Fault make_certificate(const net::KeyPair& authority, const Config& config,
                       const DataPaths& paths) {
  const std::array<std::string, 2> hosts{host_name(config), "localhost"};
  const auto addresses = own_addresses();
  const auto pair = net::issue_certificate(authority, {hosts, addresses}, net::wall_clock());
  if (!pair) return pair.error();
  return write_pair(*pair, paths.certificate, paths.certificate_key);
}

Fault make_certificates(const Config& config, const DataPaths& paths) {
  constexpr std::size_t longest_name = 64;  // RFC 5280: ub-common-name
  const std::string name = ("Dering of " + host_name(config)).substr(0, longest_name);
  const auto authority = net::make_authority(name, net::wall_clock());
  if (!authority) return authority.error();
  if (auto fault = write_pair(*authority, paths.authority, paths.authority_key)) return fault;
  return make_certificate(*authority, config, paths);
}

/// What an older version made has no authority, and stays.
Fault renew_certificate(const Config& config, const DataPaths& paths) {
  const auto authority = net::load_key_pair(paths.authority.string(), paths.authority_key.string());
  const auto pair = net::load_key_pair(paths.certificate.string(), paths.certificate_key.string());
  if (!authority || !pair) return std::nullopt;
  const auto expiry = net::expiry_of(pair->certificate);
  if (expiry && *expiry - net::wall_clock() > renewal_time) return std::nullopt;
  return make_certificate(*authority, config, paths);
}

Fault make_demo_accounts(store::Store& store, std::vector<DemoAccount>& made) {
  struct Person {
    std::string_view username, display_name, unit, role;
  };
  constexpr std::array<Person, 3> people{{{"siti", "Siti Rahmawati", "Perpustakaan", "admin"},
                                          {"budi", "Budi Santoso", "Fakultas Teknik", "user"},
                                          {"ayu", "Ayu Lestari", "Mahasiswa", "user"}}};
  SystemRandom random;
  store::AccountBook book(store, random);
  for (const Person& person : people) {
    const auto account = book.add({.username = std::string(person.username),
                                   .display_name = std::string(person.display_name),
                                   .unit = std::string(person.unit),
                                   .extension = {},
                                   .password = {},
                                   .role = std::string(person.role)});
    if (!account) return account.error();
    made.push_back({account->user.extension, account->user.username, account->made_up_password});
  }
  return std::nullopt;
}

Fault fill(const Config& config, const DataPaths& paths, std::vector<DemoAccount>* demo) {
  const auto store = store::Store::open(paths.database);
  if (!store) return store.error();
  if (const auto key = store::load_or_create_signing_key(paths.token_key); !key) {
    return key.error();
  }
  if (auto fault = make_certificates(config, paths)) return fault;
  if (demo) return make_demo_accounts(**store, *demo);
  return std::nullopt;
}

/// Where the files are made; it is there only until they are whole.
constexpr std::string_view beginning = ".new";

bool is_configuration(std::string_view name) {
  // An editor leaves dering.toml~ and .dering.toml.swp beside it.
  return name.starts_with("dering.toml") || name.starts_with(".dering.toml");
}

bool is_made_by_us(const fs::path& name) {
  const DataPaths paths{{}};
  return name == paths.token_key || name == paths.certificate || name == paths.certificate_key ||
         name == paths.authority || name == paths.authority_key ||
         name == "demo-accounts.txt";  // which older ones kept
}

std::string list_of(std::vector<std::string> names) {
  constexpr std::size_t most = 3;
  std::ranges::sort(names);
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  const std::size_t more = names.size() - most;
  names.resize(most);
  return fmt::format("{} and {} more", fmt::join(names, ", "), more);
}

/// Why no data folder can be made of it. One without a database may hold a
/// configuration, the socket of an engine that a service manager started, and
/// what a start that was cut off left.
Fault fault_of_folder(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) return std::nullopt;
  if (!fs::is_directory(status)) return fmt::format("{} is no folder.", folder.string());
  const bool was_cut_off = fs::exists(folder / beginning, error);
  std::vector<std::string> ours, others;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name == beginning || name == "lost+found" || is_configuration(name)) continue;
    if (std::error_code unknown; entry->is_socket(unknown)) continue;
    (is_made_by_us(name) ? ours : others).push_back(name);
  }
  if (error) return fmt::format("{} cannot be read: {}.", folder.string(), error.message());
  if (!others.empty()) {
    return fmt::format(
        "{} holds {}; a new data folder is empty or holds only "
        "dering.toml. Name another with --data.",
        folder.string(), list_of(std::move(others)));
  }
  if (ours.empty() || was_cut_off) return std::nullopt;
  return fmt::format(
      "{} is gone, but {} is there: put the database back, or "
      "move the rest away to begin anew.",
      DataPaths(folder).database.string(), list_of(std::move(ours)));
}

Fault begin(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder / beginning, error);
  fs::create_directories(folder / beginning, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (!error) return std::nullopt;
  return fmt::format("the data folder {} could not be made: {}.", folder.string(), error.message());
}

/// The database goes last: whoever finds it finds all the rest.
Fault finish(const fs::path& folder) {
  const DataPaths made(folder / beginning);
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(made.folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path() != made.database) files.push_back(entry->path());
  }
  files.push_back(made.database);
  for (const fs::path& file : files) {
    if (!error) fs::rename(file, folder / file.filename(), error);
  }
  if (!error) fs::remove(made.folder, error);
  if (!error) return std::nullopt;
  return fmt::format("the data folder {} could not be made: {}.", folder.string(), error.message());
}

/// A file of that name that is no socket, or one that somebody listens on, is left alone.
void remove_stale_socket(const fs::path& path) {
  std::error_code error;
  const bool is_stale = fs::is_socket(fs::symlink_status(path, error)) &&
                        net::local_peer(path) == net::LocalPeer::nobody;
  if (is_stale) fs::remove(path, error);
}

}  // namespace

DataPaths::DataPaths(fs::path the_folder)
    : folder(std::move(the_folder)),
      database(folder / "dering.db"),
      token_key(folder / "token-key.json"),
      certificate(folder / "tls.crt"),
      certificate_key(folder / "tls.key"),
      authority(folder / "ca.crt"),
      authority_key(folder / "ca.key"),
      admin_socket(folder / "api.sock"),
      older_admin_socket(folder / "dering.sock"),
      media_socket(folder / "media.sock") {}

bool is_in_use(const DataPaths& paths) {
  return net::local_peer(paths.admin_socket) != net::LocalPeer::nobody ||
         net::local_peer(paths.older_admin_socket) != net::LocalPeer::nobody;
}

std::expected<Prepared, std::string> prepare_data(const Config& config, Demo demo) {
  std::error_code error;
  fs::path folder = fs::absolute(config.data).lexically_normal();
  if (folder.filename().empty()) folder = folder.parent_path();
  remove_stale_socket(DataPaths(folder).older_admin_socket);
  if (fs::exists(DataPaths(folder).database, error)) {
    if (auto fault = renew_certificate(config, DataPaths(folder))) return std::unexpected(*fault);
    return Prepared{DataPaths(folder), {}};
  }
  if (auto fault = fault_of_folder(folder)) return std::unexpected(*fault);
  const bool is_new = !fs::exists(folder, error);
  Prepared made{DataPaths(folder), {}};
  Fault fault = begin(folder);
  if (!fault) {
    fault = fill(config, DataPaths(folder / beginning),
                 demo == Demo::accounts ? &made.demo_accounts : nullptr);
  }
  if (fault) {
    fs::remove_all(is_new ? folder : folder / beginning, error);
    return std::unexpected(*fault);
  }
  if (auto unfinished = finish(folder)) return std::unexpected(*unfinished);
  return made;
}

}  // namespace dering::app
