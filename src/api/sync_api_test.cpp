// SPDX-License-Identifier: Apache-2.0
#include "api/sync_api.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using boost::json::object;
using directory::SyncState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SyncTest : public World {
 protected:
  net::HttpResponse start(const std::string& body) {
    return send_json("POST", "/api/v1/sync", admin, body);
  }
  std::string admin = sso_token("admin", {"admin"});
};

TEST_F(SyncTest, TheStateOfEachIssuerIsTold) {
  SyncState done;
  done.issuer = sso;
  done.started_at = 1'899'999'000;
  done.finished_at = 1'899'999'009;
  done.done = {.added = 1, .changed = 2, .enabled = 3, .disabled = 4, .unchanged = 5, .refused = 6};
  SyncState failed;
  failed.issuer = "https://other.example";
  failed.phase = SyncState::Phase::failed;
  failed.error = "It does not answer.";
  syncs = {done, failed};
  const auto issuers =
      identity::json_object(get_as(admin, "/api/v1/sync").body)->at("issuers").as_array();
  ASSERT_EQ(issuers.size(), 2U);
  EXPECT_EQ(issuers.at(0), (object{{"url", sso},
                                   {"state", "idle"},
                                   {"started_at", 1'899'999'000},
                                   {"finished_at", 1'899'999'009},
                                   {"added", 1},
                                   {"changed", 2},
                                   {"enabled", 3},
                                   {"disabled", 4},
                                   {"unchanged", 5},
                                   {"refused", 6},
                                   {"error", ""}}));
  EXPECT_EQ(issuers.at(1).at("state").as_string(), "failed");
  EXPECT_EQ(issuers.at(1).at("error").as_string(), "It does not answer.");
  EXPECT_TRUE(issuers.at(1).at("finished_at").is_null());
}

TEST_F(SyncTest, AnAdministratorStartsIt) {
  syncs = {SyncState{}};
  EXPECT_EQ(start("").status, 202);
  EXPECT_EQ(start("{}").status, 202);
  const auto forced = start(R"({"force":true})");
  EXPECT_EQ(forced.status, 202);
  EXPECT_THAT(forced.body, HasSubstr("issuers"));
  EXPECT_THAT(syncs_started, ElementsAre(false, false, true));
}

TEST_F(SyncTest, WithNothingToSyncThatIsSaid) {
  const auto refused = start("");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("[issuer.sync]"));
  EXPECT_EQ(get_as(admin, "/api/v1/sync").body, R"({"issuers":[]})");
  EXPECT_THAT(syncs_started, IsEmpty());
}

TEST_F(SyncTest, AnOddWishStartsNothing) {
  syncs = {SyncState{}};
  for (const std::string body :
       {R"({"force":1})", R"({"force":"true"})", R"({"forced":true})", R"({"force":true,"x":1})"}) {
    EXPECT_EQ(start(body).status, 422) << body;
  }
  for (const std::string body : {"{", "[]", "true", R"({"force":true,"force":false})"}) {
    EXPECT_EQ(start(body).status, 400) << body;
  }
  EXPECT_THAT(syncs_started, IsEmpty());
}

}  // namespace
}  // namespace dering::api
