// SPDX-License-Identifier: Apache-2.0
#include "app/dering/logo_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "app/dering/config.h"

namespace dering::app {
namespace {

using ::testing::HasSubstr;

class LogoFile : public ::testing::Test {
 protected:
  auto read(std::string_view content) {
    std::ofstream(file_, std::ios::binary) << content;
    return read_logo(file_);
  }
  void TearDown() override { std::filesystem::remove(file_); }

  std::filesystem::path file_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) + ".logo");
};

/// Signature and IHDR of a picture whose sides have so many pixels.
std::string png_of(char high, char low) {
  std::string png("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16);
  for (int side = 0; side < 2; ++side) png += {'\0', '\0', high, low};
  return png + std::string(5, '\x08');
}

TEST_F(LogoFile, WithoutOneThereIsNothingToServe) {
  const auto logo = read_logo({});
  ASSERT_TRUE(logo);
  EXPECT_FALSE(*logo);
  EXPECT_EQ(address_of_logo({}), "");
}

TEST_F(LogoFile, AnSvgIsServedSoThatNothingInItRuns) {
  for (const std::string_view svg :
       {"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE svg PUBLIC 'a' "
        "'b'>\n<svg\nx='1'/>",
        "<svg></svg>"}) {
    const auto logo = read(svg);
    ASSERT_TRUE(logo) << logo.error();
    EXPECT_EQ((*logo)->path, "/logo.svg");
    EXPECT_EQ((*logo)->content, svg);
    EXPECT_THAT((*logo)->policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT((*logo)->policy, HasSubstr("; sandbox"));
  }
  EXPECT_EQ(address_of_logo(file_), "logo.svg");
}

TEST_F(LogoFile, APngIsTakenUpToASize) {
  const auto logo = read(png_of(1, 0));
  ASSERT_TRUE(logo) << logo.error();
  EXPECT_EQ((*logo)->path, "/logo.png");
  const auto large = read(png_of(8, 1));
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error(), HasSubstr("must be 2048 pixels wide and high at most."));
  EXPECT_FALSE(read(png_of(0, 0)));
  EXPECT_FALSE(read(png_of(1, 0).substr(0, 20)));
}

TEST_F(LogoFile, WhatIsNoPictureIsRefusedByName) {
  for (const std::string_view wrong :
       {"<html><svg></svg></html>", "<svgx/>", "<svg", "GIF89a", "<!-- <svg></svg>", " "}) {
    const auto logo = read(wrong);
    ASSERT_FALSE(logo) << wrong;
    EXPECT_EQ(logo.error(),
              "organisation.logo " + file_.string() + " is neither an SVG nor a PNG.");
  }
}

TEST_F(LogoFile, OneThatIsMissingOrTooLargeIsRefusedBeforeTheStart) {
  Config config;
  config.organisation.logo = file_;
  EXPECT_THAT(fault_of(config).value_or(""), HasSubstr("is not there, or is no file."));
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read_logo(std::filesystem::path(::testing::TempDir())));
  const auto large = read("<svg>" + std::string(100'000, ' '));
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error(), HasSubstr("is larger than 100000 bytes."));
  EXPECT_THAT(fault_of(config).value_or(""), HasSubstr("is larger"));
}

}  // namespace
}  // namespace dering::app
