// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace dering {
namespace {

using ::testing::SizeIs;

constexpr Names::Key key{1, 2};

TEST(Names, AreTheSameForOnePurposeUnderOneKeyHoweverManyOtherPurposesHave) {
  SeededRandom random(1);
  Names branches("branch", random);
  Names tags("tag", random);
  branches.restart(key);
  tags.restart(key);
  const std::string first = branches.token(22);
  const std::string second = branches.token(22);

  SeededRandom other(2);
  Names again("branch", other);
  again.restart(key);
  EXPECT_EQ(again.token(22), first);
  for (int i = 0; i < 5; ++i) tags.token(12);  // what another purpose draws does not matter
  EXPECT_EQ(again.token(22), second);
  EXPECT_NE(first, second);
  tags.restart(key);
  EXPECT_NE(tags.token(22), first) << "each purpose has its own";
}

TEST(Names, OfAnotherKeyAreOthers) {
  SeededRandom random(1);
  Names names("tag", random);
  const std::string before = names.token(12);
  names.restart(key);
  const std::string recorded = names.token(12);
  names.restart({2, 1});
  EXPECT_THAT((std::set{before, recorded, names.token(12)}), SizeIs(3));
}

TEST(Names, DoNotRepeatAndUseTheWholeAlphabetAtAnyLength) {
  SeededRandom random(3);
  Names names("call", random);
  std::set<std::string> seen;
  std::set<char> characters;
  for (int i = 0; i < 2'000; ++i) {
    const std::string name = names.token(24);
    ASSERT_THAT(name, SizeIs(24));
    characters.insert(name.begin(), name.end());
    seen.insert(name);
  }
  EXPECT_THAT(seen, SizeIs(2'000));
  EXPECT_THAT(characters, SizeIs(62));
  EXPECT_THAT(names.token(1), SizeIs(1));
  EXPECT_THAT(names.token(61), SizeIs(61));
  EXPECT_NE(names.number(), names.number());
}

}  // namespace
}  // namespace dering
