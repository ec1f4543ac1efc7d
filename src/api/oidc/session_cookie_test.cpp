// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/session_cookie.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api::oidc {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SessionTest : public World {
 protected:
  /// What another tab of the same browser is answered.
  net::HttpResponse asked_unseen(const Fields& more = {{"prompt", "none"}}) {
    Fields query = authorize_query();
    query.insert(query.end(), more.begin(), more.end());
    return get("/oidc/authorize", query);
  }
  std::string name_of(const net::HttpResponse& tokens) {
    return string_of(get_as(string_of(tokens, "access_token"), "/api/v1/me"), "extension");
  }
  net::HttpResponse tokens_of(const net::HttpResponse& redirect) {
    return post("/oidc/token", code_form(query_of(redirect)["code"]));
  }
};

TEST_F(SessionTest, AnotherTabNeedsNoSecondPassword) {
  EXPECT_EQ(query_of(asked_unseen())["error"], "login_required");
  const auto first = tokens_for("ayu");
  const auto redirect = asked_unseen();
  ASSERT_EQ(redirect.status, 303);
  EXPECT_EQ(query_of(redirect)["state"], "a state & more");
  const auto second = tokens_of(redirect);
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(name_of(second), "1001");
  EXPECT_EQ(asked_unseen({}).status, 303) << "nor by a click";
  EXPECT_EQ(refreshed(string_of(first, "refresh_token")).status, 200) << "each tab renews its own";
  EXPECT_EQ(refreshed(string_of(second, "refresh_token")).status, 200);
}

TEST_F(SessionTest, TheCookieIsOfThisHostAndItsOwnPagesAndShort) {
  const std::string set = field_of(tokens_for("ayu"), "Set-Cookie");
  EXPECT_THAT(set, StartsWith("__Host-dering-session="));
  EXPECT_THAT(set, HasSubstr("; Max-Age=900; Path=/; HttpOnly; SameSite=Strict; Secure"));
}

TEST_F(SessionTest, ItEndsAQuarterOfAnHourAfterTheLastTab) {
  auto tokens = tokens_for("ayu");
  for (int renewals = 0; renewals < 10; ++renewals) {
    now += std::chrono::minutes(4);
    tokens = refreshed(string_of(tokens, "refresh_token"));
    ASSERT_EQ(tokens.status, 200);
  }
  now += std::chrono::seconds(899);
  EXPECT_TRUE(query_of(asked_unseen()).has("code"));
  now += std::chrono::seconds(1);
  EXPECT_EQ(query_of(asked_unseen())["error"], "login_required");
  EXPECT_EQ(asked_unseen({}).status, 200) << "the form";
}

TEST_F(SessionTest, SigningOutInOneTabEndsItForAll) {
  const auto first = tokens_for("ayu");
  const auto second = tokens_of(asked_unseen());
  const std::string kept = cookie;
  const auto end = post("/oidc/end-session", {{"id_token_hint", string_of(first, "id_token")}});
  EXPECT_THAT(field_of(end, "Set-Cookie"), StartsWith("__Host-dering-session=; Max-Age=0"));
  EXPECT_EQ(query_of(asked_unseen())["error"], "login_required");
  EXPECT_EQ(refreshed(string_of(second, "refresh_token")).status, 400);
  EXPECT_EQ(get_as(string_of(second, "access_token"), "/api/v1/me").status, 401);
  cookie = kept;
  EXPECT_EQ(query_of(asked_unseen())["error"], "login_required") << "whoever copied the cookie";
}

TEST_F(SessionTest, ItEndsWithTheAccountAndWithAStolenToken) {
  tokens_for("ayu");
  ASSERT_TRUE(store->set_enabled("ayu", false));
  EXPECT_EQ(query_of(asked_unseen())["error"], "login_required");

  const auto stolen = tokens_for("budi");
  ASSERT_EQ(refreshed(string_of(stolen, "refresh_token")).status, 200);
  ASSERT_TRUE(query_of(asked_unseen()).has("code"));
  ASSERT_EQ(refreshed(string_of(stolen, "refresh_token")).status, 400);
  EXPECT_EQ(query_of(asked_unseen())["error"], "login_required");
}

TEST_F(SessionTest, APageMayWantThePasswordAllTheSame) {
  tokens_for("ayu");
  now += std::chrono::minutes(2);
  EXPECT_EQ(asked_unseen({{"prompt", "login"}}).status, 200);
  EXPECT_EQ(asked_unseen({{"prompt", "select_account"}}).status, 200);
  EXPECT_EQ(asked_unseen({{"max_age", "120"}}).status, 200);
  EXPECT_EQ(asked_unseen({{"max_age", "121"}}).status, 303);
  EXPECT_EQ(asked_unseen({{"max_age", "-1"}}).status, 200);
  EXPECT_EQ(query_of(asked_unseen({{"prompt", "none"}, {"max_age", "120"}}))["error"],
            "login_required");
}

TEST_F(SessionTest, ACookieOfAnotherPlaceOrMakerSignsNobodyIn) {
  tokens_for("ayu");
  const std::string own = std::exchange(cookie, "");
  auto elsewhere = request("GET", "/oidc/authorize");
  elsewhere.origin = "https://phone.example:9443";
  EXPECT_FALSE(SessionCookies(key, random)
                   .shown_by(
                       [&] {
                         auto shown = elsewhere;
                         shown.fields = {{"Cookie", own}};
                         return shown;
                       }(),
                       now)
                   .has_value())
      << "another port of the host";
  for (std::string bad : {own.substr(0, own.size() - 2), std::string("__Host-dering-session="),
                          std::string("__Host-dering-session=x"),
                          "__Host-dering-session=" + std::string(4000, 'A')}) {
    cookie = bad;
    EXPECT_EQ(query_of(asked_unseen())["error"], "login_required") << bad;
  }
  const identity::SigningKey others = identity::SigningKey::generate();
  const std::string forged =
      SessionCookies(others, random)
          .renewed(origin, {.issuer = std::string(origin) + "/oidc", .user = {1}, .family = "f"},
                   now);
  cookie = forged.substr(0, forged.find(';'));
  EXPECT_EQ(query_of(asked_unseen())["error"], "login_required");
}

}  // namespace
}  // namespace dering::api::oidc
