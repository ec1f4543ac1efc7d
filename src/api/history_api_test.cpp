// SPDX-License-Identifier: Apache-2.0
#include "api/history_api.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class HistoryApiTest : public World {
 protected:
  HistoryApiTest() {
    ayu = access_token_for("ayu");    // 1001
    budi = access_token_for("budi");  // 1002
  }
  /// As the program does it.
  void call(std::string caller, std::string callee, std::string outcome) {
    std::vector<store::Write> writes{
        store::SaveCallRecord{{.call_id = "call " + std::to_string(++calls_),
                               .caller = std::move(caller),
                               .callee = std::move(callee),
                               .started_at = 1'899'999'000,
                               .duration_ms = -1,
                               .outcome = std::move(outcome)}}};
    store->save(writes);
    api.on_calls_kept(store->take_kept(), now);
  }
  std::string state_of(const std::string& token) { return get_as(token, "/api/v1/history").body; }
  net::HttpResponse see(const std::string& token, const std::string& body) {
    return send_json("PATCH", "/api/v1/history", token, body);
  }

  std::string ayu;
  std::string budi;
  int calls_ = 0;
};

TEST_F(HistoryApiTest, NobodyHasMissedAnythingAtFirst) {
  EXPECT_EQ(state_of(ayu), R"({"newest":"0","seen_until":"0","unseen":0})");
  EXPECT_EQ(see(ayu, R"({"seen_until":"7"})").status, 200);
  EXPECT_EQ(state_of(ayu), R"({"newest":"0","seen_until":"0","unseen":0})");
}

TEST_F(HistoryApiTest, WhatWasMissedIsCountedUntilItIsSeenAndAllPagesOfThatPersonAreTold) {
  const auto desk = stream_as(ayu);
  const auto hand = stream_as(ayu);
  const auto other = stream_as(budi);
  call("1002", "1001", "no_answer");
  call("1002", "1001", "declined");
  call("1002", "1001", "cancelled");
  EXPECT_EQ(state_of(ayu), R"({"newest":"3","seen_until":"0","unseen":2})");
  EXPECT_EQ(see(ayu, R"({"seen_until":"1"})").body,
            R"({"newest":"3","seen_until":"1","unseen":1})");
  EXPECT_EQ(see(ayu, R"({"seen_until":"99"})").body,
            R"({"newest":"3","seen_until":"3","unseen":0})");
  EXPECT_EQ(see(ayu, R"({"seen_until":"2"})").body,
            R"({"newest":"3","seen_until":"3","unseen":0})");
  const auto told = ElementsAre(Pair("ready", "{}"),
                                Pair("history", R"({"newest":"1","seen_until":"0","unseen":1})"),
                                Pair("history", R"({"newest":"2","seen_until":"0","unseen":1})"),
                                Pair("history", R"({"newest":"3","seen_until":"0","unseen":2})"),
                                Pair("history", R"({"newest":"3","seen_until":"1","unseen":1})"),
                                Pair("history", R"({"newest":"3","seen_until":"3","unseen":0})"));
  EXPECT_THAT(desk->events, told);
  EXPECT_THAT(hand->events, told);
  EXPECT_THAT(other->events.back(),
              Pair("history", R"({"newest":"3","seen_until":"0","unseen":0})"));
}

TEST_F(HistoryApiTest, WhatWasMissedCanBeAskedForAlone) {
  call("1002", "1001", "no_answer");
  call("1001", "1002", "busy");
  const auto missed = get_as(ayu, "/api/v1/calls", {{"missed", "true"}}).body;
  EXPECT_THAT(missed, HasSubstr(R"("id":"1")"));
  EXPECT_THAT(missed, ::testing::Not(HasSubstr(R"("id":"2")")));
  EXPECT_THAT(missed, HasSubstr(R"("missed":true)"));
  EXPECT_THAT(get_as(ayu, "/api/v1/calls").body, HasSubstr(R"("missed":false)"));
  EXPECT_EQ(get_as(ayu, "/api/v1/calls", {{"missed", "maybe"}}).status, 400);
}

TEST_F(HistoryApiTest, WhatIsNoIdIsRefusedWithASentence) {
  for (const char* bad : {R"({"seen_until":5})", R"({"seen_until":"-1"})", R"({"seen_until":""})",
                          R"({})", R"({"seen_until":"1","extension":"1002"})"}) {
    EXPECT_EQ(see(ayu, bad).status, 422) << bad;
  }
  EXPECT_EQ(get("/api/v1/history").status, 401);
}

TEST_F(HistoryApiTest, WhoChangesItAllTheTimeIsAskedToWait) {
  int refused = 0;
  for (int i = 0; i < 70; ++i) refused += see(ayu, R"({"seen_until":"1"})").status == 429 ? 1 : 0;
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(see(budi, R"({"seen_until":"1"})").status, 200);
}

TEST_F(HistoryApiTest, TheSoundOfOnesCallsIsATableForOneselfAndForAdministrators) {
  add("dewi", "Dewi", "admin");
  reload();
  const std::string dewi = access_token_for("dewi");
  const auto own = get_as(ayu, "/api/v1/call-quality");
  EXPECT_EQ(own.status, 200);
  EXPECT_THAT(field_of(own, "Content-Type"), HasSubstr("text/csv"));
  EXPECT_THAT(own.body, HasSubstr("call,started_at,direction,"));
  EXPECT_EQ(get_as(ayu, "/api/v1/call-quality", {{"extension", "1002"}}).status, 404);
  EXPECT_EQ(get_as(dewi, "/api/v1/call-quality", {{"extension", "1002"}}).status, 200);
  EXPECT_EQ(get("/api/v1/call-quality").status, 401);
  int tables = 1;
  while (get_as(ayu, "/api/v1/call-quality").status == 200) ASSERT_LT(++tables, 20);
  EXPECT_EQ(tables, 10);
}

}  // namespace
}  // namespace dering::api
