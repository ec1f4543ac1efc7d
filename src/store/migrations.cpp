// SPDX-License-Identifier: Apache-2.0
#include "store/migrations.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <string>

namespace dering::store {

std::string_view first_tables_sql();
std::string_view issuers_and_devices_sql();
std::string_view roles_of_accounts_sql();
std::string_view path_of_bindings_sql();
std::string_view local_addresses_sql();
std::string_view hidden_callers_sql();
std::string_view flows_of_bindings_sql();
std::string_view call_legs_sql();
std::string_view starts_sql();
std::string_view line_quality_sql();
std::string_view kept_texts_sql();
std::string_view codecs_of_devices_sql();
std::string_view forwardings_sql();
std::string_view stays_and_notices_sql();
std::string_view missed_calls_sql();
std::string_view plan_versions_sql();

namespace {

using directory::Stored;

Stored<void> execute(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(std::string(sqlite3_errmsg(database)));
}

Stored<int> version_of(sqlite3* database) {
  sqlite3_stmt* query = nullptr;
  int version = -1;
  if (sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &query, nullptr) == SQLITE_OK &&
      sqlite3_step(query) == SQLITE_ROW) {
    version = sqlite3_column_int(query, 0);
  }
  sqlite3_finalize(query);
  if (version < 0) return std::unexpected(std::string(sqlite3_errmsg(database)));
  return version;
}

/// Looks at the version again inside the transaction: another program may have been faster.
Stored<void> apply(sqlite3* database, const Migration& step) {
  if (auto begun = execute(database, "BEGIN IMMEDIATE"); !begun) return begun;
  const auto version = version_of(database);
  Stored<void> done;
  if (!version) {
    done = std::unexpected(version.error());
  } else if (*version < step.version) {
    done = execute(database,
                   std::string(step.sql) + fmt::format("PRAGMA user_version = {};", step.version));
  }
  if (done) done = execute(database, "COMMIT");
  if (done) return done;
  // The first error is the one to report.
  (void)execute(database, "ROLLBACK");
  return std::unexpected(fmt::format("migration {}: {}", step.name, done.error()));
}

}  // namespace

std::span<const Migration> migrations() {
  static const std::array all{
      Migration{1, "0001_first_tables.sql", first_tables_sql()},
      Migration{2, "0002_issuers_and_devices.sql", issuers_and_devices_sql()},
      Migration{3, "0003_roles_of_accounts.sql", roles_of_accounts_sql()},
      Migration{4, "0004_path_of_bindings.sql", path_of_bindings_sql()},
      Migration{5, "0005_local_addresses.sql", local_addresses_sql()},
      Migration{6, "0006_hidden_callers.sql", hidden_callers_sql()},
      Migration{7, "0007_flows_of_bindings.sql", flows_of_bindings_sql()},
      Migration{8, "0008_call_legs.sql", call_legs_sql()},
      Migration{9, "0009_starts.sql", starts_sql()},
      Migration{10, "0010_line_quality.sql", line_quality_sql()},
      Migration{11, "0011_kept_texts.sql", kept_texts_sql()},
      Migration{12, "0012_codecs_of_devices.sql", codecs_of_devices_sql()},
      Migration{13, "0013_forwardings.sql", forwardings_sql()},
      Migration{14, "0014_stays_and_notices.sql", stays_and_notices_sql()},
      Migration{15, "0015_missed_calls.sql", missed_calls_sql()},
      Migration{16, "0016_plan_versions.sql", plan_versions_sql()},
  };
  return all;
}

Stored<void> migrate(sqlite3* database, std::span<const Migration> steps) {
  const auto version = version_of(database);
  if (!version) return std::unexpected(version.error());
  const int newest = steps.empty() ? 0 : steps.back().version;
  if (*version > newest) {
    return std::unexpected(fmt::format(
        "the database has version {}, this program knows {} at most: a newer dering wrote it",
        *version, newest));
  }
  for (const Migration& step : steps) {
    if (step.version <= *version) continue;
    if (auto done = apply(database, step); !done) return done;
  }
  return {};
}

}  // namespace dering::store
