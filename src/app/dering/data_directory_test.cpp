// SPDX-License-Identifier: Apache-2.0
#include "app/dering/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "net/certificate.h"
#include "net/clock.h"
#include "net/local_socket.h"

namespace dering::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DataDirectory : public ::testing::Test {
 protected:
  DataDirectory() {
    std::string pattern = (fs::temp_directory_path() / "dering-data-XXXXXX").string();
    parent_ = ::mkdtemp(pattern.data());
    config_.data = parent_ / "var";
  }
  ~DataDirectory() override { fs::remove_all(parent_); }

  void put(const fs::path& name, std::string_view text = "kept") {
    const fs::path file = config_.data / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::string text_of(const fs::path& name) {
    std::ifstream in(config_.data / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string fault() {
    const auto paths = prepare_data(config_, Demo::none);
    return paths ? "" : paths.error();
  }
  void expect_whole() {
    for (const auto* name :
         {"dering.db", "token-key.json", "tls.crt", "tls.key", "ca.crt", "ca.key"}) {
      EXPECT_TRUE(fs::exists(config_.data / name)) << name;
    }
    EXPECT_EQ(fs::status(config_.data).permissions(), fs::perms::owner_all);
    EXPECT_FALSE(fs::exists(config_.data / ".new"));
  }

  fs::path parent_;
  Config config_;
};

TEST_F(DataDirectory, IsMadeWhereThereIsNone) {
  EXPECT_THAT(fault(), IsEmpty());
  expect_whole();
}

TEST_F(DataDirectory, IsMadeInAnEmptyFolder) {
  fs::create_directories(config_.data);
  EXPECT_THAT(fault(), IsEmpty());
  expect_whole();
}

TEST_F(DataDirectory, IsMadeBesideAConfigurationFileThatSomebodyWroteFirst) {
  put("dering.toml", "[http]\nport = 9000\n");
  put("dering.toml~", "");
  put(".dering.toml.swp", "");
  EXPECT_THAT(fault(), IsEmpty());
  expect_whole();
  EXPECT_EQ(text_of("dering.toml"), "[http]\nport = 9000\n");
}

TEST_F(DataDirectory, IsMadeOnADiskOfItsOwn) {
  fs::create_directories(config_.data / "lost+found");
  EXPECT_THAT(fault(), IsEmpty());
  expect_whole();
}

TEST_F(DataDirectory, NeedsNoRightToWriteBesideTheFolder) {
  fs::create_directories(config_.data);
  // Root may write anywhere: only a file of that name stops it.
  std::ofstream(parent_ / "var.new") << "of somebody else";
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_TRUE(fs::exists(parent_ / "var.new"));
}

TEST_F(DataDirectory, IsFinishedWhereAStartWasCutOff) {
  put(".new/dering.db", "half");
  put("tls.key", "of the cut off start");
  EXPECT_THAT(fault(), IsEmpty());
  expect_whole();
  EXPECT_THAT(text_of("tls.key"), HasSubstr("PRIVATE KEY"));
}

TEST_F(DataDirectory, IsLeftAsItIsOnTheNextStart) {
  ASSERT_THAT(fault(), IsEmpty());
  const std::string key = text_of("token-key.json");
  put("notes.txt");
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_EQ(text_of("token-key.json"), key);
}

TEST_F(DataDirectory, RefusesAFolderOfOtherThingsAndNamesThem) {
  put("dering.toml");
  put("thesis.odt");
  EXPECT_THAT(fault(), HasSubstr("holds thesis.odt"));
  EXPECT_THAT(fault(), HasSubstr("--data"));
  EXPECT_EQ(text_of("thesis.odt"), "kept");
  EXPECT_FALSE(fs::exists(config_.data / "dering.db"));
  EXPECT_FALSE(fs::exists(config_.data / ".new"));
}

TEST_F(DataDirectory, CountsOtherThingsWhereThereAreMany) {
  for (const auto* name : {"e", "d", "c", "b", "a"}) put(name);
  EXPECT_THAT(fault(), HasSubstr("holds a, b, c and 2 more"));
}

TEST_F(DataDirectory, SaysThatTheDatabaseIsGoneWhereItsCompanionsAreLeft) {
  ASSERT_THAT(fault(), IsEmpty());
  fs::remove(config_.data / "dering.db");
  EXPECT_THAT(fault(), HasSubstr("dering.db is gone"));
  EXPECT_TRUE(fs::exists(config_.data / "token-key.json"));
}

TEST_F(DataDirectory, SaysWhenItIsNoFolder) {
  std::ofstream(config_.data) << "a file";
  EXPECT_THAT(fault(), HasSubstr("is no folder"));
}

TEST_F(DataDirectory, SaysWhenTheFolderAboveIsNone) {
  std::ofstream(parent_ / "file") << "";
  config_.data = parent_ / "file" / "var";
  EXPECT_THAT(fault(), HasSubstr("could not be made"));
}

TEST_F(DataDirectory, KeepsACertificateThatIsGoodForLong) {
  ASSERT_THAT(fault(), IsEmpty());
  const std::string chain = text_of("tls.crt");
  ASSERT_THAT(fault(), IsEmpty());
  EXPECT_EQ(text_of("tls.crt"), chain);
}

TEST_F(DataDirectory, MakesACertificateAnewBeforeItExpiresUnderTheSameAuthority) {
  ASSERT_THAT(fault(), IsEmpty());
  const std::string authority = text_of("ca.crt");
  const UnixSeconds long_ago = net::wall_clock() - std::chrono::days(800);
  const std::vector<std::string> names = {"localhost"};
  const auto old = *net::issue_certificate({authority, text_of("ca.key")}, {names, {}}, long_ago);
  put("tls.crt", old.certificate);
  put("tls.key", old.key);
  ASSERT_THAT(fault(), IsEmpty());
  EXPECT_NE(text_of("tls.crt"), old.certificate);
  EXPECT_EQ(text_of("ca.crt"), authority);
  EXPECT_TRUE(net::load_key_pair(config_.data / "tls.crt", config_.data / "tls.key"));
  EXPECT_GT(*net::expiry_of(text_of("tls.crt")), net::wall_clock() + std::chrono::days(800));
}

TEST_F(DataDirectory, LeavesTheCertificateOfAnOlderVersionAlone) {
  ASSERT_THAT(fault(), IsEmpty());
  fs::remove(config_.data / "ca.crt");
  fs::remove(config_.data / "ca.key");
  put("tls.crt", "of an older version");
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_EQ(text_of("tls.crt"), "of an older version");
}

TEST_F(DataDirectory, LosesTheSocketThatAnOlderVersionLeftBehind) {
  ASSERT_THAT(fault(), IsEmpty());
  const fs::path older = config_.data / "dering.sock";
  {
    const auto listening = net::listen_locally(older);
    ASSERT_TRUE(listening) << listening.error();
    EXPECT_TRUE(is_in_use(DataPaths(config_.data)));
    EXPECT_THAT(fault(), IsEmpty());
    EXPECT_TRUE(fs::exists(older)) << "somebody listens";
  }
  ASSERT_TRUE(fs::exists(older));
  EXPECT_FALSE(is_in_use(DataPaths(config_.data)));
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_FALSE(fs::exists(older));
}

TEST_F(DataDirectory, KeepsAFileThatIsOnlyCalledLikeTheOlderSocket) {
  ASSERT_THAT(fault(), IsEmpty());
  put("dering.sock", "notes");
  EXPECT_THAT(fault(), IsEmpty());
  EXPECT_EQ(text_of("dering.sock"), "notes");
}

}  // namespace
}  // namespace dering::app
