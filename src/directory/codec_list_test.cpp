// SPDX-License-Identifier: Apache-2.0
#include "directory/codec_list.h"

#include <gmock/gmock.h>

namespace dering::directory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Names = std::vector<std::string>;

TEST(CodecListTest, NamesOfEitherCaseKeepTheirOrder) {
  EXPECT_EQ(codec_list(Names{"PCMA", "Opus", "g722"}), "pcma,opus,g722");
  EXPECT_EQ(codec_list(Names{"pcmu"}), "pcmu");
  EXPECT_THAT(codecs_in("pcma,opus,g722"), ElementsAre("pcma", "opus", "g722"));
  EXPECT_THAT(codecs_in(""), IsEmpty());
}

TEST(CodecListTest, WhatIsNoneOfOursIsNamedTwiceOrNothingIsRefusedWithASentence) {
  EXPECT_THAT(codec_list(Names{}).error(), HasSubstr("one codec at least"));
  for (const std::string odd : {"", "g729", "opus,pcma", " opus", "telephone-event", "opus\n"}) {
    EXPECT_THAT(codec_list(Names{"pcma", odd}).error(), HasSubstr("opus, g722, pcmu and pcma"))
        << odd;
  }
  EXPECT_THAT(codec_list(Names{"pcma", "opus", "PCMA"}).error(), HasSubstr("pcma is named twice"));
}

}  // namespace
}  // namespace dering::directory
