// SPDX-License-Identifier: Apache-2.0
#include "identity/json.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace dering::identity {
namespace {

std::optional<std::int64_t> date(const std::string& number) {
  const auto object = json_object("{\"exp\":" + number + "}");
  return object ? numeric_date_in(*object, "exp") : std::nullopt;
}

TEST(NumericDate, FR16_IsAnyNumberOfSeconds) {
  EXPECT_EQ(date("1800000000"), 1'800'000'000);
  EXPECT_EQ(date("1800000000.0"), 1'800'000'000);
  EXPECT_EQ(date("1800000000.999"), 1'800'000'000);
  EXPECT_EQ(date("1.8e9"), 1'800'000'000);
  EXPECT_EQ(date("1.8E+9"), 1'800'000'000);
  EXPECT_EQ(date("18000000000e-1"), 1'800'000'000);
  EXPECT_EQ(date("0"), 0);
  EXPECT_EQ(date("-0.5"), -1);
  EXPECT_EQ(date("9223372036854775807"), 9'223'372'036'854'775'807);
}

TEST(NumericDate, IsNothingElse) {
  for (const char* value : {"\"1800000000\"",
                            "null",
                            "true",
                            "[1800000000]",
                            "{}",
                            "9223372036854775808",
                            "1e19",
                            "1e300",
                            "-1e300",
                            "1e400",
                            "-1e400",
                            "NaN",
                            "Infinity",
                            "-Infinity",
                            "+1",
                            "01",
                            "1.",
                            ".5",
                            "0x10",
                            "1e",
                            "18_000",
                            ""}) {
    EXPECT_FALSE(date(value)) << value;
  }
  EXPECT_FALSE(numeric_date_in(*json_object("{}"), "exp"));
}

TEST(HostileInput, H9_JsonThatReadersDisagreeOnIsNone) {
  for (const char* text : {"",
                           " ",
                           "null",
                           "1",
                           "[]",
                           "{",
                           "}",
                           "{}x",
                           "{} {}",
                           "{,}",
                           "{\"a\":1,}",
                           "{\"a\":1 \"b\":2}",
                           "{'a':1}",
                           "{a:1}",
                           "{\"a\":1,\"a\":1}",
                           "{\"a\":1,\"\\u0061\":2}",
                           "{\"a\":{\"b\":1,\"b\":2}}",
                           "{\"a\":[{\"b\":1,\"b\":2}]}",
                           "{\"a\":\"\x01\"}",
                           "{\"a\":\"\xff\"}",
                           "{\"a\":\"\xc0\x80\"}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"\\x41\"}",
                           "{\"a\":1}//c",
                           "/**/{}",
                           "\xef\xbb\xbf{}",
                           "{\"a\":.1}",
                           "{\"a\":1e}",
                           "{\"a\":tru}"}) {
    EXPECT_FALSE(json_object(text)) << text;
  }
  EXPECT_TRUE(json_object(" {\"a:b\":\"{\\\"c\\\":1}\",\"b\":[{},{\"a\":null}]} "));
}

TEST(HostileInput, A9_JsonOfAMillionLevelsIsRefusedAtTheSixteenth) {
  for (const std::size_t depth : {20U, 1000U, 1'000'000U}) {
    std::string text = "{\"a\":";
    text.append(depth, '[').append(depth, ']').append("}");
    EXPECT_FALSE(json_object(text)) << depth;
  }
}

}  // namespace
}  // namespace dering::identity
