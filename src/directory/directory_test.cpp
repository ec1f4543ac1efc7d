// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::directory {
namespace {

using ::testing::ElementsAre;

User user(std::uint64_t id, std::string issuer, std::string subject, std::string extension) {
  return {UserId{id}, std::move(issuer),   std::move(subject), "name", "Name",
          "",         std::move(extension)};
}

const Directory two_users({user(1, "", "a", "1001"), user(2, "https://sso", "a", "1002")},
                          {{"1001-desk", "1001", "", "sha"}, {"1001-old", "1001", "md5", ""}});

TEST(Directory, FindsUsersByExtensionAndBySubjectOfTheirIssuer) {
  EXPECT_EQ(two_users.by_extension("1002")->id, UserId{2});
  EXPECT_EQ(two_users.by_subject("", "a")->id, UserId{1});
  EXPECT_EQ(two_users.by_subject("https://sso", "a")->id, UserId{2});
  EXPECT_EQ(two_users.by_extension("1003"), nullptr);
  EXPECT_EQ(two_users.by_subject("https://evil", "a"), nullptr);
}

TEST(Directory, FindsDevicesByName) {
  EXPECT_EQ(two_users.device("1001-old")->ha1_md5, "md5");
  EXPECT_EQ(two_users.device("1001"), nullptr);
}

TEST(Directory, LeavesLaterDuplicatesOut) {
  const Directory directory({user(1, "", "a", "1001"), user(2, "", "b", "1001")},
                            {{"desk", "1001", "first", ""}, {"desk", "1001", "second", ""}});
  EXPECT_EQ(directory.by_extension("1001")->id, UserId{1});
  EXPECT_EQ(directory.by_subject("", "b"), nullptr);
  EXPECT_EQ(directory.device("desk")->ha1_md5, "first");
  EXPECT_EQ(directory.users().size(), 1U);
}

TEST(Directory, DoesNotMixUpWhereIssuerEndsAndSubjectBegins) {
  const Directory directory({user(1, "ab", "c", "1001")}, {});
  EXPECT_EQ(directory.by_subject("a", "bc"), nullptr);
}

std::vector<std::string> extensions_of(const Directory& directory) {
  std::vector<std::string> extensions;
  for (const User& one : directory.users()) extensions.push_back(one.extension);
  return extensions;
}

User named(std::uint64_t id, std::string name, std::string extension) {
  return {UserId{id}, "", std::to_string(id), "name", std::move(name), "", std::move(extension)};
}

TEST(Directory, IsInTheOrderOfNames) {
  const Directory directory(
      {named(3, "C", "1"), named(2, "A", "2"), named(1, "A", "3"), named(4, "B", "4")}, {});
  EXPECT_THAT(extensions_of(directory), ElementsAre("3", "2", "4", "1"));
  EXPECT_EQ(directory.by_extension("4")->display_name, "B");
}

TEST(Directory, WithAUserMoreOrOneReplacedIsTheSameAsReadAnew) {
  const std::vector<DeviceCredential> devices{{"desk", "1", "m", "s"}};
  const Directory before({named(1, "A", "1"), named(2, "B", "2"), named(3, "C", "3")}, devices);
  const auto after = before.with({named(4, "Ab", "4"), named(1, "Z", "1")});
  EXPECT_THAT(extensions_of(*after), ElementsAre("4", "2", "3", "1"));
  EXPECT_EQ(after->by_extension("1")->display_name, "Z");
  EXPECT_EQ(after->by_subject("", "1")->display_name, "Z");
  EXPECT_EQ(after->by_extension("4")->id, UserId{4});
  EXPECT_EQ(after->device("desk")->extension, "1");
  EXPECT_EQ(before.by_extension("1")->display_name, "A") << "the old one never changes";
  EXPECT_EQ(before.by_extension("4"), nullptr);
  EXPECT_THAT(extensions_of(*Directory().with({named(1, "A", "1")})), ElementsAre("1"));
}

TEST(Directory, WithSomebodyElsesNumberKeepsTheOwner) {
  const Directory before({named(1, "B", "1")}, {});
  const auto after = before.with({named(2, "C", "1")});
  EXPECT_EQ(after->by_extension("1")->id, UserId{1});
  EXPECT_EQ(after->by_subject("", "2"), nullptr);
}

TEST(Presence, HasTheWordsOfTheApi) {
  EXPECT_EQ(name_of(Presence::offline), "offline");
  EXPECT_EQ(name_of(Presence::available), "available");
  EXPECT_EQ(name_of(Presence::in_call), "in_call");
}

}  // namespace
}  // namespace dering::directory
