// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "directory/records.h"

struct sqlite3;

namespace dering::store {

/// One step of the tables' history. Never changed once it has been released.
struct Migration {
  int version;            ///< 1, 2, 3, …
  std::string_view name;  ///< its file in store/migrations
  std::string_view sql;
};

std::span<const Migration> migrations();

/// Applies the steps that the database has not seen, each in a transaction of its own. A database
/// from a newer program is left alone and refused. Its version is SQLite's user_version.
directory::Stored<void> migrate(sqlite3* database, std::span<const Migration> steps);

}  // namespace dering::store
