// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/provider.h"

#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "api/world_test.h"
#include "identity/sealed_box.h"

namespace dering::api::oidc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ProviderTest : public World {
 protected:
  boost::json::object claims_of(std::string_view token) {
    take_until(token, '.');
    return *identity::json_object(*from_base64url(take_until(token, '.')));
  }
  Fields changed(Fields fields, std::string_view name, std::string value) {
    for (auto& field : fields) {
      if (field.first == name) field.second = value;
    }
    return fields;
  }
  Fields without(Fields fields, std::string_view name) {
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    return fields;
  }
  net::HttpResponse typed_from(std::string_view address, std::string name, std::string password) {
    const auto page = get("/oidc/authorize", authorize_query());
    auto form = request("POST", "/oidc/authorize");
    form.peer = *SocketAddress::from_text(address, 1);
    form.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
    form.body = encoded({{"ticket", ticket_in(page)},
                         {"username", std::move(name)},
                         {"password", std::move(password)}});
    return *ask(form).response;
  }
  std::string error_after(const Fields& query) {
    const auto response = get("/oidc/authorize", query);
    EXPECT_EQ(response.status, 303);
    EXPECT_THAT(field_of(response, "Location"),
                StartsWith(std::string(origin) + "/auth/callback?"));
    return query_of(response)["error"];
  }
};

TEST_F(ProviderTest, APasswordBecomesTokensThatOpenTheApi) {
  const auto page = get("/oidc/authorize", authorize_query());
  EXPECT_EQ(page.status, 200);
  const auto redirect =
      post("/oidc/authorize",
           {{"ticket", ticket_in(page)}, {"username", "Ayu"}, {"password", "ayu's password"}});
  ASSERT_EQ(redirect.status, 303);
  EXPECT_EQ(query_of(redirect)["state"], "a state & more");
  EXPECT_EQ(query_of(redirect)["iss"], std::string(origin) + "/oidc");

  const auto tokens = post("/oidc/token", code_form(query_of(redirect)["code"]));
  ASSERT_EQ(tokens.status, 200) << tokens.body;
  EXPECT_EQ(field_of(tokens, "Cache-Control"), "no-store");
  EXPECT_EQ(string_of(tokens, "token_type"), "Bearer");

  const auto me = get_as(string_of(tokens, "access_token"), "/api/v1/me");
  ASSERT_EQ(me.status, 200) << me.body;
  EXPECT_EQ(string_of(me, "extension"), "1001");
  EXPECT_EQ(string_of(me, "sip_uri"), "sip:1001@phone.example");

  const auto next = refreshed(string_of(tokens, "refresh_token"));
  ASSERT_EQ(next.status, 200) << next.body;
  EXPECT_EQ(get_as(string_of(next, "access_token"), "/api/v1/me").status, 200);
}

TEST_F(ProviderTest, TheTokensSayWhatRfc9068AndOpenIdConnectAskFor) {
  const auto tokens = tokens_for("ayu");
  const auto access = claims_of(string_of(tokens, "access_token"));
  EXPECT_EQ(access.at("iss").as_string(), std::string(origin) + "/oidc");
  EXPECT_EQ(access.at("aud").as_array().at(0).as_string(), "dering");
  EXPECT_EQ(access.at("azp").as_string(), "dering-web");
  EXPECT_EQ(access.at("client_id").as_string(), "dering-web");
  EXPECT_EQ(access.at("exp").as_int64() - access.at("iat").as_int64(), 300);
  EXPECT_EQ(access.at("preferred_username").as_string(), "ayu");
  EXPECT_EQ(access.at("roles").as_array().at(0).as_string(), "user");
  EXPECT_FALSE(access.at("jti").as_string().empty());

  const auto id = claims_of(string_of(tokens, "id_token"));
  EXPECT_EQ(id.at("aud").as_string(), "dering-web");
  EXPECT_EQ(id.at("nonce").as_string(), "n-1");
  EXPECT_EQ(id.at("sub").as_string(), access.at("sub").as_string());
  EXPECT_EQ(id.at("sid").as_string(), access.at("sid").as_string());
}

TEST_F(ProviderTest, AnIdTokenIsNoKeyToTheApi) {
  const auto tokens = tokens_for("ayu");
  EXPECT_EQ(get_as(string_of(tokens, "id_token"), "/api/v1/me").status, 401);
  EXPECT_EQ(get_as(string_of(tokens, "refresh_token"), "/api/v1/me").status, 401);
}

TEST_F(ProviderTest, AnAccessTokenEndsAfterFiveMinutesAndALittle) {
  const std::string token = access_token_for("ayu");
  now += std::chrono::seconds(300 + 29);
  EXPECT_EQ(get_as(token, "/api/v1/me").status, 200);
  now += std::chrono::seconds(1);
  EXPECT_EQ(get_as(token, "/api/v1/me").status, 401);
}

// ---- codes --------------------------------------------------------------------------------------

TEST_F(ProviderTest, ACodeIsGoodForItsOwnVerifierOnly) {
  const std::string code = code_for("ayu");
  const auto form = code_form(code);
  EXPECT_EQ(post("/oidc/token", changed(form, "code_verifier", std::string(43, 'a'))).status, 400);
  EXPECT_EQ(post("/oidc/token", form).status, 400) << "a guess has used the code up";
}

TEST_F(ProviderTest, ACodeNeedsEveryParameterItWasGivenFor) {
  for (const auto& [name, value] : Fields{{"redirect_uri", std::string(origin) + "/"},
                                          {"client_id", "other"},
                                          {"code_verifier", ""},
                                          {"code_verifier", std::string(129, 'a')},
                                          {"code", "unknown"},
                                          {"grant_type", "password"}}) {
    const auto form = changed(code_form(code_for("ayu")), name, value);
    EXPECT_EQ(post("/oidc/token", form).status, 400) << name;
  }
  EXPECT_EQ(post("/oidc/token", without(code_form(code_for("ayu")), "code_verifier")).status, 400);
}

TEST_F(ProviderTest, ACodeLivesOneMinute) {
  const std::string code = code_for("ayu");
  now += std::chrono::seconds(60);
  EXPECT_EQ(string_of(post("/oidc/token", code_form(code)), "error"), "invalid_grant");
}

TEST_F(ProviderTest, ACodeThatComesTwiceTakesBackWhatItGave) {
  const std::string code = code_for("ayu");
  const auto tokens = post("/oidc/token", code_form(code));
  ASSERT_EQ(tokens.status, 200);
  EXPECT_EQ(post("/oidc/token", code_form(code)).status, 400);
  EXPECT_EQ(refreshed(string_of(tokens, "refresh_token")).status, 400);
}

// ---- refresh ------------------------------------------------------------------------------------

TEST_F(ProviderTest, ARefreshTokenThatComesTwiceEndsTheWholeSignIn) {
  const auto first = tokens_for("ayu");
  const auto second = refreshed(string_of(first, "refresh_token"));
  ASSERT_EQ(second.status, 200);
  EXPECT_EQ(string_of(refreshed(string_of(first, "refresh_token")), "error"), "invalid_grant");
  EXPECT_EQ(refreshed(string_of(second, "refresh_token")).status, 400);
}

TEST_F(ProviderTest, ASignInEndsAfterAnIdleWeekOrAMonth) {
  auto tokens = tokens_for("ayu");
  const auto budis = tokens_for("budi");
  for (int day = 0; day < 30; day += 6) {
    tokens = refreshed(string_of(tokens, "refresh_token"));
    ASSERT_EQ(tokens.status, 200) << day;
    now += std::chrono::hours(24 * 6);
  }
  EXPECT_EQ(refreshed(string_of(tokens, "refresh_token")).status, 400);
  EXPECT_EQ(refreshed(string_of(budis, "refresh_token")).status, 400);
}

TEST_F(ProviderTest, ADisabledAccountGetsNoFurtherTokens) {
  const auto tokens = tokens_for("ayu");
  const std::string code = code_for("ayu");
  ASSERT_TRUE(store->set_enabled("ayu", false));
  EXPECT_EQ(refreshed(string_of(tokens, "refresh_token")).status, 400);
  EXPECT_EQ(post("/oidc/token", code_form(code)).status, 400);
  EXPECT_EQ(typed("ayu", "ayu's password").status, 403);
}

// ---- where the browser is sent ------------------------------------------------------------------

TEST_F(ProviderTest, NobodyIsSentToAForeignPlace) {
  const std::string own(origin);
  for (const std::string& uri :
       {std::string("https://evil.example/auth/callback"), own + ".evil.example/auth/callback",
        own + "@evil.example/", own + "/auth/callback?next=x", own + "/auth/callback/../../x",
        own + "/AUTH/callback", own + "//evil.example", own + "/\\evil.example", own,
        std::string("javascript:alert(1)"), std::string("/auth/callback"), std::string()}) {
    const auto page = get("/oidc/authorize", changed(authorize_query(), "redirect_uri", uri));
    EXPECT_EQ(page.status, 400) << uri;
    EXPECT_EQ(field_of(page, "Location"), "") << uri;
    EXPECT_THAT(page.body, Not(HasSubstr("evil.example"))) << uri;
    const auto end = get("/oidc/end-session", {{"post_logout_redirect_uri", uri}});
    EXPECT_EQ(field_of(end, "Location"), "") << uri;
  }
  EXPECT_EQ(get("/oidc/authorize", changed(authorize_query(), "client_id", "other")).status, 400);
}

TEST_F(ProviderTest, AParameterGivenTwiceIsRefused) {
  auto query = authorize_query();
  query.emplace_back("redirect_uri", "https://evil.example/");
  EXPECT_EQ(get("/oidc/authorize", query).status, 400);
  auto form = code_form(code_for("ayu"));
  form.emplace_back("code", "another");
  EXPECT_EQ(string_of(post("/oidc/token", form), "error"), "invalid_request");
}

TEST_F(ProviderTest, AWrongRequestGoesBackToThePhoneWithItsErrorCode) {
  const auto query = authorize_query();
  EXPECT_EQ(error_after(changed(query, "response_type", "token")), "unsupported_response_type");
  EXPECT_EQ(error_after(changed(query, "scope", "profile")), "invalid_scope");
  EXPECT_EQ(error_after(changed(query, "code_challenge_method", "plain")), "invalid_request");
  EXPECT_EQ(error_after(without(query, "code_challenge_method")), "invalid_request");
  EXPECT_EQ(error_after(without(query, "code_challenge")), "invalid_request");
  EXPECT_EQ(error_after(changed(query, "code_challenge", "short")), "invalid_request");
  const auto with = [&](std::string name, std::string value) {
    Fields more = query;
    more.emplace_back(std::move(name), std::move(value));
    return more;
  };
  EXPECT_EQ(error_after(with("response_mode", "fragment")), "invalid_request");
  EXPECT_EQ(error_after(with("request", "x")), "request_not_supported");
  EXPECT_EQ(error_after(with("prompt", "none")), "login_required");
  EXPECT_EQ(query_of(get("/oidc/authorize", with("prompt", "none")))["state"], "a state & more");
}

TEST_F(ProviderTest, AStateCanNotForgeTheWayBack) {
  const auto response = get("/oidc/authorize", changed(without(authorize_query(), "scope"), "state",
                                                       "x\r\nSet-Cookie: a=b&code=forged#"));
  EXPECT_EQ(field_of(response, "Location").find_first_of("\r\n#"), std::string::npos);
  EXPECT_FALSE(query_of(response).has("code"));
}

// ---- the form -----------------------------------------------------------------------------------

TEST_F(ProviderTest, TheFormHasNoScriptAndAPolicyThatAllowsNone) {
  const auto page = get("/oidc/authorize", authorize_query());
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_THAT(page.body, HasSubstr(R"(<label for="username">)"));
  EXPECT_THAT(page.body, HasSubstr("prefers-color-scheme: dark"));
  const std::string policy = field_of(page, "Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("form-action 'self'"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(field_of(page, "Set-Cookie"), StartsWith("__Host-dering-sign-in="));
  EXPECT_THAT(field_of(page, "Set-Cookie"),
              HasSubstr("; Max-Age=900; Path=/; HttpOnly; SameSite=Lax; Secure"));
  const std::size_t at = page.body.find("<style>") + 7;
  const std::string style = page.body.substr(at, page.body.find("</style>") - at);
  EXPECT_THAT(policy, HasSubstr("'sha256-" + to_base64(identity::sha256(style)) + "'"));
}

TEST_F(ProviderTest, ItsIconIsAllowedByItsOwnPolicy) {
  const auto page = get("/oidc/authorize", authorize_query());
  EXPECT_THAT(page.body, HasSubstr(R"(<link rel="icon" href="../icon.svg")"));
  EXPECT_THAT(field_of(page, "Content-Security-Policy"), HasSubstr("img-src 'self';"));
}

TEST_F(ProviderTest, TheFormSpeaksTheLanguageOfTheReader) {
  auto query = authorize_query();
  const auto body = [&](std::string accepted) {
    return get("/oidc/authorize", query, {{"Accept-Language", std::move(accepted)}}).body;
  };
  EXPECT_THAT(body("id-ID,id;q=0.9,en;q=0.8"), HasSubstr("Kata sandi"));
  EXPECT_THAT(body("de, en;q=0.5"), HasSubstr(R"(<html lang="en">)"));
  EXPECT_THAT(body(""), HasSubstr("Password"));
  query.emplace_back("ui_locales", "id en");
  EXPECT_THAT(body("en-GB"), HasSubstr(R"(<html lang="id">)"));
}

TEST_F(ProviderTest, WhatWasTypedIsShownAsText) {
  const auto page = typed(R"("><script>alert(1)</script>)", "x");
  EXPECT_EQ(page.status, 403);
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_THAT(page.body, HasSubstr("&quot;&gt;&lt;script&gt;"));
}

TEST_F(ProviderTest, ATicketIsGoodForAQuarterOfAnHourInTheBrowserItWasGivenTo) {
  const auto page = get("/oidc/authorize", authorize_query());
  const Fields form{
      {"ticket", ticket_in(page)}, {"username", "ayu"}, {"password", "ayu's password"}};
  const std::string mine = std::exchange(cookie, "");
  EXPECT_EQ(post("/oidc/authorize", form).status, 400) << "without its cookie";
  const auto elsewhere = get("/oidc/authorize", authorize_query());
  EXPECT_NE(cookie, mine);
  EXPECT_EQ(post("/oidc/authorize", form).status, 400) << "in another browser";
  cookie = "other=1; " + mine + "; more=2";
  EXPECT_EQ(post("/oidc/authorize", changed(form, "ticket", ticket_in(page) + "A")).status, 400);
  EXPECT_EQ(post("/oidc/authorize", form).status, 303);
  now += std::chrono::minutes(15);
  EXPECT_EQ(post("/oidc/authorize", form).status, 400) << "too late";
}

TEST_F(ProviderTest, AnotherTabOfTheSameBrowserLeavesAnOpenFormGood) {
  const auto page = get("/oidc/authorize", authorize_query());
  const std::string before = cookie;
  get("/oidc/authorize", authorize_query());
  EXPECT_EQ(cookie, before);
  EXPECT_EQ(post("/oidc/authorize",
                 {{"ticket", ticket_in(page)}, {"username", "ayu"}, {"password", "ayu's password"}})
                .status,
            303);
}

TEST_F(ProviderTest, AT5AnyNumberOfStrangersWhoOpenTheFormLeaveAnOpenOneGood) {
  const auto page = get("/oidc/authorize", authorize_query());
  const std::string mine = cookie;
  for (int i = 0; i < 11'000; ++i) {
    cookie.clear();
    ASSERT_EQ(get("/oidc/authorize", authorize_query()).status, 200);
  }
  cookie = mine;
  EXPECT_EQ(post("/oidc/authorize",
                 {{"ticket", ticket_in(page)}, {"username", "ayu"}, {"password", "ayu's password"}})
                .status,
            303);
}

TEST_F(ProviderTest, AfterAWrongPasswordTheSameFormWorksOn) {
  const auto again = typed("ayu", "wrong");
  EXPECT_EQ(again.status, 403);
  EXPECT_THAT(again.body, HasSubstr(R"(role="alert")"));
  const auto redirect =
      post("/oidc/authorize",
           {{"ticket", ticket_in(again)}, {"username", "ayu"}, {"password", "ayu's password"}});
  EXPECT_EQ(redirect.status, 303);
}

TEST_F(ProviderTest, ANameNobodyHasIsAnsweredLikeAWrongPassword) {
  auto known = typed("ayu", "wrong");
  auto unknown = typed("bob", "wrong");
  EXPECT_EQ(known.status, unknown.status);
  EXPECT_EQ(known.fields, unknown.fields);
  const auto neutral = [](net::HttpResponse& page, const std::string& name) {
    const std::string ticket = ticket_in(page);
    page.body.replace(page.body.find(ticket), ticket.size(), "ticket");
    page.body.replace(page.body.find("value=\"" + name + '"'), name.size() + 8, "name");
  };
  neutral(known, "ayu");
  neutral(unknown, "bob");
  EXPECT_EQ(known.body, unknown.body);
  EXPECT_EQ(typed("bob", "").status, 403) << "the hash of nobody is no way in";
}

TEST_F(ProviderTest, FiveWrongPasswordsCostHalfAMinuteThereAndOnlyThere) {
  for (const std::string name : {"ayu", "nobody"}) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(typed(name, "wrong").status, 403);
    const auto refused = typed(name, "wrong");
    EXPECT_EQ(refused.status, 429) << name;
    EXPECT_EQ(field_of(refused, "Retry-After"), "30");
  }
  EXPECT_EQ(typed("ayu", "ayu's password").status, 429);
  EXPECT_EQ(typed("budi", "budi's password").status, 303);
  EXPECT_EQ(typed_from("192.0.2.8", "ayu", "ayu's password").status, 303);

  now += std::chrono::seconds(30);
  EXPECT_EQ(typed("ayu", "ayu's password").status, 303);
  EXPECT_EQ(typed("nobody", "wrong").status, 403);
  EXPECT_EQ(typed("nobody", "wrong").status, 429);
}

TEST_F(ProviderTest, AT4AnAddressHasABudgetWhateverNamesItTypes) {
  EXPECT_EQ(typed("ayu", "ayu's password").status, 303);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(typed("made up " + std::to_string(i), "x").status, 403);
  password_questions.clear();
  for (int i = 20; i < 120; ++i) EXPECT_EQ(typed("made up " + std::to_string(i), "x").status, 429);
  EXPECT_EQ(typed("budi", "budi's password").status, 429) << "not known there yet";
  EXPECT_TRUE(password_questions.empty()) << "and none of them costs a hash";
  EXPECT_EQ(typed("ayu", "ayu's password").status, 303) << "E8: has signed in from there before";
  EXPECT_EQ(typed_from("192.0.2.8", "budi", "budi's password").status, 303);
  now += std::chrono::seconds(10);
  EXPECT_EQ(typed("budi", "budi's password").status, 303);
}

TEST_F(ProviderTest, AT4AnAddressOfTheSixthVersionCountsByItsNetwork) {
  for (int i = 0; i < 20; ++i) {
    typed_from("2001:db8:1:2::" + std::to_string(i + 1), "made up " + std::to_string(i), "x");
  }
  EXPECT_EQ(typed_from("2001:db8:1:2:ffff::", "another", "x").status, 429);
  EXPECT_EQ(typed_from("2001:db8:1:3::1", "another", "x").status, 403);
}

TEST_F(ProviderTest, E8WhoTypesANameElsewhereShutsNobodyOut) {
  for (int i = 0; i < 50; ++i) {
    typed_from("198.51.100." + std::to_string(i % 10), "ayu", "wrong");
  }
  EXPECT_EQ(typed("ayu", "ayu's password").status, 303);
}

// ---- who signed in before -----------------------------------------------------------------------

class KnownBrowserTest : public ProviderTest {
 protected:
  /// Whoever sits in front of another browser behind the same address.
  template <class Act>
  void in_another_browser(Act act) {
    const std::string mine = std::exchange(cookie, "");
    act();
    cookie = mine;
  }
  void neighbour_types(const std::string& name, int times) {
    in_another_browser([&] {
      for (int i = 0; i < times; ++i) {
        if (i % 3 == 0) cookie.clear();
        typed(name, "wrong " + std::to_string(i));
      }
    });
  }
  /// The same data folder, another process.
  net::HttpResponse typed_after_a_restart(std::string name, std::string password,
                                          int wrong_before) {
    Outlets others = outlets();
    Api* asked = nullptr;
    others.check_password = [&](const PasswordQuestion& it) {
      asked->on_password_judged(it.id, identity::password_matches(it.password, it.hash), now);
      return true;
    };
    Api again{settings, {*store, accounts, forwardings, plans, key, random, others}};
    asked = &again;
    const auto type = [&](const std::string& what) {
      FakeReply::Outcome page;
      auto form = request("GET", "/oidc/authorize");
      form.query = encoded(authorize_query());
      ask_of(again, page, form);
      form = request("POST", "/oidc/authorize");
      form.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
      form.body =
          encoded({{"ticket", ticket_in(*page.response)}, {"username", name}, {"password", what}});
      FakeReply::Outcome outcome;
      ask_of(again, outcome, form);
      return *outcome.response;
    };
    in_another_browser([&] {
      for (int i = 0; i < wrong_before; ++i) type("wrong");
    });
    return type(password);
  }
  std::string device_cookie() const {
    const std::size_t at = cookie.find("__Host-dering-device=");
    if (at == std::string::npos) return "";
    return cookie.substr(at, cookie.find(';', at) - at);
  }
};

TEST_F(KnownBrowserTest, ARightPasswordLeavesASealedCookieAndANewOneEachTime) {
  const auto first = typed("ayu", "ayu's password");
  const std::string set = field_of(first, "Set-Cookie");
  EXPECT_THAT(set, StartsWith("__Host-dering-device="));
  EXPECT_THAT(set, HasSubstr("; Max-Age=7776000; Path=/; HttpOnly; SameSite=Strict; Secure"));
  EXPECT_THAT(set, Not(HasSubstr("ayu")));
  const std::string before = device_cookie();
  EXPECT_EQ(typed("ayu", "ayu's password").status, 303);
  EXPECT_NE(device_cookie(), before);
  EXPECT_EQ(field_of(typed("ayu", "wrong"), "Set-Cookie"), "") << "only a right one";
}

TEST_F(KnownBrowserTest, ANeighbourWhoTypesThatVeryNameDoesNotPauseTheBrowserThatSignedIn) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  neighbour_types("ayu", 120);
  in_another_browser([&] { EXPECT_EQ(typed("ayu", "ayu's password").status, 429); });
  EXPECT_EQ(typed("ayu", "wrong").status, 403) << "nor does it use the budget up";
  EXPECT_EQ(typed("Ayu", "ayu's password").status, 303);
}

TEST_F(KnownBrowserTest, AlsoAfterARestartAndFromAnotherAddress) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  EXPECT_EQ(typed_after_a_restart("ayu", "ayu's password", 40).status, 303);
  for (int i = 0; i < 40; ++i) typed_from("198.51.100.9", "made up " + std::to_string(i), "x");
  EXPECT_EQ(typed_from("198.51.100.9", "ayu", "ayu's password").status, 303);
}

TEST_F(KnownBrowserTest, ABrowserHasABudgetOfItsOwnThatIsAsSmall) {
  ASSERT_EQ(typed("budi", "budi's password").status, 303);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(typed("budi", "guess").status, 403) << i;
  const auto paused = typed("budi", "budi's password");
  EXPECT_EQ(paused.status, 429);
  EXPECT_EQ(field_of(paused, "Retry-After"), "30");
  in_another_browser([&] {
    EXPECT_EQ(typed("budi", "budi's password").status, 303) << "others do not pay for it";
  });
  now += std::chrono::seconds(30);
  EXPECT_EQ(typed("budi", "budi's password").status, 303);
}

TEST_F(KnownBrowserTest, ACookieSpeaksForTheNamesThatSignedInWithItAlone) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  ASSERT_EQ(typed("budi", "budi's password").status, 303);
  neighbour_types("ayu", 30);
  neighbour_types("budi", 30);
  neighbour_types("nobody", 30);
  EXPECT_EQ(typed("ayu", "ayu's password").status, 303) << "two people at one computer";
  EXPECT_EQ(typed("budi", "budi's password").status, 303);
  EXPECT_EQ(typed("nobody", "wrong").status, 429);
}

TEST_F(KnownBrowserTest, AForgedAForeignOrAnOldCookieIsAStrangers) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  const std::string whole = device_cookie();
  const std::string name = "__Host-dering-device=";
  const auto answer_with = [&](const std::string& shown) {
    cookie = shown;
    return typed_from("198.51.100.77", "ayu", "ayu's password").status;
  };
  cookie.clear();
  for (int i = 0; i < 8; ++i) typed_from("198.51.100.77", "ayu", "wrong");
  std::string changed = whole;
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  const std::string others =
      identity::SealedBox(random).seal(R"([{"username":"ayu","id":"x","until":9900000000}])", "");
  for (const std::string& shown :
       {std::string(), changed, name, name + "A", whole.substr(0, whole.size() - 1), name + others,
        "dering-device=" + whole.substr(name.size())}) {
    EXPECT_EQ(answer_with(shown), 429) << shown;
  }
  EXPECT_EQ(answer_with(name + "x; " + whole), 303) << "one that somebody planted beside it";
  now += std::chrono::hours(90 * 24);
  for (int i = 0; i < 8; ++i) typed_from("198.51.100.77", "ayu", "wrong");
  EXPECT_EQ(answer_with(whole), 429) << "too old";
}

TEST_F(KnownBrowserTest, WhereANameHasSignedInABrowserWithoutACookieIsHeardOnce) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  // The neighbour has one browser.
  in_another_browser([&] {
    for (int i = 0; i < 30; ++i) typed("ayu", "wrong");
    EXPECT_EQ(typed("ayu", "ayu's password").status, 429);
  });
  cookie.clear();
  EXPECT_EQ(typed("ayu", "ayu's password").status, 303);
  // Where it has not, nobody is.
  for (int i = 0; i < 6; ++i) typed_from("192.0.2.90", "budi", "wrong");
  cookie.clear();
  EXPECT_EQ(typed_from("192.0.2.90", "budi", "budi's password").status, 429);
}

TEST_F(KnownBrowserTest, NewBrowsersWithoutEndAreNotHeardWithoutEnd) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  in_another_browser([&] {
    password_questions.clear();
    for (int i = 0; i < 500; ++i) {
      cookie.clear();
      typed("ayu", "guess " + std::to_string(i));
    }
    EXPECT_LE(password_questions.size(), 36U);
  });
}

TEST_F(ProviderTest, BelowAPrefixTheSignInKeepsItsCookiesThere) {
  constexpr std::string_view below = "https://www.example.edu/phone";
  settings.origins = {std::string(below)};
  Outlets others = outlets();
  Api* asked = nullptr;
  others.check_password = [&](const PasswordQuestion& it) {
    asked->on_password_judged(it.id, true, now);
    return true;
  };
  Api there{settings, {*store, accounts, forwardings, plans, key, random, others}};
  asked = &there;
  auto query = changed(authorize_query(), "redirect_uri", std::string(below) + "/auth/callback");
  FakeReply::Outcome page;
  auto form = request("GET", "/oidc/authorize");
  form.origin = below;
  form.query = encoded(query);
  ask_of(there, page, form);
  EXPECT_THAT(field_of(*page.response, "Set-Cookie"), StartsWith("__Secure-dering-sign-in="));
  EXPECT_THAT(field_of(*page.response, "Set-Cookie"), HasSubstr("; Path=/phone/;"));
  form = request("POST", "/oidc/authorize");
  form.origin = below;
  form.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
  form.body =
      encoded({{"ticket", ticket_in(*page.response)}, {"username", "ayu"}, {"password", "x"}});
  FakeReply::Outcome outcome;
  ask_of(there, outcome, form);
  EXPECT_EQ(outcome.response->status, 303);
  EXPECT_THAT(field_of(*outcome.response, "Set-Cookie"), StartsWith("__Secure-dering-device="));
  EXPECT_THAT(field_of(*outcome.response, "Set-Cookie"), HasSubstr("; Path=/phone/;"));
}

TEST_F(KnownBrowserTest, TriesAtTheSameTimeGetNoMoreThanOneAfterTheOther) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  is_password_lane_slow = true;
  const auto open_at_once = [&](const std::string& name) {
    const auto page = get("/oidc/authorize", authorize_query());
    std::vector<FakeReply::Outcome> outcomes(20);
    password_questions.clear();
    for (FakeReply::Outcome& outcome : outcomes) {
      auto form = request("POST", "/oidc/authorize");
      form.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
      form.body = encoded({{"ticket", ticket_in(page)}, {"username", name}, {"password", "guess"}});
      ask_later(outcome, form);
    }
    const std::size_t asked = password_questions.size();
    for (const PasswordQuestion& question : std::vector(password_questions)) answer(question);
    return asked;
  };
  EXPECT_EQ(open_at_once("ayu"), 5U) << "a known browser";
  EXPECT_EQ(open_at_once("budi"), 5U) << "a stranger";
}

TEST_F(KnownBrowserTest, ItsPasswordGoesBeforeThoseOfStrangersAlsoAfterARestart) {
  ASSERT_EQ(typed("ayu", "ayu's password").status, 303);
  password_questions.clear();
  typed_from("203.0.113.40", "ayu", "ayu's password");
  EXPECT_TRUE(password_questions.back().is_known);
  EXPECT_NE(password_questions.back().network,
            network_of(*SocketAddress::from_text("203.0.113.40", 1)))
      << "and shares no turn with its neighbours";
}

TEST_F(ProviderTest, AT4APasswordThatCannotBeCheckedNowIsAskedForAgainInWords) {
  is_password_lane_full = true;
  const auto busy = typed("ayu", "ayu's password");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(field_of(busy, "Retry-After"), "2");
  EXPECT_THAT(busy.body, HasSubstr("Try again in a few seconds"));
  is_password_lane_full = false;
  EXPECT_EQ(post("/oidc/authorize",
                 {{"ticket", ticket_in(busy)}, {"username", "ayu"}, {"password", "ayu's password"}})
                .status,
            303);
  typed("ayu", "ayu's password");
  EXPECT_TRUE(password_questions.back().is_known) << "it goes before strangers";
  EXPECT_FALSE(password_questions.front().is_known);
}

TEST_F(ProviderTest, AT4NobodyElseWaitsForAPassword) {
  is_password_lane_slow = true;
  const auto page = get("/oidc/authorize", authorize_query());
  auto form = request("POST", "/oidc/authorize");
  form.fields = {{"Content-Type", "application/x-www-form-urlencoded"}};
  form.body =
      encoded({{"ticket", ticket_in(page)}, {"username", "ayu"}, {"password", "ayu's password"}});
  FakeReply::Outcome outcome;
  ask_later(outcome, form);
  EXPECT_FALSE(outcome.response);
  EXPECT_EQ(get("/config.json").status, 200);
  answer(password_questions.back());
  ASSERT_TRUE(outcome.response);
  EXPECT_EQ(outcome.response->status, 303);
}

TEST_F(ProviderTest, AT9WhoRenewsWithoutEndHasToWaitAndKeepsTheSignIn) {
  auto tokens = tokens_for("ayu");
  int renewed = 0;
  std::string token = string_of(tokens, "refresh_token");
  for (; renewed < 1'000; ++renewed) {
    const auto next = refreshed(token);
    if (next.status != 200) {
      EXPECT_EQ(next.status, 429);
      EXPECT_EQ(field_of(next, "Retry-After"), "10");
      break;
    }
    token = string_of(next, "refresh_token");
  }
  EXPECT_EQ(renewed, 30);
  now += std::chrono::seconds(10);
  EXPECT_EQ(refreshed(token).status, 200) << "the token was not used up by the refusal";
}

TEST_F(ProviderTest, AT9TokensThatEndedOrWereUsedLongAgoAreSwept) {
  const auto user = (*store->account_by_username("ayu"))->user.id;
  const auto keep = [&](const std::string& hash, std::int64_t expires_at) {
    const directory::RefreshToken token{hash, "f", user, "https://a", now.count(), expires_at};
    EXPECT_TRUE(store->keep_refresh_token(token));
    return token;
  };
  keep("ended", now.count() + 60);
  keep("good", now.count() + 6'000);
  for (int i = 0; i < 60; ++i) {
    const auto used = keep("used " + std::to_string(i), now.count() + 6'000 + i);
    EXPECT_TRUE(store->use_refresh_token(used));
  }
  now += std::chrono::minutes(10);
  api.on_time(now);
  const auto is_kept = [&](std::string_view hash) {
    return store->refresh_token(hash)->has_value();
  };
  EXPECT_FALSE(is_kept("ended"));
  EXPECT_FALSE(is_kept("used 9"));
  EXPECT_TRUE(is_kept("used 10")) << "one that is stolen must still be known for used";
  EXPECT_TRUE(is_kept("good"));
}

TEST_F(ProviderTest, OnlyAFormIsTakenAsAForm) {
  auto asked = request("POST", "/oidc/token");
  asked.body = encoded(code_form(code_for("ayu")));
  for (const std::string type : {"", "application/json", "text/plain", "multipart/form-data"}) {
    asked.fields = {{"Content-Type", type}};
    EXPECT_EQ(string_of(*ask(asked).response, "error"), "invalid_request") << type;
  }
  asked.fields = {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}};
  EXPECT_EQ(ask(asked).response->status, 200);
}

// ---- the end ------------------------------------------------------------------------------------

TEST_F(ProviderTest, SigningOutEndsTheRefreshTokensEvenWithAnOldIdToken) {
  const auto tokens = tokens_for("ayu");
  const auto others = tokens_for("ayu");
  now += std::chrono::hours(5);
  const auto end =
      get("/oidc/end-session", {{"id_token_hint", string_of(tokens, "id_token")},
                                {"post_logout_redirect_uri", std::string(origin) + "/"},
                                {"state", "s t"}});
  EXPECT_EQ(end.status, 303);
  EXPECT_EQ(field_of(end, "Location"), std::string(origin) + "/?state=s%20t");
  EXPECT_EQ(refreshed(string_of(tokens, "refresh_token")).status, 400);
  EXPECT_EQ(refreshed(string_of(others, "refresh_token")).status, 200);
}

TEST_F(ProviderTest, AForgedHintSignsNobodyOut) {
  const auto tokens = tokens_for("ayu");
  const auto claims = boost::json::serialize(claims_of(string_of(tokens, "id_token")));
  const std::string forged = identity::SigningKey::generate().sign(claims, "JWT");
  for (const std::string& hint : {forged, std::string("x"), std::string("a.b.c"), std::string()}) {
    const auto end = post("/oidc/end-session", {{"id_token_hint", hint}});
    EXPECT_EQ(end.status, 200);
    EXPECT_THAT(end.body, HasSubstr("You are signed out."));
  }
  EXPECT_EQ(refreshed(string_of(tokens, "refresh_token")).status, 200);
}

// ---- what the provider says about itself --------------------------------------------------------

TEST_F(ProviderTest, DiscoveryNamesTheEndpointsOfTheSameOrigin) {
  const auto found = get("/oidc/.well-known/openid-configuration");
  EXPECT_EQ(string_of(found, "issuer"), std::string(origin) + "/oidc");
  for (const std::string name : {"authorization_endpoint", "token_endpoint", "jwks_uri",
                                 "end_session_endpoint", "userinfo_endpoint"}) {
    EXPECT_THAT(string_of(found, name), StartsWith(std::string(origin) + "/oidc/")) << name;
  }
}

TEST_F(ProviderTest, TheKeySetShowsThePublicKeyOnly) {
  const auto keys = identity::json_object(get("/oidc/jwks").body);
  ASSERT_TRUE(keys);
  const auto& only = keys->at("keys").as_array().at(0).as_object();
  EXPECT_EQ(only.at("kid").as_string(), key.kid());
  EXPECT_EQ(only.at("use").as_string(), "sig");
  EXPECT_FALSE(only.contains("d"));
}

TEST_F(ProviderTest, UserInfoSaysWhoIsSignedIn) {
  const auto answer = get_as(access_token_for("ayu"), "/oidc/userinfo");
  EXPECT_EQ(string_of(answer, "preferred_username"), "ayu");
  EXPECT_EQ(get("/oidc/userinfo").status, 401);
}

TEST_F(ProviderTest, AnOriginThatIsNotConfiguredHasNoProvider) {
  for (const std::string path : {"/oidc/.well-known/openid-configuration", "/config.json"}) {
    auto asked = request("GET", path);
    asked.origin = "https://evil.example";
    EXPECT_EQ(ask(asked).response->status, 404) << path;
  }
}

TEST(ExpiringTableTest, TheOldestMakesRoomForTheNewest) {
  ExpiringTable<int, int> table(2, std::chrono::seconds(10));
  table.put(1, 1, UnixSeconds(0));
  table.put(2, 2, UnixSeconds(0));
  table.put(3, 3, UnixSeconds(0));
  EXPECT_EQ(table.find(1, UnixSeconds(1)), nullptr);
  EXPECT_NE(table.find(2, UnixSeconds(1)), nullptr);
  EXPECT_EQ(table.take(3, UnixSeconds(1)), 3);
  EXPECT_EQ(table.take(3, UnixSeconds(1)), std::nullopt);
  EXPECT_EQ(table.find(2, UnixSeconds(10)), nullptr);
  table.on_time(UnixSeconds(10));
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace dering::api::oidc
