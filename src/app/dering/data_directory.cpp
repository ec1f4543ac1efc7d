// SPDX-License-Identifier: Apache-2.0
#include "app/dering/data_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <optional>
#include <sstream>

#include "app/dering/own_addresses.h"
#include "base/random.h"
#include "net/certificate.h"
#include "net/clock.h"
#include "store/accounts.h"
#include "store/key_file.h"
#include "store/store.h"

namespace dering::app {
namespace {

namespace fs = std::filesystem;

using Fault = std::optional<std::string>;

Fault write_private_file(const fs::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary);
  std::error_code error;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
  out << text;
  out.close();
  if (!out || error) return fmt::format("the file {} could not be written.", file.string());
  return std::nullopt;
}

Fault make_certificate(const Config& config, const DataPaths& paths) {
  const std::string host = config.host.empty() ? own_host_name() : config.host;
  const std::array<std::string, 2> names{host, "localhost"};
  const auto pair = net::make_self_signed(names, own_addresses(), net::wall_clock());
  if (!pair) return pair.error();
  if (auto fault = write_private_file(paths.certificate_key, pair->key)) return fault;
  return write_private_file(paths.certificate, pair->certificate);
}

Fault make_demo_accounts(store::Store& store, const DataPaths& paths) {
  struct Person {
    std::string_view username, display_name, unit, role;
  };
  constexpr std::array<Person, 3> people{{{"siti", "Siti Rahmawati", "Perpustakaan", "admin"},
                                          {"budi", "Budi Santoso", "Fakultas Teknik", "user"},
                                          {"ayu", "Ayu Lestari", "Mahasiswa", "user"}}};
  SystemRandom random;
  std::string list;
  for (const Person& person : people) {
    const std::string password = store::readable_password(random);
    const auto account = store::add_account(store,
                                            {.username = std::string(person.username),
                                             .display_name = std::string(person.display_name),
                                             .unit = std::string(person.unit),
                                             .extension = {},
                                             .password = password,
                                             .role = std::string(person.role)},
                                            random);
    if (!account) return account.error();
    list += fmt::format("{} {} {}\n", account->user.extension, person.username, password);
  }
  return write_private_file(paths.demo_accounts, list);
}

Fault fill(const Config& config, const DataPaths& paths, Demo demo) {
  const auto store = store::Store::open(paths.database);
  if (!store) return store.error();
  if (const auto key = store::load_or_create_signing_key(paths.token_key); !key) {
    return key.error();
  }
  if (auto fault = make_certificate(config, paths)) return fault;
  if (demo == Demo::accounts) return make_demo_accounts(**store, paths);
  return std::nullopt;
}

}  // namespace

DataPaths::DataPaths(fs::path the_folder)
    : folder(std::move(the_folder)),
      database(folder / "dering.db"),
      token_key(folder / "token-key.json"),
      certificate(folder / "tls.crt"),
      certificate_key(folder / "tls.key"),
      demo_accounts(folder / "demo-accounts.txt"),
      control_socket(folder / "dering.sock"),
      media_socket(folder / "media.sock") {}

std::expected<DataPaths, std::string> prepare_data(const Config& config, Demo demo) {
  std::error_code error;
  fs::path folder = fs::absolute(config.data).lexically_normal();
  if (folder.filename().empty()) folder = folder.parent_path();
  if (fs::exists(DataPaths(folder).database, error)) return DataPaths(folder);
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) {
    return std::unexpected(
        fmt::format("{} exists but is no data folder of Dering.", folder.string()));
  }
  const fs::path beginning = folder.string() + ".new";
  fs::remove_all(beginning, error);
  fs::create_directories(beginning, error);
  if (!error) fs::permissions(beginning, fs::perms::owner_all, error);
  if (error) {
    return std::unexpected(
        fmt::format("the data folder {} could not be made: {}.", folder.string(), error.message()));
  }
  Fault fault = fill(config, DataPaths(beginning), demo);
  if (!fault) {
    fs::rename(beginning, folder, error);
    if (error) fault = fmt::format("the data folder {} could not be made.", folder.string());
  }
  if (!fault) return DataPaths(folder);
  fs::remove_all(beginning, error);
  return std::unexpected(*fault);
}

std::vector<DemoAccount> demo_accounts(const DataPaths& paths) {
  std::vector<DemoAccount> accounts;
  std::ifstream in(paths.demo_accounts);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    DemoAccount account;
    if (words >> account.extension >> account.username >> account.password) {
      accounts.push_back(std::move(account));
    }
  }
  return accounts;
}

}  // namespace dering::app
