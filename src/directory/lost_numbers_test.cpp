// SPDX-License-Identifier: Apache-2.0
#include "directory/lost_numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

User user(std::uint64_t id, std::string name, std::string extension) {
  return {UserId{id}, "", std::to_string(id), "name", std::move(name), "", std::move(extension)};
}

TEST(LostNumbers, AreThoseOfWhoHasGone) {
  const Directory older({user(1, "A", "1"), user(2, "B", "2"), user(3, "C", "3")}, {});
  const Directory newer({user(1, "A", "1"), user(3, "C", "3"), user(4, "D", "4")}, {});
  EXPECT_THAT(lost_numbers(older, newer), ElementsAre("2"));
}

TEST(LostNumbers, AreThoseThatWentToSomebodyElse) {
  const Directory older({user(1, "A", "1"), user(2, "B", "2")}, {});
  const Directory newer({user(2, "B", "1")}, {});
  EXPECT_THAT(lost_numbers(older, newer), ElementsAre("1", "2"));
}

TEST(LostNumbers, AreNoneWhereOnlyNamesAndDevicesChanged) {
  const Directory older({user(1, "A", "1")}, {{"desk", "1", "", ""}});
  const Directory newer({user(1, "Budi", "1")}, {});
  EXPECT_THAT(lost_numbers(older, newer), IsEmpty());
  EXPECT_THAT(lost_numbers(Directory(), newer), IsEmpty());
}

}  // namespace
}  // namespace dering::directory
