// SPDX-License-Identifier: Apache-2.0
#include "call/absence.h"

#include <gtest/gtest.h>

namespace dering::call {
namespace {

using Away = Absence::Away;

TEST(AbsenceTest, EachNewsIsToldOnce) {
  Absence told;
  EXPECT_FALSE(told.tell("1002", Away::no)) << "nobody thinks otherwise";
  EXPECT_TRUE(told.tell("1002", Away::unreached));
  EXPECT_FALSE(told.tell("1002", Away::unreached));
  EXPECT_TRUE(told.tell("1002", Away::unheard));
  EXPECT_TRUE(told.tell("1002", Away::no));
}

TEST(AbsenceTest, WhatWasSaidOfSomebodyEndsWhenTheyTalkWithAnother) {
  Absence told;
  EXPECT_EQ(told.take_told_other_than("1003"), std::nullopt);
  told.tell("1002", Away::unheard);
  EXPECT_EQ(told.take_told_other_than("1002"), std::nullopt);
  EXPECT_EQ(told.take_told_other_than("1003"), "1002");
  EXPECT_EQ(told.take_told_other_than("1003"), std::nullopt) << "once";
  EXPECT_TRUE(told.tell("1003", Away::unheard)) << "news of the other one all the same";
}

}  // namespace
}  // namespace dering::call
