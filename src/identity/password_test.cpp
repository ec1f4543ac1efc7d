// SPDX-License-Identifier: Apache-2.0
#include "identity/password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"

namespace dering::identity {
namespace {

TEST(PasswordTest, OnlyThePasswordItselfMatches) {
  SeededRandom random(1);
  const std::string hash = hash_password("correct horse", random);
  EXPECT_THAT(hash, ::testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_TRUE(password_matches("correct horse", hash));
  EXPECT_FALSE(password_matches("correct horse ", hash));
  EXPECT_FALSE(password_matches("", hash));
  EXPECT_NE(hash, hash_password("correct horse", random)) << "every hash has its own salt";
}

TEST(PasswordTest, ByteZeroIsPartOfThePassword) {
  using std::string_view_literals::operator""sv;
  SeededRandom random(1);
  const std::string hash = hash_password("a\0b"sv, random);
  EXPECT_TRUE(password_matches("a\0b"sv, hash));
  EXPECT_FALSE(password_matches("a\0c"sv, hash));
  EXPECT_FALSE(password_matches("a", hash));
}

TEST(PasswordTest, WhatIsNoHashMatchesNothing) {
  for (const std::string hash : {"", "x", "$argon2id$", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA"}) {
    EXPECT_FALSE(password_matches("", hash)) << hash;
  }
  EXPECT_FALSE(password_matches(std::string(longest_password + 1, 'a'), hash_of_nobody()));
}

// AT11
TEST(PasswordRule, ALongPasswordThatIsNotCommonWillDo) {
  for (const std::string good : {"seven bamboo chairs", "Kuda-lumping77", "пароль из слов",
                                 "            x", "tujuh kursi"}) {
    EXPECT_EQ(fault_of_password(good).has_value(), good == "tujuh kursi") << good;
  }
}

// AT11
TEST(PasswordRule, LengthCountsCharactersAndNotBytes) {
  EXPECT_TRUE(fault_of_password("éééééé"));  // 12 bytes
  EXPECT_FALSE(fault_of_password("ééééééééèèèè"));
  EXPECT_TRUE(fault_of_password(""));
  EXPECT_TRUE(fault_of_password("elevenchars"));
}

// AT11
TEST(PasswordRule, TheThousandCommonOnesAreRefusedInAnyCase) {
  std::size_t count = 0;
  std::string_view rest = common_passwords();
  while (!rest.empty()) {
    std::string common(take_until(rest, '\n'));
    EXPECT_GE(common.size(), shortest_password) << common;
    EXPECT_TRUE(fault_of_password(common)) << common;
    std::ranges::transform(common, common.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    EXPECT_TRUE(fault_of_password(common)) << common;
    ++count;
  }
  EXPECT_EQ(count, 1000U);
}

TEST(PasswordRule, WhatCanNotBeTypedOnOneLineIsRefused) {
  EXPECT_TRUE(fault_of_password("seven bamboo\nchairs"));
  EXPECT_TRUE(fault_of_password("seven bamboo \x1b[2J"));
  EXPECT_TRUE(fault_of_password("seven bamboo \xff\xfe"));
  EXPECT_TRUE(fault_of_password(std::string(longest_password + 1, 'x')));
}

}  // namespace
}  // namespace dering::identity
