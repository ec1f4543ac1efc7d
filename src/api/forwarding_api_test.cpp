// SPDX-License-Identifier: Apache-2.0
#include "api/forwarding_api.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ForwardingApiTest : public World {
 protected:
  ForwardingApiTest() {
    EXPECT_TRUE(store->set_role("budi", "admin"));
    ayu = access_token_for("ayu");    // 1001
    budi = access_token_for("budi");  // 1002
  }
  net::HttpResponse change_as(const std::string& token, const std::string& body) {
    return send_json("PATCH", "/api/v1/forwarding", token, body);
  }
  std::string shown_to(const std::string& token, const Fields& query = {}) {
    return get_as(token, "/api/v1/forwarding", query).body;
  }

  std::string ayu;
  std::string budi;
};

TEST_F(ForwardingApiTest, NothingIsSetAtFirst) {
  EXPECT_EQ(shown_to(ayu),
            R"({"extension":"1001","always":null,"busy":null,"no_answer":null,"unreachable":null,)"
            R"("ring_seconds":20,"do_not_disturb":false,"pickup_notices":true})");
}

TEST_F(ForwardingApiTest, WhatIsNamedChangesAndIsKept) {
  EXPECT_EQ(change_as(ayu, R"({"always":"1002","ring_seconds":45})").status, 200);
  EXPECT_EQ(change_as(ayu, R"({"do_not_disturb":true})").status, 200);
  EXPECT_THAT(shown_to(ayu), HasSubstr(R"("always":"1002")"));
  EXPECT_THAT(shown_to(ayu), HasSubstr(R"("ring_seconds":45,"do_not_disturb":true)"));
  const auto kept = store->load_forwardings();
  ASSERT_EQ(kept->all.size(), 1U);
  EXPECT_EQ(kept->all[0].extension, "1001");
  EXPECT_EQ(kept->all[0].forwarding.always, "1002");
  EXPECT_EQ(change_as(ayu, R"({"always":null,"ring_seconds":20,"do_not_disturb":false})").status,
            200);
  EXPECT_TRUE(store->load_forwardings()->all.empty());
}

TEST_F(ForwardingApiTest, ThePagesOfThatPersonAloneAreTold) {
  const auto mine = stream_as(ayu);
  const auto other = stream_as(budi);
  change_as(ayu, R"({"busy":"1002"})");
  ASSERT_FALSE(mine->events.empty());
  EXPECT_EQ(mine->events.back().first, "forwarding");
  EXPECT_THAT(mine->events.back().second, HasSubstr(R"("busy":"1002")"));
  EXPECT_NE(other->events.back().first, "forwarding");
}

TEST_F(ForwardingApiTest, SomebodyElsesIsForAdministrators) {
  EXPECT_EQ(change_as(ayu, R"({"extension":"1002","always":"1001"})").status, 404);
  EXPECT_EQ(get_as(ayu, "/api/v1/forwarding", {{"extension", "1002"}}).status, 404);
  EXPECT_EQ(change_as(budi, R"({"extension":"1001","always":"1002"})").status, 200);
  EXPECT_THAT(shown_to(ayu), HasSubstr(R"("always":"1002")"));
  EXPECT_THAT(shown_to(budi, {{"extension", "1001"}}), HasSubstr(R"("always":"1002")"));
}

TEST_F(ForwardingApiTest, WhatCannotBeIsRefusedWithASentence) {
  const auto body_of = [&](const std::string& body) { return change_as(ayu, body).body; };
  EXPECT_THAT(body_of(R"({"always":"1001"})"), HasSubstr("the same extension"));
  EXPECT_THAT(body_of(R"({"always":"9999"})"), HasSubstr("Nobody here"));
  EXPECT_THAT(body_of(R"({"always":"+62811223344"})"), HasSubstr("Nobody here"));
  EXPECT_THAT(body_of(R"({"ring_seconds":4})"), HasSubstr("5 to 120"));
  EXPECT_THAT(body_of(R"({"ring_seconds":-1})"), HasSubstr("5 to 120"));
  EXPECT_THAT(body_of(R"({"ring_seconds":4294967301})"), HasSubstr("5 to 120"));
  for (const char* bad :
       {R"({"always":5})", R"({"do_not_disturb":"yes"})", R"({"sometimes":"1002"})",
        R"({"ring_seconds":"20"})", R"({"ring_seconds":7.5})"}) {
    EXPECT_EQ(change_as(ayu, bad).status, 422) << bad;
  }
  EXPECT_TRUE(store->load_forwardings()->all.empty());
}

TEST_F(ForwardingApiTest, NoticesOfWhatRingsAtColleaguesAreOnUntilSwitchedOff) {
  EXPECT_THAT(shown_to(ayu), HasSubstr(R"("pickup_notices":true)"));
  EXPECT_EQ(change_as(ayu, R"({"pickup_notices":false})").status, 200);
  EXPECT_THAT(shown_to(ayu), HasSubstr(R"("pickup_notices":false)"));
  EXPECT_THAT(shown_to(budi), HasSubstr(R"("pickup_notices":true)"));
  EXPECT_EQ(change_as(ayu, R"({"pickup_notices":0})").status, 422);
}

TEST_F(ForwardingApiTest, AStormOfChangesIsAnswered429) {
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    const auto response =
        change_as(ayu, i % 2 == 0 ? R"({"do_not_disturb":true})" : R"({"do_not_disturb":false})");
    if (response.status == 429) ++refused;
  }
  EXPECT_GE(refused, 25);
  now += std::chrono::minutes(2);
  EXPECT_NE(change_as(access_token_for("ayu"), R"({"do_not_disturb":true})").status, 429);
}

}  // namespace
}  // namespace dering::api
