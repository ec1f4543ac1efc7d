// SPDX-License-Identifier: Apache-2.0
#include "app/dering/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace dering::app {
namespace {

using ::testing::HasSubstr;

class ConfigFile : public ::testing::Test {
 protected:
  std::expected<Config, std::string> read(std::string_view text) {
    std::ofstream(file_) << text;
    return read_config(file_, {});
  }
  void TearDown() override { std::filesystem::remove(file_); }

 private:
  std::filesystem::path file_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".toml");
};

TEST_F(ConfigFile, SetsWhatItNamesAndLeavesTheRest) {
  const auto config = read("[http]\nport = 9000\n[media]\naddresses = [\"192.0.2.7\", \"::1\"]\n");
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->http.port, 9000);
  EXPECT_EQ(config->media_addresses.size(), 2U);
  EXPECT_EQ(config->https.port, 8443);
}

TEST_F(ConfigFile, NamesTheLineOfAnUnknownSetting) {
  const auto config = read("[http]\nport = 9000\nprot = 1\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error(), HasSubstr("line 3: unknown setting http.prot"));
}

TEST_F(ConfigFile, NamesTheLineOfAValueOutOfRange) {
  const auto config = read("[http]\nport = 70000\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error(), HasSubstr("line 2: http.port must be a number from 0 to 65535"));
}

TEST_F(ConfigFile, NamesTheLineOfBrokenToml) {
  const auto config = read("[http\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error(), HasSubstr("line 1"));
}

TEST(Config, RefusesOnePortForTwoThings) {
  Config config;
  config.https.port = config.http.port;
  EXPECT_TRUE(fault_of(config));
  EXPECT_FALSE(fault_of(Config{}));
}

}  // namespace
}  // namespace dering::app
