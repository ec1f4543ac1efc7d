// SPDX-License-Identifier: Apache-2.0
#include "directory/person.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace dering::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Person ayu() {
  return {.issuer = "https://sso/realms/dering",
          .subject = "5a0c6f1e-0b9c-4f0e-9d0a-2b1b0f3c7d11",
          .username = "ayu",
          .display_name = "Ayu Lestari",
          .groups = {"/Fakultas Teknik/Sipil"},
          .extension = ""};
}

std::string name_kept_of(std::string display_name) {
  Person person = ayu();
  person.display_name = std::move(display_name);
  const auto tidy = tidied(person);
  return tidy ? tidy->display_name : "(refused)";
}

TEST(Person, OfOrdinaryTextStaysAsItIs) {
  const auto tidy = tidied(ayu());
  ASSERT_TRUE(tidy);
  EXPECT_EQ(tidy->issuer, ayu().issuer);
  EXPECT_EQ(tidy->subject, ayu().subject);
  EXPECT_EQ(tidy->username, "ayu");
  EXPECT_EQ(tidy->display_name, "Ayu Lestari");
  EXPECT_EQ(tidy->groups, ayu().groups);
  EXPECT_EQ(name_kept_of("I Gusti Ngurah Å. Ḍ 山田 👩‍🔬"),
            "I Gusti Ngurah Å. Ḍ 山田 👩‍🔬");
}

TEST(Person, LosesControlCharactersAndWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(name_kept_of("a\r\nContact: b"), "a Contact: b");
  EXPECT_EQ(name_kept_of(std::string("a\0b\x1b[31m\x7f", 9)), "ab[31m");
  EXPECT_EQ(name_kept_of("a\xC2\x9B\xC2\x80z"), "az") << "C1";
  EXPECT_EQ(name_kept_of("a\xE2\x80\xAE"
                         "cilA\xE2\x80\xAC"),
            "acilA")
      << "right-to-left override";
  EXPECT_EQ(name_kept_of("\xE2\x81\xA6x\xE2\x81\xA9\xE2\x80\x8F\xD8\x9C"), "x")
      << "isolates, marks";
  EXPECT_EQ(name_kept_of("a\xE2\x80\xA8"
                         "b"),
            "a b")
      << "line separator";
  EXPECT_EQ(name_kept_of("  a \t b  "), "a b");
  EXPECT_EQ(name_kept_of("\xEF\xBB\xBF\xE2\x80\x8B "), "") << "nothing to be seen";
}

TEST(Person, IsCutBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "山";
  const std::string kept = name_kept_of(name);
  EXPECT_EQ(kept.size(), 99U);
  EXPECT_TRUE(is_utf8(kept));
  EXPECT_EQ(name_kept_of(std::string(100, 'x')).size(), 100U);
  EXPECT_EQ(name_kept_of(std::string(99, 'x') + " y"), std::string(99, 'x'))
      << "no blank at the end";
  Person person = ayu();
  person.username = std::string(100'000, 'u');
  EXPECT_EQ(tidied(person)->username.size(), 128U);
}

TEST(Person, OfTextThatIsNotUtf8IsRefused) {
  EXPECT_EQ(name_kept_of("\xff"), "(refused)");
  EXPECT_EQ(name_kept_of("a\xC3"), "(refused)");
  EXPECT_EQ(name_kept_of("\xED\xA0\x80"), "(refused)") << "a surrogate";
  Person person = ayu();
  person.username = "\xC0\xAF";
  EXPECT_FALSE(tidied(person));
}

TEST(Person, WithAKeyThatCanNotBeKeptAsItIsIsRefused) {
  const auto is_refused = [](auto change) {
    Person person = ayu();
    change(person);
    return !tidied(person);
  };
  EXPECT_TRUE(is_refused([](Person& p) { p.subject = ""; }));
  EXPECT_TRUE(is_refused([](Person& p) { p.subject = std::string("a\0b", 3); }));
  EXPECT_TRUE(is_refused([](Person& p) { p.subject = std::string(256, 's'); }));
  EXPECT_TRUE(is_refused([](Person& p) { p.subject = "a\xff"; }));
  EXPECT_TRUE(is_refused([](Person& p) { p.issuer = ""; })) << "that is the built-in provider";
  EXPECT_TRUE(is_refused([](Person& p) { p.issuer = "https://sso\n"; }));
  EXPECT_FALSE(is_refused([](Person& p) { p.subject = std::string(255, 's'); }));
}

TEST(Person, HasABoundedNumberOfGroups) {
  Person person = ayu();
  person.groups.assign(1'000, "/a");
  person.groups.front() = "/bad\xff";
  person.groups.at(1) = std::string(256, '/');
  EXPECT_THAT(tidied(person)->groups, SizeIs(64));
}

TEST(Person, MayOnlyWishForDigits) {
  const auto wish = [](std::string extension) {
    Person person = ayu();
    person.extension = std::move(extension);
    return tidied(person)->extension;
  };
  EXPECT_EQ(wish("2101"), "2101");
  EXPECT_EQ(wish("12"), "12");
  EXPECT_EQ(wish("123456789012345"), "123456789012345");
  for (const auto* no : {"", "1", "*43", "#1", "21a", " 2101", "2101\n", "-21", "1234567890123456",
                         "\xD9\xA1\xD9\xA2", "21;phone"}) {
    EXPECT_EQ(wish(no), "") << no;
  }
}

TEST(Person, IsShownUnderSomeNameInAnyCase) {
  Person person = ayu();
  EXPECT_EQ(shown_name(person), "Ayu Lestari");
  person.display_name = "";
  EXPECT_EQ(shown_name(person), "ayu");
  person.username = "";
  EXPECT_EQ(shown_name(person), "5a0c6f1e");
  person.subject = "山";
  EXPECT_EQ(shown_name(person), "山");
}

TEST(GroupPath, IsComparedByWholeSegments) {
  EXPECT_TRUE(is_within("/Fakultas Teknik", "/Fakultas Teknik"));
  EXPECT_TRUE(is_within("/Fakultas Teknik/Sipil/S1", "/Fakultas Teknik"));
  EXPECT_TRUE(is_within("/A/B", "/A/"));
  EXPECT_FALSE(is_within("/Fakultas Teknik Kimia", "/Fakultas Teknik"));
  EXPECT_FALSE(is_within("/Fakultas", "/Fakultas Teknik"));
  EXPECT_FALSE(is_within("/X/A/B", "/A/B"));
  EXPECT_FALSE(is_within("/a", "/A"));
  EXPECT_FALSE(is_within("/A~/B", "/A"));
  EXPECT_FALSE(is_within("/A~/B", "/A~")) << "one group whose name is A/B";
  EXPECT_FALSE(is_within("/A", ""));
  EXPECT_FALSE(is_within("/A", "/"));
}

TEST(NumberPlan, GivesWhatTheFirstRuleSaysThatMatches) {
  const NumberPlan plan{.usual = {1001, 9999},
                        .groups = {{"/Staff", "", NumberRange{3000, 3099}},
                                   {"/Fakultas Teknik", "Teknik", NumberRange{2100, 2199}},
                                   {"/Fakultas Teknik/Sipil", "Sipil", NumberRange{2200, 2299}},
                                   {"/Guests", "Guests", std::nullopt}}};
  const std::vector<std::string> civil{"/Fakultas Teknik/Sipil"};
  EXPECT_EQ(range_for(plan, civil), (NumberRange{2100, 2199}));
  EXPECT_EQ(unit_for(plan, civil), "Teknik");
  const std::vector<std::string> both{"/Fakultas Teknik", "/Staff/IT"};
  EXPECT_EQ(range_for(plan, both), (NumberRange{3000, 3099})) << "the rules' order counts";
  EXPECT_EQ(unit_for(plan, both), "Teknik") << "the first rule says nothing about the unit";
  EXPECT_EQ(range_for(plan, {"/Guests"}), plan.usual);
  EXPECT_EQ(range_for(plan, {}), plan.usual);
  EXPECT_EQ(unit_for(plan, {"/Other"}), "");
}

}  // namespace
}  // namespace dering::directory
