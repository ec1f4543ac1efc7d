// SPDX-License-Identifier: Apache-2.0
#include "identity/password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace dering::identity
