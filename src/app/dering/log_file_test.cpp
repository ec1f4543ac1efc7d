// SPDX-License-Identifier: Apache-2.0
#include "app/dering/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ctime>
#include <fstream>
#include <sstream>

namespace dering::app {
namespace {

using ::testing::HasSubstr;

class LogFileTest : public ::testing::Test {
 protected:
  LogFileTest() {
    std::string name = "/tmp/dering-log-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }

  std::uint64_t bytes() const {
    std::uint64_t all = 0;
    for (const auto& one : std::filesystem::directory_iterator(folder_)) all += one.file_size();
    return all;
  }
  std::string text() const {
    std::ostringstream text;
    text << std::ifstream(folder_ / "sip.log").rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
  /// Files are as old as this machine says.
  const UnixSeconds start_{std::time(nullptr)};
};

TEST_F(LogFileTest, AddsToWhatIsThereAndIsItsOwnersAlone) {
  LogFile(folder_ / "sip.log", {4000, std::chrono::days(7)}).add("one\n", start_);
  LogFile(folder_ / "sip.log", {4000, std::chrono::days(7)}).add("two\n", start_);
  EXPECT_EQ(text(), "one\ntwo\n");
  struct stat about{};
  ASSERT_EQ(::stat((folder_ / "sip.log").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777U, 0600U);
}

TEST_F(LogFileTest, NeverTakesMoreRoomThanItMay) {
  LogFile file(folder_ / "sip.log", {4000, std::chrono::days(7)});
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(file.add(std::string(100, 'x'), start_ + UnixSeconds(i)), std::nullopt);
    ASSERT_LE(bytes(), 4000U);
  }
  EXPECT_GE(bytes(), 2900U);
}

TEST_F(LogFileTest, ForgetsWhatIsTooOld) {
  std::ofstream(folder_ / "sip.log.20200101T000000Z") << "old";
  std::ofstream(folder_ / "other.log.20200101T000000Z") << "another's";
  LogFile file(folder_ / "sip.log", {4000, std::chrono::days(7)});
  const UnixSeconds later{std::int64_t{1} << 33};
  (void)file.add("a", later);
  (void)file.add("b", later + std::chrono::hours(25));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "sip.log.20200101T000000Z"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "other.log.20200101T000000Z"));
  EXPECT_EQ(text(), "b");
}

TEST_F(LogFileTest, SaysWhyItCannotBeWritten) {
  LogFile file(folder_ / "no" / "sip.log", {4000, std::chrono::days(7)});
  EXPECT_THAT(file.add("x", start_).value_or(""), HasSubstr("cannot be written: No such file"));
  std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / "link.log");
  LogFile link(folder_ / "link.log", {4000, std::chrono::days(7)});
  EXPECT_TRUE(link.add("x", start_).has_value());
}

}  // namespace
}  // namespace dering::app
