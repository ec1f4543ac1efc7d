// SPDX-License-Identifier: Apache-2.0
#include "sip/message/media_type.h"

#include <gtest/gtest.h>

#include <vector>

namespace dering::sip {
namespace {

TEST(MediaType, FR18_IsTheSameInAnyCaseWithAnyParametersAndBlanks) {
  for (const std::string_view value :
       {"application/dtmf-relay", "Application/DTMF-Relay", "application/dtmf-relay;charset=utf-8",
        "application/dtmf-relay ; charset=\"utf-8; q\"", " application / dtmf-relay\t",
        "application/dtmf-relay;", "application/dtmf-relay;x", "application/dtmf-relay;;a=b"}) {
    EXPECT_TRUE(is_media_type(value, "application/dtmf-relay")) << value;
    EXPECT_FALSE(is_media_type(value, "application/dtmf")) << value;
  }
  EXPECT_EQ(parse_media_type("text/plain; a=\"x;y\" ;CharSet = utf-8")->parameter("charset"),
            "utf-8");
  EXPECT_EQ(parse_media_type("text/plain; a=\"x;y\"")->parameter("A"), "\"x;y\"");
}

TEST(MediaType, ThatIsNotATypeAndASubtypeIsNothing) {
  for (const std::string_view value :
       {"", "application", "application/", "/sdp", "application sdp", "application/sdp, text/plain",
        "application/sdp text", "application//sdp", "application/s dp", "application/\"sdp\"",
        "application/sdp@x", "\"application/sdp\"", ";charset=utf-8"}) {
    EXPECT_FALSE(parse_media_type(value)) << value;
  }
}

bool accepts_sdp(const std::vector<std::string_view>& ranges) {
  return is_acceptable(ranges, "application/sdp");
}

TEST(Accept, IsDecidedByTheRangeThatFitsBest) {
  EXPECT_TRUE(accepts_sdp({"text/plain", "Application/SDP;level=1"}));
  EXPECT_TRUE(accepts_sdp({"application/*"}));
  EXPECT_TRUE(accepts_sdp({"APPLICATION / *;q=0.1"}));
  EXPECT_TRUE(accepts_sdp({"*/*;q=0.001"}));
  EXPECT_TRUE(accepts_sdp({"*/*;q=0", "application/sdp"}));
  EXPECT_FALSE(accepts_sdp({"text/plain"}));
  EXPECT_FALSE(accepts_sdp({"text/*", "*/sdp"}));
  EXPECT_FALSE(accepts_sdp({"application/sdp;q=0"}));
  EXPECT_FALSE(accepts_sdp({"application/sdp; q=0.000", "*/*"}));
  EXPECT_FALSE(accepts_sdp({"application/*;q=0.", "*/*"}));
}

TEST(Accept, FR10_ThatCannotBeReadIsAsGoodAsAbsent) {
  EXPECT_TRUE(accepts_sdp({}));
  EXPECT_TRUE(accepts_sdp({"everything", "/", "application/sdp@x"}));
  EXPECT_TRUE(accepts_sdp({"application/sdp;q=much"}));
  EXPECT_FALSE(accepts_sdp({"everything", "text/plain"}));
}

}  // namespace
}  // namespace dering::sip
