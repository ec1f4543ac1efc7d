// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <gtest/gtest.h>

namespace dering::directory {
namespace {

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

TEST(Directory, FindsDevicesByNameAndTheFirstOneOfAnExtension) {
  EXPECT_EQ(two_users.device("1001-old")->ha1_md5, "md5");
  EXPECT_EQ(two_users.device_of("1001")->username, "1001-desk");
  EXPECT_EQ(two_users.device("1001"), nullptr);
  EXPECT_EQ(two_users.device_of("1002"), nullptr);
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

TEST(Presence, HasTheWordsOfTheApi) {
  EXPECT_EQ(name_of(Presence::offline), "offline");
  EXPECT_EQ(name_of(Presence::available), "available");
  EXPECT_EQ(name_of(Presence::in_call), "in_call");
}

}  // namespace
}  // namespace dering::directory
