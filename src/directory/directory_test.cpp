// SPDX-License-Identifier: Apache-2.0
#include "directory/directory.h"

#include <gtest/gtest.h>

namespace dering::directory {
namespace {

User user(std::string subject, std::string extension) {
  User made;
  made.subject = std::move(subject);
  made.extension = std::move(extension);
  return made;
}

TEST(Directory, FindsByExtensionSubjectAndDevice) {
  const Directory directory({user("a", "1001"), user("b", "1002")}, {{"desk", "1002", "x", "y"}});
  EXPECT_EQ(directory.by_extension("1002")->subject, "b");
  EXPECT_EQ(directory.by_subject("", "a")->extension, "1001");
  EXPECT_EQ(directory.by_subject("other", "a"), nullptr);
  EXPECT_EQ(directory.device("desk")->extension, "1002");
  EXPECT_EQ(directory.by_extension("1003"), nullptr);
}

TEST(Directory, LeavesOutALaterUserWithATakenExtension) {
  const Directory directory({user("a", "1001"), user("b", "1001")}, {});
  EXPECT_EQ(directory.by_extension("1001")->subject, "a");
  EXPECT_EQ(directory.by_subject("", "b"), nullptr);
}

TEST(Directory, DoesNotMixIssuerAndSubject) {
  User odd = user("c", "1001");
  odd.issuer = "ab";
  const Directory directory({odd}, {});
  EXPECT_EQ(directory.by_subject("a", "bc"), nullptr);
}

}  // namespace
}  // namespace dering::directory
