// SPDX-License-Identifier: Apache-2.0
#include "app/dering/readiness.h"

#include <gtest/gtest.h>

namespace dering::app {
namespace {

TEST(Readiness, IsThereWhenNothingIsWrong) {
  const auto ready = readiness_of({"", "", {{"https://sso.example", ""}}});
  EXPECT_TRUE(ready.is_ready);
  EXPECT_EQ(ready.json, R"({"ready":true,"engine":{"ok":true},"store":{"ok":true},)"
                        R"("issuers":[{"url":"https://sso.example","ok":true}]})");
}

TEST(Readiness, EachPartSaysWhatIsWrongWithIt) {
  for (const Health& health : {Health{"it is not there", "", {}}, Health{"", "disk full", {}},
                               Health{"", "", {{"https://a.example", ""}, {"b", "no answer"}}}}) {
    EXPECT_FALSE(readiness_of(health).is_ready);
  }
  EXPECT_NE(readiness_of({"", "", {{"b", "no \"answer\""}}})
                .json.find(R"({"url":"b","ok":false,"reason":"no \"answer\""})"),
            std::string::npos);
}

}  // namespace
}  // namespace dering::app
