// SPDX-License-Identifier: Apache-2.0
#include "call/parting_word.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace dering::call {
namespace {

std::string letters(std::size_t count, std::string_view letter) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += letter;
  return text;
}

TEST(PartingWord, IsTheTextOfTheFirstMiscellaneousWarning) {
  EXPECT_EQ(parting_word_in("399 page \"I call you back\""), "I call you back");
  EXPECT_EQ(parting_word_in("305 page \"No codec, \\\"sorry\\\"\", 399 page \"Later\""), "Later");
  EXPECT_EQ(parting_word_in("  399  "), "");
  EXPECT_EQ(parting_word_in("305 page \"No codec\""), "");
  EXPECT_EQ(parting_word_in(""), "");
}

TEST(PartingWord, KeepsQuotesAndMarkupAsText) {
  EXPECT_EQ(parting_word_in(R"(399 page "a \"b\" \\ <b>, 399 x \"y\"")"),
            R"(a "b" \ <b>, 399 x "y")");
}

TEST(PartingWord, IsOneLineWithoutControlCharacters) {
  EXPECT_EQ(parting_word_in("399 page \"a\x01"
                            "b\tc\x7F\xC2\x9B"
                            "d\""),
            "abcd");
}

TEST(PartingWord, WhatIsNoUtf8OrNotQuotedIsNotTold) {
  EXPECT_EQ(parting_word_in("399 page \"\xFF\xFE\""), "");
  EXPECT_EQ(parting_word_in("399 page bare"), "");
}

TEST(PartingWord, IsCutOffBetweenTwoCharacters) {
  EXPECT_EQ(parting_word_in("399 page \"" + letters(10'000, "a") + "\""), letters(140, "a"));
  const std::string cut = parting_word_in("399 page \"" + letters(200, "\u20AC") + "\"");
  EXPECT_EQ(cut, letters(140, "\u20AC"));
  EXPECT_TRUE(is_utf8(cut));
}

TEST(PartingWord, IsToldSoThatItIsReadBackAsItWas) {
  const std::string word = R"(He said "no" \ <i>)";
  EXPECT_EQ(warning_with(word), R"(399 dering "He said \"no\" \\ <i>")");
  EXPECT_EQ(parting_word_in(warning_with(word)), word);
  EXPECT_EQ(warning_with(""), "");
}

}  // namespace
}  // namespace dering::call
