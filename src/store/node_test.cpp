// SPDX-License-Identifier: Apache-2.0
#include "store/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

#include "store/store.h"

namespace dering::store {
namespace {

using ::testing::HasSubstr;

class NodeTest : public ::testing::Test {
 protected:
  NodeTest() {
    SystemRandom random;
    folder_ = std::filesystem::path(::testing::TempDir()) / ("node-" + random.token(12));
    std::filesystem::create_directory(folder_);
  }
  ~NodeTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Store> open() {
    auto store = Store::open(folder_ / "db");
    EXPECT_TRUE(store) << store.error();
    return std::move(*store);
  }
  void run(const std::string& sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open((folder_ / "db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sql;
    sqlite3_close(database);
  }

  std::filesystem::path folder_;
  SeededRandom random_{1};
};

/// No file grows while it lives: what a full disk is to a program.
class FullDisk {
 public:
  FullDisk() {
    getrlimit(RLIMIT_FSIZE, &before_);
    old_ = std::signal(SIGXFSZ, SIG_IGN);
    rlimit none = before_;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, old_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*old_)(int) = SIG_DFL;
};

TEST_F(NodeTest, EachStartHasTheNextNumberOfTheStore) {
  EXPECT_EQ(mint_node(*open(), random_), 1U);
  EXPECT_EQ(mint_node(*open(), random_), 2U);
  const auto store = open();
  EXPECT_EQ(mint_node(*store, random_), 3U);
  EXPECT_EQ(mint_node(*store, random_), 4U);
}

TEST_F(NodeTest, TheNumberHasTwentyFourBitsAndBeginsAgainAfterTheLast) {
  const auto store = open();
  run("UPDATE starts SET number = 16777214");
  EXPECT_EQ(mint_node(*store, random_), 0xffffffU);
  EXPECT_EQ(mint_node(*store, random_), 0U);
  EXPECT_EQ(mint_node(*store, random_), 1U);
}

TEST_F(NodeTest, OpeningTheStoreAloneIsNoStart) {
  EXPECT_EQ(mint_node(*open(), random_), 1U);
  for (int i = 0; i < 5; ++i) open();
  EXPECT_EQ(mint_node(*open(), random_), 2U);
}

TEST_F(NodeTest, OnAFullDiskTheStoreGivesNoNumberAndForgetsNone) {
  const auto store = open();
  EXPECT_EQ(*store->next_start(), 1U);
  {
    const FullDisk full;
    EXPECT_FALSE(store->next_start());
    EXPECT_FALSE(store->next_start());
  }
  EXPECT_EQ(*store->next_start(), 2U);
}

TEST_F(NodeTest, WhereTheStoreCanNotBeWrittenANumberIsDrawnAndTheLogSaysSo) {
  const auto store = open();
  run("CREATE TRIGGER closed BEFORE UPDATE ON starts BEGIN SELECT RAISE(FAIL, 'no room'); END");
  std::set<std::uint32_t> drawn;
  for (int i = 0; i < 8; ++i) {
    ::testing::internal::CaptureStderr();
    drawn.insert(mint_node(*store, random_));
    const std::string line = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(line, HasSubstr("the start can't be counted"));
    EXPECT_THAT(line, HasSubstr("drawn at random"));
    EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  }
  EXPECT_GT(drawn.size(), 1U);
  EXPECT_LT(*drawn.rbegin(), nodes);
}

}  // namespace
}  // namespace dering::store
