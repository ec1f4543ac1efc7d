// SPDX-License-Identifier: Apache-2.0
#include "api/gate.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GateTest : public World {
 protected:
  net::HttpResponse me_as(const std::string& token) { return get_as(token, "/api/v1/me"); }
};

TEST_F(GateTest, AStrangerWithAGoodTokenGetsAPlaceInTheDirectoryAtOnce) {
  const auto watching = stream_as(access_token_for("ayu"));
  const auto me = me_as(sso_token("rara", {"user"}, {{"name", "Rara Sari"}}));
  ASSERT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(string_of(me, "extension"), "1003");
  EXPECT_EQ(string_of(me, "name"), "Rara Sari");
  EXPECT_THAT(provisioned, ElementsAre("rara"));
  EXPECT_EQ(watching->events.back().first, "person") << "others learn of it";
  EXPECT_EQ(me_as(sso_token("rara", {"user"}, {{"name", "Rara Sari"}})).status, 200);
  EXPECT_THAT(provisioned, SizeIs(1)) << "once is enough";
}

TEST_F(GateTest, FR16_ATokenThatHasExpiredIsNamedInTheLog) {
  ::testing::internal::CaptureStderr();
  const auto me = me_as(sso_token("rara", {"user"}, {{"exp", now.count() - 31}}));
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("reason=expired_token"));
  EXPECT_EQ(me.status, 401);
}

TEST_F(GateTest, AnotherNameInTheTokenIsFollowed) {
  provision("rara");
  EXPECT_EQ(string_of(me_as(sso_token("rara")), "name"), "rara");
  EXPECT_THAT(provisioned, IsEmpty());
  const auto me = me_as(sso_token("rara", {"user"}, {{"name", "Rara Sari"}}));
  EXPECT_EQ(string_of(me, "name"), "Rara Sari");
  EXPECT_THAT(provisioned, SizeIs(1));
}

TEST_F(GateTest, ANameThatTheDirectoryCanNotHaveIsNotTriedAtEachRequest) {
  provision("rara");
  const std::string odd = sso_token("rara", {"user"}, {{"name", "Rara  Sari "}});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(string_of(me_as(odd), "name"), "Rara Sari");
  EXPECT_THAT(provisioned, SizeIs(1));
}

TEST_F(GateTest, ATokenThatSaysNoNameChangesNone) {
  provision("rara");
  const auto token = sso_token("rara", {"user"}, {{"name", ""}, {"preferred_username", nullptr}});
  EXPECT_EQ(string_of(me_as(token), "name"), "rara");
  EXPECT_THAT(provisioned, IsEmpty());
}

TEST_F(GateTest, WhoGetsNoPlaceIsToldWhyInPlainWords) {
  const std::map<NotProvisioned, std::pair<int, std::string>> answers{
      {NotProvisioned::disabled, {403, "disabled"}},
      {NotProvisioned::range_full, {403, "No extension is left"}},
      {NotProvisioned::malformed, {403, "name"}},
      {NotProvisioned::store_failed, {503, "Try again"}},
  };
  for (const auto& [why, answer] : answers) {
    provision_refusal = why;
    const auto me = me_as(sso_token("rara"));
    EXPECT_EQ(me.status, answer.first) << name_of(why);
    EXPECT_THAT(me.body, HasSubstr(answer.second));
    EXPECT_EQ(field_of(me, "Content-Type"), "application/problem+json");
  }
}

TEST_F(GateTest, WhoHasAPlaceKeepsItWhenTheStoreCanNotFollowTheName) {
  provision("rara");
  const auto renamed = sso_token("rara", {"user"}, {{"name", "Rara Sari"}});
  provision_refusal = NotProvisioned::store_failed;
  EXPECT_EQ(string_of(me_as(renamed), "name"), "rara");
}

TEST_F(GateTest, WhoWasDisabledMeanwhileIsRefusedThoughKnown) {
  provision("rara");
  provision_refusal = NotProvisioned::disabled;
  EXPECT_EQ(me_as(sso_token("rara", {"user"}, {{"name", "Rara Sari"}})).status, 403);
}

TEST_F(GateTest, WithoutARoleNobodyGetsAPlace) {
  for (const std::string path : {"/api/v1/me", "/api/v1/sync"}) {
    EXPECT_EQ(get_as(sso_token("rara", {}), path).status, 403);
  }
  EXPECT_EQ(get_as(sso_token("rara"), "/api/v1/sync").status, 403) << "nor with too small a one";
  EXPECT_THAT(provisioned, IsEmpty());
}

TEST_F(GateTest, PeopleOfTheBuiltInProviderAreNotMadeUp) {
  const std::string token = access_token_for("ayu");
  ASSERT_TRUE(store->set_enabled("ayu", false));
  reload();
  EXPECT_EQ(me_as(token).status, 403);
  EXPECT_EQ(get_as(token, "/api/v1/events").status, 403);
  EXPECT_THAT(provisioned, IsEmpty());
}

TEST_F(GateTest, TheRoleOfAnAccountIsInItsNextToken) {
  const std::string before = access_token_for("ayu");
  ASSERT_TRUE(store->set_role("ayu", "admin"));
  EXPECT_EQ(get_as(before, "/api/v1/sync").status, 403);
  EXPECT_EQ(get_as(access_token_for("ayu"), "/api/v1/sync").status, 200);
  ASSERT_TRUE(store->set_role("ayu", "user"));
  EXPECT_EQ(get_as(access_token_for("ayu"), "/api/v1/sync").status, 403);
}

}  // namespace
}  // namespace dering::api
