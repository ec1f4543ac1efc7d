// SPDX-License-Identifier: Apache-2.0
#include "store/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "store/store.h"

namespace dering::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A database of its own, as SQLite sees it.
class Database {
 public:
  explicit Database(const std::string& file = ":memory:") {
    EXPECT_EQ(sqlite3_open(file.c_str(), &handle_), SQLITE_OK);
    run("PRAGMA foreign_keys = ON");
  }
  ~Database() { sqlite3_close(handle_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  ::sqlite3* handle() { return handle_; }
  void run(const std::string& sql) {
    char* why = nullptr;
    EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &why), SQLITE_OK) << why;
    sqlite3_free(why);
  }
  bool refuses(const std::string& sql) {
    return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK;
  }
  /// Each row as its columns with '|' between.
  std::vector<std::string> rows(const std::string& sql) {
    std::vector<std::string> found;
    const auto keep = [](void* where, int count, char** values, char**) {
      std::string row;
      for (int i = 0; i < count; ++i) row += (i ? "|" : "") + std::string(values[i]);
      static_cast<std::vector<std::string>*>(where)->push_back(row);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), keep, &found, nullptr), SQLITE_OK) << sql;
    return found;
  }

 private:
  ::sqlite3* handle_ = nullptr;
};

/// What a dering of version 1 has left: people, one of them disabled, phones, sign-ins, calls.
constexpr auto rows_of_version_1 = R"(
  INSERT INTO users VALUES
    (1, '', 's1', 'ayu', 'Ayu', 'Library', '1001', 'hash', 1),
    (7, '', 's2', 'budi', 'Budi', '', '1002', 'hash2', 0),
    (9, 'https://sso', 's1', 'citra', 'Citra', '', '1003', '', 1);
  INSERT INTO device_credentials VALUES ('desk-b', 7, 'm2', ''), ('desk-a', 1, 'm1', 'x1');
  INSERT INTO bindings VALUES ('1001', 'sip:a', '', 0, 'c', 1, 'udp', 'r', 'ua', 99);
  INSERT INTO call_records VALUES (41, 'c1', '1001', '1002', 5, -1, 'busy');
  INSERT INTO refresh_tokens VALUES ('h1', 'f', 1, 'i', 10, 20, 1), ('h2', 'g', 7, 'i', 1, 2, 0);
)";

class MigrationFromVersion1 : public ::testing::Test {
 protected:
  MigrationFromVersion1() {
    EXPECT_TRUE(migrate(database.handle(), migrations().first(1)));
    database.run(rows_of_version_1);
  }
  void migrate_all() {
    const auto done = migrate(database.handle(), migrations());
    ASSERT_TRUE(done) << done.error();
  }
  Database database;
};

TEST_F(MigrationFromVersion1, LosesNothing) {
  migrate_all();
  EXPECT_THAT(database.rows("SELECT * FROM users ORDER BY id"),
              ElementsAre("1||s1|ayu|Ayu|Library|1001|hash|1|0|user",
                          "7||s2|budi|Budi||1002|hash2|0|0|user",
                          "9|https://sso|s1|citra|Citra||1003||1|0|user"));
  EXPECT_THAT(database.rows("SELECT user_id, username, label, algorithm, ha1_md5, ha1_sha256,"
                            " created_at FROM device_credentials ORDER BY id"),
              ElementsAre("1|desk-a|desk-a|SHA-256|m1|x1|0", "7|desk-b|desk-b|MD5|m2||0"));
  EXPECT_THAT(database.rows("SELECT * FROM refresh_tokens ORDER BY hash"),
              ElementsAre("h1|f|1|i|10|20|1", "h2|g|7|i|1|2|0"));
  EXPECT_THAT(database.rows("SELECT id, call_id FROM call_records"), ElementsAre("41|c1"));
  EXPECT_THAT(database.rows("SELECT contact_uri, device FROM bindings"), ElementsAre("sip:a|"));
  EXPECT_THAT(database.rows("SELECT codecs FROM device_credentials"), ElementsAre("", ""));
}

TEST_F(MigrationFromVersion1, GivesEachOldCallARowForWhoCalledAndForWhoWasCalled) {
  database.run(R"(INSERT INTO call_records VALUES
    (42, 'c2', '1002', '1003', 100, 2500, 'answered'),
    (43, 'c3', '1003', '*43', 200, 1000, 'answered'),
    (44, 'c4', '1003', '1001', 300, -1, 'already_calling'),
    (45, 'c5', '1003', '4711', 400, -1, 'unknown_number'),
    (46, 'c6', '1003', '1003', 500, -1, 'self_call');)");
  migrate_all();
  EXPECT_THAT(database.rows("SELECT call, place, coalesce(leg, ''), person, role, why, began_at,"
                            " ended_at, outcome FROM call_legs"),
              ElementsAre("41|0||1001|caller|placed|5|5|busy", "41|1||1002|callee|dialled|5|5|busy",
                          "42|0||1002|caller|placed|100|102|answered",
                          "42|1||1003|callee|dialled|100|102|answered",
                          "43|0||1003|caller|placed|200|201|answered",
                          "44|0||1003|caller|placed|300|300|already_calling",
                          "45|0||1003|caller|placed|400|400|unknown_number",
                          "46|0||1003|caller|placed|500|500|self_call"));
}

TEST_F(MigrationFromVersion1, LeavesWholeForeignKeysAndNothingOfItsOwn) {
  migrate_all();
  EXPECT_THAT(database.rows("PRAGMA foreign_key_check"), IsEmpty());
  EXPECT_THAT(database.rows("PRAGMA integrity_check"), ElementsAre("ok"));
  EXPECT_THAT(database.rows("SELECT name FROM sqlite_schema WHERE sql LIKE '%new_%'"), IsEmpty());
  EXPECT_TRUE(database.refuses("DELETE FROM users WHERE id = 1")) << "it has a device";
  EXPECT_TRUE(database.refuses("INSERT INTO refresh_tokens VALUES ('h', 'f', 88, 'i', 1, 2, 0)"));
}

TEST_F(MigrationFromVersion1, LetsNamesRepeatAmongIssuersButNotOfTheBuiltInProvider) {
  migrate_all();
  const auto insert = [](std::string issuer, std::string subject, std::string extension) {
    return "INSERT INTO users (issuer, subject, username, display_name, unit, extension,"
           " password_hash, enabled, created_at) VALUES ('" +
           issuer + "', '" + subject + "', 'ayu', '', '', '" + extension + "', '', 1, 0)";
  };
  database.run(insert("https://sso", "s7", "2001"));
  database.run(insert("https://sso", "s8", "2002"));
  EXPECT_TRUE(database.refuses(insert("", "s7", "2003"))) << "a second ayu of our own";
  EXPECT_TRUE(database.refuses(insert("https://sso", "s8", "2004"))) << "a subject twice";
  EXPECT_TRUE(database.refuses(insert("https://sso", "s9", "1001"))) << "a number twice";
}

TEST_F(MigrationFromVersion1, NeverGivesADeviceIdTwice) {
  migrate_all();
  database.run("DELETE FROM device_credentials WHERE username = 'desk-b'");
  database.run(
      "INSERT INTO device_credentials (user_id, username, label, algorithm, ha1_md5,"
      " ha1_sha256, created_at) VALUES (1, 'desk-c', '', 'MD5', '', '', 0)");
  EXPECT_THAT(database.rows("SELECT id FROM device_credentials ORDER BY id"),
              ElementsAre("1", "3"));
}

TEST(MigrationTest, BindingsOfVersion6KeepAllThatTheySaid) {
  Database database;
  ASSERT_TRUE(migrate(database.handle(), migrations().first(6)));
  database.run(
      "INSERT INTO bindings (extension, contact_uri, instance, reg_id, call_id, cseq, transport,"
      " remote, user_agent, expires_at, path, local) VALUES"
      " ('1001', 'sip:a', '<i>', 2, 'c', 3, 'tcp', 'r', 'ua', 99, '<sip:p>', 'l'),"
      " ('1002', 'sip:a', '', 0, 'd', 4, 'udp', 's', 'ub', 98, '', '')");
  ASSERT_TRUE(migrate(database.handle(), migrations()));
  EXPECT_THAT(
      database.rows("SELECT extension, contact_uri, instance, reg_id, call_id, cseq,"
                    " transport, remote, local, user_agent, path, expires_at"
                    " FROM bindings ORDER BY extension"),
      ElementsAre("1001|sip:a|<i>|2|c|3|tcp|r|l|ua|<sip:p>|99", "1002|sip:a||0|d|4|udp|s||ub||98"));
}

TEST(MigrationTest, CallsOfVersion14AreMarkedAsMissedAndCountAsSeen) {
  Database database;
  ASSERT_TRUE(migrate(database.handle(), migrations().first(14)));
  database.run(R"(
    INSERT INTO call_records (id, call_id, caller, callee, started_at, duration_ms, outcome) VALUES
      (1, 'a', '1001', '1002', 5, -1, 'no_answer'), (2, 'b', '1001', '1002', 6, 900, 'lost'),
      (3, 'c', '1001', '1002', 7, -1, 'declined'), (4, 'd', '1001', '1002', 8, 900, 'answered'),
      (5, 'e', '1002', '1001', 9, -1, 'busy');
    INSERT INTO call_legs (call, place, person, role, why, began_at, ended_at, outcome) VALUES
      (1, 0, '1001', 'caller', 'placed', 5, 6, 'no_answer'),
      (1, 1, '1002', 'callee', 'rung', 5, 6, 'no_answer'),
      (1, 2, '1002', 'callee', 'rung', 5, 6, 'no_answer'),
      (2, 0, '1001', 'caller', 'placed', 5, 6, 'lost'),
      (2, 1, '1002', 'callee', 'rung', 5, 6, 'lost'),
      (3, 0, '1001', 'caller', 'placed', 5, 6, 'declined'),
      (3, 1, '1002', 'callee', 'rung', 5, 6, 'declined'),
      (4, 0, '1001', 'caller', 'placed', 5, 6, 'answered'),
      (4, 1, '1002', 'callee', 'rung', 5, 6, 'elsewhere'),
      (4, 2, '1003', 'callee', 'rung', 5, 6, 'answered'),
      (5, 0, '1002', 'caller', 'placed', 5, 6, 'busy'),
      (5, 1, '1001', 'callee', 'dialled', 5, 6, 'busy');)");
  ASSERT_TRUE(migrate(database.handle(), migrations()));
  EXPECT_THAT(database.rows("SELECT person, call, place FROM call_legs WHERE missed = 1"
                            " ORDER BY person, call"),
              ElementsAre("1001|5|1", "1002|1|1"));
  EXPECT_THAT(database.rows("SELECT person, until FROM seen_calls ORDER BY person"),
              ElementsAre("1001|5", "1002|5", "1003|4"));
}

TEST(MigrationTest, TheStoreOpensADatabaseOfVersion1) {
  SystemRandom random;
  const auto file = std::filesystem::path(::testing::TempDir()) / ("v1-" + random.token(12));
  {
    Database old(file);
    ASSERT_TRUE(migrate(old.handle(), migrations().first(1)));
    old.run(rows_of_version_1);
  }
  {
    const auto store = Store::open(file);
    ASSERT_TRUE(store) << store.error();
    EXPECT_EQ((*store)->account_by_username("ayu")->value().user.extension, "1001");
    EXPECT_FALSE((*store)->account_by_username("budi")->value().enabled);
    EXPECT_EQ((*(*store)->load_directory())->device("desk-a")->extension, "1001");
  }
  for (const std::string_view end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(file.string() + std::string(end));
  }
}

TEST(MigrationTest, AStepThatFailsLeavesTheDatabaseAsItWas) {
  Database database;
  const Migration good{1, "one", "CREATE TABLE a (x INTEGER);"};
  const Migration bad{2, "two", "CREATE TABLE b (x INTEGER); CREATE TABLE a (y INTEGER);"};
  EXPECT_TRUE(migrate(database.handle(), std::array{good}));
  const auto failed = migrate(database.handle(), std::array{good, bad});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error(), HasSubstr("two"));
  EXPECT_TRUE(database.refuses("SELECT * FROM b"));
  EXPECT_TRUE(migrate(database.handle(), std::array{good}));
}

TEST(MigrationTest, VersionsCountFromOneWithoutAGap) {
  int version = 0;
  for (const Migration& step : migrations()) EXPECT_EQ(step.version, ++version);
}

}  // namespace
}  // namespace dering::store
