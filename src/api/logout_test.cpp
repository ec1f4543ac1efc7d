// SPDX-License-Identifier: Apache-2.0
#include "api/logout.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using boost::json::object;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::string_view refused = R"({"error":"invalid_request"})";

class LogoutTest : public World {
 protected:
  LogoutTest() { provision("rara"); }
  int status_as(const std::string& token) { return get_as(token, "/api/v1/me").status; }
};

TEST_F(LogoutTest, AGoodLogoutTokenEndsTheSignInEverywhere) {
  const std::string token = sso_token("rara");
  const auto stream = stream_as(token);
  const auto answer = log_out(logout_token({{"sub", "rara"}, {"sid", "sign-in of rara"}}));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(field_of(answer, "Cache-Control"), "no-store");
  EXPECT_TRUE(stream->is_closed);
  EXPECT_THAT(stream->events.back(), Pair("session", R"({"state":"ended"})"));
  EXPECT_EQ(status_as(token), 401);
  ASSERT_THAT(signed_out, SizeIs(1));
  EXPECT_EQ(signed_out[0].issuer, sso);
  EXPECT_EQ(signed_out[0].subject, "rara");
  EXPECT_EQ(signed_out[0].sid, "sign-in of rara");
}

TEST_F(LogoutTest, OtherSignInsOfThePersonAreAskedForAFreshToken) {
  const auto other = stream_as(sso_token("rara", {"user"}, {{"sid", "the other"}}));
  now += std::chrono::seconds(10);
  log_out(logout_token({{"sub", "rara"}, {"sid", "sign-in of rara"}}));
  EXPECT_FALSE(other->is_closed);
  EXPECT_THAT(other->events.back(), Pair("session", R"({"state":"refresh"})"));
  EXPECT_EQ(status_as(sso_token("rara", {"user"}, {{"sid", "the other"}})), 200);
}

TEST_F(LogoutTest, ItComesByAnyNameOfTheServerAndWithoutABrowsersFields) {
  auto asked = request("POST", "/oidc/backchannel-logout");
  asked.origin = "http://10.0.0.9:8080";
  asked.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
  asked.body = encoded({{"logout_token", logout_token({{"sub", "rara"}})}});
  EXPECT_EQ(ask(asked).response->status, 200);
}

TEST_F(LogoutTest, EverythingElseGetsOneAnswerAndEndsNothing) {
  const std::string token = sso_token("rara");
  const std::string used = logout_token({{"sub", "nobody"}});
  EXPECT_EQ(log_out(used).status, 200);
  signed_out.clear();
  const object claims{{"sub", "rara"}};
  const std::vector<std::string> bad{
      used,
      "",
      "x",
      token,
      access_token_for("ayu"),
      logout_token({}),
      logout_token({{"sub", "rara"}, {"nonce", "n"}}),
      logout_token({{"sub", "rara"}, {"events", object()}}),
      logout_token({{"sub", "rara"}, {"aud", "someone-else"}}),
      logout_token({{"sub", "rara"}, {"iss", "https://evil.example"}}),
      logout_token({{"sub", "rara"}, {"exp", now.count() - 60}}),
      logout_token({{"sub", "rara"}, {"jti", nullptr}}),
      logout_token({{"sub", object()}}),
  };
  for (const std::string& one : bad) {
    const auto answer = log_out(one);
    EXPECT_EQ(answer.status, 400) << one;
    EXPECT_EQ(answer.body, refused);
    EXPECT_EQ(field_of(answer, "Cache-Control"), "no-store");
  }
  auto no_form = request("POST", "/oidc/backchannel-logout");
  no_form.fields = {{"Content-Type", "application/json"}};
  no_form.body = R"({"logout_token":")" + logout_token(claims) + R"("})";
  EXPECT_EQ(ask(no_form).response->body, refused);
  EXPECT_EQ(get("/oidc/backchannel-logout", {{"logout_token", logout_token(claims)}}).status, 405);
  EXPECT_THAT(signed_out, IsEmpty());
  EXPECT_EQ(status_as(token), 200);
}

TEST_F(LogoutTest, WhoSendsManyBadTokensHasToWaitAndAGoodOneCountsAllTheSame) {
  for (int i = 0; i < 30; ++i) EXPECT_EQ(log_out("x").status, 400) << i;
  EXPECT_EQ(log_out("x").status, 429);
  EXPECT_EQ(log_out(logout_token({{"sub", "rara"}})).status, 200);

  auto elsewhere = request("POST", "/oidc/backchannel-logout");
  elsewhere.peer = *SocketAddress::from_text("192.0.2.8", 1);
  elsewhere.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
  elsewhere.body = encoded({{"logout_token", logout_token({{"sub", "rara"}})}});
  EXPECT_EQ(ask(elsewhere).response->status, 200);

  now += std::chrono::seconds(60);
  EXPECT_EQ(log_out("x").status, 400);
}

TEST_F(LogoutTest, AThousandGoodOnesInARowAreAllCarriedOut) {
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(log_out(logout_token({{"sub", "person " + std::to_string(i)}})).status, 200);
  }
  EXPECT_THAT(signed_out, SizeIs(1'000));
}

// ---- the built-in provider ----------------------------------------------------------------------

TEST_F(LogoutTest, SigningOutOfTheBuiltInProviderEndsThatSignInAndNoOther) {
  const auto tokens = tokens_for("ayu");
  const std::string token = string_of(tokens, "access_token");
  const std::string other = access_token_for("ayu");
  const auto stream = stream_as(token);
  const auto others = stream_as(other);
  EXPECT_EQ(get("/oidc/end-session", {{"id_token_hint", string_of(tokens, "id_token")}}).status,
            200);
  EXPECT_TRUE(stream->is_closed);
  EXPECT_EQ(status_as(token), 401);
  ASSERT_THAT(signed_out, SizeIs(1));
  EXPECT_EQ(signed_out[0].issuer, "");
  EXPECT_FALSE(signed_out[0].sid.empty());
  EXPECT_FALSE(others->is_closed);
  EXPECT_THAT(others->events, SizeIs(1));
  EXPECT_EQ(status_as(other), 200);
}

TEST_F(LogoutTest, AStolenRefreshTokenEndsMoreThanTheRefreshing) {
  const auto tokens = tokens_for("ayu");
  const std::string token = string_of(tokens, "access_token");
  const auto stream = stream_as(token);
  refreshed(string_of(tokens, "refresh_token"));
  EXPECT_THAT(signed_out, IsEmpty());
  refreshed(string_of(tokens, "refresh_token"));
  EXPECT_THAT(signed_out, SizeIs(1));
  EXPECT_TRUE(stream->is_closed);
  EXPECT_EQ(status_as(token), 401);
}

TEST_F(LogoutTest, AnAdministratorEndsAllSignInsOfAPerson) {
  const auto end_sign_ins = [this](const std::string& username) {
    net::HttpRequest asked = request("POST", "/api/v1/sign-outs");
    asked.door = net::Door::admin_socket;
    asked.body = R"({"username":")" + username + R"("})";
    asked.fields.emplace_back("Content-Type", "application/json");
    return ask(asked).response->status;
  };
  const std::string token = access_token_for("ayu");
  const auto stream = stream_as(token);
  const auto budis = stream_as(access_token_for("budi"));
  EXPECT_EQ(end_sign_ins("Ayu"), 200);
  EXPECT_TRUE(stream->is_closed);
  EXPECT_EQ(status_as(token), 401);
  ASSERT_THAT(signed_out, SizeIs(1));
  EXPECT_EQ(signed_out[0].subject, "subject of ayu");
  EXPECT_EQ(signed_out[0].sid, "");
  EXPECT_FALSE(budis->is_closed);
  EXPECT_EQ(end_sign_ins("nobody"), 422);
  EXPECT_EQ(end_sign_ins("rara"), 422);
  EXPECT_THAT(signed_out, SizeIs(1)) << "an account of another issuer is not ours to end";
  now += std::chrono::seconds(1);
  EXPECT_EQ(status_as(access_token_for("ayu")), 200);
}

}  // namespace
}  // namespace dering::api
