// SPDX-License-Identifier: Apache-2.0
#include "directory/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

User user(std::uint64_t id, std::string name, std::string extension) {
  return {UserId{id}, "", std::to_string(id), "name", std::move(name), "", std::move(extension)};
}

std::vector<std::string> extensions(const std::vector<const User*>& users) {
  std::vector<std::string> list;
  for (const User* one : users) list.push_back(one->extension);
  return list;
}

TEST(Difference, TellsWhoCameChangedAndWent) {
  const Directory older({user(1, "A", "1"), user(2, "B", "2"), user(3, "C", "3")}, {});
  const Directory newer({user(1, "A", "1"), user(2, "Budi", "2"), user(4, "D", "4")}, {});
  const Difference found = difference(older, newer);
  EXPECT_THAT(extensions(found.added), ElementsAre("4"));
  EXPECT_THAT(extensions(found.changed), ElementsAre("2"));
  EXPECT_EQ(found.changed.front()->display_name, "Budi");
  EXPECT_THAT(extensions(found.gone), ElementsAre("3"));
  EXPECT_FALSE(found.empty());
}

TEST(Difference, IsEmptyBetweenEqualsWhateverTheirDevices) {
  const Directory older({user(1, "A", "1")}, {{"desk", "1", "", ""}});
  const Directory newer({user(1, "A", "1")}, {});
  EXPECT_TRUE(difference(older, newer).empty());
  EXPECT_TRUE(difference(older, older).empty());
  EXPECT_TRUE(difference(Directory(), Directory()).empty());
}

TEST(Difference, SeesANumberThatWentToSomebodyElse) {
  const Directory older({user(1, "A", "1"), user(2, "B", "2")}, {});
  const Directory newer({user(2, "B", "1")}, {});
  const Difference found = difference(older, newer);
  EXPECT_THAT(found.added, IsEmpty());
  EXPECT_THAT(extensions(found.changed), ElementsAre("1"));
  EXPECT_THAT(extensions(found.gone), ElementsAre("2"));
}

}  // namespace
}  // namespace dering::directory
