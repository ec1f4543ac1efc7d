// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "app/dering/config.h"

namespace dering::app {

/// Where things lie in the data folder.
struct DataPaths {
  explicit DataPaths(std::filesystem::path folder);

  std::filesystem::path folder;
  std::filesystem::path database;
  std::filesystem::path token_key;
  std::filesystem::path certificate;
  std::filesystem::path certificate_key;
  std::filesystem::path authority;  ///< that signed it
  std::filesystem::path authority_key;
  std::filesystem::path admin_socket;
  std::filesystem::path older_admin_socket;  ///< of versions before api.sock
  std::filesystem::path media_socket;
};

enum class Demo : std::uint8_t { none, accounts };

struct DemoAccount {
  std::string extension;
  std::string username;
  std::string password;
};

/// The data folder, and the demo accounts if they were made just now: nothing keeps their
/// passwords.
struct Prepared {
  DataPaths paths;
  std::vector<DemoAccount> demo_accounts;
};

/// Whether a dering, of this version or an older one, runs on that folder.
bool is_in_use(const DataPaths& paths);

/// Makes the data folder with database, token key, a certificate of an authority of its own and, if
/// wanted, demo accounts, unless it is there already; the folder may hold a configuration file
/// beforehand. All is made in a folder inside and moved up when it is whole, the database last: a
/// failure leaves nothing, and a start that was cut off is finished by the next. A socket that an
/// older version left behind is taken away, and a certificate of our own that will expire is made
/// anew. The error is one sentence.
std::expected<Prepared, std::string> prepare_data(const Config& config, Demo demo);

}  // namespace dering::app
