// SPDX-License-Identifier: Apache-2.0
#include "api/api.h"

#include <gmock/gmock.h>

#include <set>

#include "api/openapi.h"
#include "api/routes.h"
#include "api/world_test.h"

namespace dering::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ApiTest : public World {
 protected:
  void call(const std::string& id, const std::string& caller, const std::string& callee,
            std::int64_t duration_ms = 1'500) {
    ASSERT_TRUE(store->apply(std::vector<store::Write>{
        store::SaveCallRecord{{.call_id = id,
                               .caller = caller,
                               .callee = callee,
                               .started_at = 1'899'999'000,
                               .duration_ms = duration_ms,
                               .outcome = duration_ms < 0 ? "busy" : "answered"}}}));
  }
  boost::json::array calls_seen_with(std::string_view token, const Fields& query = {}) {
    const auto response = get_as(token, "/api/v1/calls", query);
    EXPECT_EQ(response.status, 200) << response.body;
    return identity::json_object(response.body)->at("calls").as_array();
  }
};

// ---- the table and its description --------------------------------------------------------------

TEST_F(ApiTest, TheOpenApiFileIsServed) {
  EXPECT_EQ(get("/api/openapi.json").body, openapi_document());
}

TEST_F(ApiTest, ServesItsOwnPathsAndLeavesTheRestToTheWebApp) {
  for (const Route& route : routes()) EXPECT_TRUE(Api::serves(route.path)) << route.path;
  for (const std::string path : {"/", "/index.html", "/auth/callback", "/apis", "/assets/a.js"}) {
    EXPECT_FALSE(Api::serves(path)) << path;
  }
}

TEST_F(ApiTest, EveryBadTokenGetsTheSameAnswer) {
  const std::string good = access_token_for("ayu");
  const std::string same = get("/api/v1/me").body;
  for (const std::string& value :
       {std::string("Bearer "), std::string("Bearer x"), "Basic " + good, good, "Bearer" + good,
        "Bearer " + good + "x", "Bearer " + std::string(9'000, 'a'),
        "Bearer " + good + " " + good}) {
    const auto response = get("/api/v1/me", {}, {{"Authorization", value}});
    EXPECT_EQ(response.status, 401) << value.substr(0, 40);
    EXPECT_EQ(response.body, same);
  }
  EXPECT_EQ(get("/api/v1/me", {{"access_token", good}}).status, 401) << "a token in the URL";
  const net::HttpFields twice{{"Authorization", "Bearer " + good},
                              {"Authorization", "Bearer " + good}};
  EXPECT_EQ(get("/api/v1/me", {}, twice).status, 401);
  EXPECT_EQ(get("/api/v1/me", {}, {{"authorization", "bearer " + good}}).status, 200);
}

TEST_F(ApiTest, WrongPathsAndMethodsAreProblems) {
  const auto nothing = get("/api/v1/nothing");
  EXPECT_EQ(nothing.status, 404);
  const auto body = identity::json_object(nothing.body);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->at("status").as_int64(), 404);
  EXPECT_EQ(body->at("title").as_string(), "Not Found");
  EXPECT_EQ(body->at("type").as_string(), "about:blank");
  EXPECT_TRUE(body->contains("detail"));

  const auto refused = *ask(request("DELETE", "/oidc/authorize")).response;
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(field_of(refused, "Allow"), "GET, POST");
  EXPECT_EQ(get("/api/v1/me/").status, 404);
}

// ---- the phone's questions ----------------------------------------------------------------------

TEST_F(ApiTest, TheConfigurationNamesTheIssuersInTheOrderInWhichToOfferThem) {
  const auto config = identity::json_object(get("/config.json").body);
  ASSERT_TRUE(config);
  const auto& issuers = config->at("issuers").as_array();
  ASSERT_EQ(issuers.size(), 2U);
  EXPECT_EQ(issuers.at(0), (boost::json::object{{"authority", sso},
                                                {"client_id", "dering-web"},
                                                {"label", "Universitas"},
                                                {"kind", "external"}}));
  EXPECT_EQ(issuers.at(1), (boost::json::object{{"authority", std::string(origin) + "/oidc"},
                                                {"client_id", "dering-web"},
                                                {"label", "Dering"},
                                                {"kind", "built-in"}}));
  EXPECT_EQ(config->at("sip").at("websocket").as_string(), "/ws/sip");
  EXPECT_EQ(config->at("sip").at("domain").as_string(), "phone.example");
  EXPECT_EQ(config->at("audience").as_string(), "dering-api");
  EXPECT_TRUE(config->at("embed_origins").as_array().empty());
  EXPECT_EQ(config->at("organisation"), (boost::json::object{{"name", ""}, {"logo", ""}}));
}

TEST_F(ApiTest, ThePagesSayWhoseTelephoneItIs) {
  settings.organisation = {.name = R"(Universitas "A" & <b>)", .logo = "logo.svg"};
  Api named{settings, {*store, accounts, forwardings, plans, key, random}};
  const auto asked_at = [&](const std::string& path) {
    FakeReply::Outcome outcome;
    ask_of(named, outcome, request("GET", path));
    return outcome.response->body;
  };
  const auto config = identity::json_object(asked_at("/config.json"));
  ASSERT_TRUE(config);
  EXPECT_EQ(config->at("organisation"),
            (boost::json::object{{"name", R"(Universitas "A" & <b>)"}, {"logo", "logo.svg"}}));
  EXPECT_EQ(config->at("issuers").as_array().back().at("label").as_string(),
            R"(Universitas "A" & <b>)");
  const std::string page = asked_at("/oidc/authorize");
  EXPECT_THAT(page, HasSubstr("· Universitas &quot;A&quot; &amp; &lt;b&gt;</title>"));
  EXPECT_THAT(page, HasSubstr(R"(<img src="../logo.svg" alt="">)"));
  EXPECT_THAT(page, Not(HasSubstr("Dering")));
}

TEST_F(ApiTest, ThePageIsToldWhosePagesMayUseIt) {
  settings.embed_origins = {"https://portal.example"};
  Api embedded{settings, {*store, accounts, forwardings, plans, key, random}};
  FakeReply::Outcome outcome;
  ask_of(embedded, outcome, request("GET", "/config.json"));
  EXPECT_THAT(outcome.response->body, HasSubstr(R"("embed_origins":["https://portal.example"])"));
}

// FR2, IP7: behind a proxy, below a path.
TEST_F(ApiTest, BelowAPathIssuerAndWebSocketAreBelowItToo) {
  settings.origins.push_back("https://www.example/phone");
  Api api_below{settings, {*store, accounts, forwardings, plans, key, random}};
  const auto config_at = [&](std::string base) {
    FakeReply::Outcome outcome;
    net::HttpRequest asked = request("GET", "/config.json");
    asked.origin = std::move(base);
    ask_of(api_below, outcome, asked);
    return *outcome.response;
  };
  const auto config = identity::json_object(config_at("https://www.example/phone").body);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->at("sip").at("websocket").as_string(), "/phone/ws/sip");
  EXPECT_EQ(config->at("issuers").as_array().back().at("authority").as_string(),
            "https://www.example/phone/oidc");
  for (const char* foreign : {"https://www.example", "https://www.example/phon", "https://evil"}) {
    const auto refused = config_at(foreign);
    EXPECT_EQ(refused.status, 404) << foreign;
    EXPECT_THAT(refused.body, HasSubstr("[public] origins")) << foreign;
  }
}

TEST_F(ApiTest, APageThatMayNotOpenAWebSocketIsToldWhyBeforeItTries) {
  settings.websocket_origins = {"https://phone.example:8443"};
  Api strict{settings, {*store, accounts, forwardings, plans, key, random}};
  const auto status_for = [&](const std::string& page) {
    FakeReply::Outcome outcome;
    net::HttpRequest asked = request("GET", "/config.json");
    asked.query = encoded({{"origin", page}});
    ask_of(strict, outcome, asked);
    if (outcome.response->status != 200) {
      EXPECT_THAT(outcome.response->body, HasSubstr("[public] origins"));
    }
    return outcome.response->status;
  };
  EXPECT_EQ(status_for("https://phone.example:8443"), 200);
  EXPECT_EQ(status_for("https://phone.example"), 403);
  EXPECT_EQ(status_for("null"), 403);
}

TEST_F(ApiTest, AnIssuerWithoutALabelIsCalledByItsHost) {
  settings.issuers.front().label = "";
  Api unlabelled{settings, {*store, accounts, forwardings, plans, key, random}};
  FakeReply::Outcome outcome;
  ask_of(unlabelled, outcome, request("GET", "/config.json"));
  EXPECT_THAT(outcome.response->body, HasSubstr(R"("label":"sso.example")"));
}

TEST_F(ApiTest, WithoutTheBuiltInProviderItsAddressesLeadNowhere) {
  settings.has_built_in = false;
  Api external{settings, {*store, accounts, forwardings, plans, key, random, outlets()}};
  const auto asked_of_it = [&](const std::string& method, const std::string& path) {
    FakeReply::Outcome outcome;
    ask_of(external, outcome, request(method, path));
    return *outcome.response;
  };
  EXPECT_THAT(asked_of_it("GET", "/config.json").body, Not(HasSubstr("built-in")));
  int closed = 0;
  for (const Route& route : routes()) {
    if (!route.path.starts_with("/oidc/") || route.path == "/oidc/backchannel-logout") continue;
    ++closed;
    EXPECT_EQ(asked_of_it(std::string(route.method), std::string(route.path)).status, 404)
        << route.path;
  }
  EXPECT_EQ(closed, 8);
  EXPECT_EQ(asked_of_it("POST", "/oidc/backchannel-logout").status, 400);
}

// UX6
TEST_F(ApiTest, LargeAnswersWithoutSecretsArePackedForWhoTakesThat) {
  const std::string plain = get("/api/openapi.json").body;
  const auto packed = get("/api/openapi.json", {}, {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(field_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(field_of(packed, "Vary"), "Accept-Encoding");
  EXPECT_LT(packed.body.size() * 2, plain.size());
  const auto refused = get("/api/openapi.json", {}, {{"Accept-Encoding", "gzip;q=0"}});
  EXPECT_EQ(refused.body, plain);
  EXPECT_EQ(field_of(refused, "Content-Encoding"), "");
}

TEST_F(ApiTest, ThePackedDirectoryHasATagOfItsOwn) {
  for (int i = 0; i < 40; ++i) add("person" + std::to_string(i), "Somebody");
  reload();
  const std::string token = access_token_for("ayu");
  net::HttpFields fields = bearer(token);
  fields.emplace_back("Accept-Encoding", "gzip");
  const auto packed = get("/api/v1/directory", {}, fields);
  EXPECT_EQ(field_of(packed, "Content-Encoding"), "gzip");
  const auto plain = get_as(token, "/api/v1/directory");
  EXPECT_GT(plain.body.size(), 4 * packed.body.size());
  const std::string tag = field_of(packed, "ETag");
  EXPECT_NE(tag, field_of(plain, "ETag"));
  fields.emplace_back("If-None-Match", "\"x\", " + tag);
  EXPECT_EQ(get("/api/v1/directory", {}, fields).status, 304);
  EXPECT_EQ(get("/api/v1/directory", {}, {fields[0], fields[2]}).status, 200);
}

// BREACH: the size of a packed text tells of the secret in it.
TEST_F(ApiTest, WhatHoldsASecretIsNeverPacked) {
  const net::HttpFields fields{{"Accept-Encoding", "gzip"}};
  const auto page = get("/oidc/authorize", authorize_query(), fields);
  EXPECT_EQ(page.status, 200);
  EXPECT_GT(page.body.size(), 1'024U);
  EXPECT_EQ(field_of(page, "Content-Encoding"), "");
}

TEST_F(ApiTest, WhoIsSignedInLearnsTheirRolesAndWhoVouchesForThem) {
  const auto ayu = *identity::json_object(get_as(access_token_for("ayu"), "/api/v1/me").body);
  EXPECT_EQ(ayu.at("roles"), (boost::json::array{"user"}));
  EXPECT_EQ(ayu.at("issuer").as_string(), "");
  const auto rara =
      *identity::json_object(get_as(sso_token("rara", {"operator"}), "/api/v1/me").body);
  EXPECT_EQ(rara.at("roles"), (boost::json::array{"user", "operator"}));
  EXPECT_EQ(rara.at("issuer").as_string(), sso);
}

TEST_F(ApiTest, ANameWithMarkupAndControlsComesBackAsTheSameText) {
  const auto me = get_as(access_token_for("ayu"), "/api/v1/me");
  EXPECT_EQ(string_of(me, "name"), "Ayu <b>\"L\"</b>\xE2\x80\xA8");
  ASSERT_TRUE(store->apply(std::vector<store::Write>{store::SaveCallRecord{
      {.call_id = "x", .caller = "\"}\x01\n</script>", .callee = "1001", .outcome = "busy"}}}));
  const auto calls = get_as(access_token_for("ayu"), "/api/v1/calls");
  EXPECT_EQ(calls.body.find_first_of("\x01\n"), std::string::npos);
  EXPECT_EQ(calls_seen_with(access_token_for("ayu")).at(0).at("peer").as_string(),
            "\"}\x01\n</script>");
}

TEST_F(ApiTest, FR12TheHistoryOfWhoWasCalledDoesNotNameAHiddenCaller) {
  ASSERT_TRUE(
      store->apply(std::vector<store::Write>{store::SaveCallRecord{{.call_id = "h1",
                                                                    .caller = "1002",
                                                                    .callee = "1001",
                                                                    .outcome = "busy",
                                                                    .hides_caller = true}}}));
  ASSERT_TRUE(
      store->apply(std::vector<store::Write>{store::SaveCallRecord{{.call_id = "h2",
                                                                    .caller = "1001",
                                                                    .callee = "1002",
                                                                    .outcome = "busy",
                                                                    .hides_caller = true}}}));
  const auto calls = calls_seen_with(access_token_for("ayu"));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls.at(0).at("peer").as_string(), "1002") << "whoever hid knows whom they called";
  EXPECT_EQ(calls.at(1).at("peer").as_string(), "anonymous");
  EXPECT_EQ(calls.at(1).at("peer_name").as_string(), "");
}

TEST_F(ApiTest, TheHistoryIsSeenFromOnesOwnSide) {
  call("1", "1001", "1002");
  call("2", "1002", "1001", -1);
  call("3", "1001", "*43");
  const auto calls = calls_seen_with(access_token_for("ayu"));
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls.at(0).at("peer").as_string(), "*43");
  EXPECT_EQ(calls.at(0).at("peer_name").as_string(), "");
  EXPECT_EQ(calls.at(1).at("direction").as_string(), "in");
  EXPECT_EQ(calls.at(1).at("duration_ms").as_int64(), -1);
  EXPECT_EQ(calls.at(1).at("outcome").as_string(), "busy");
  EXPECT_EQ(calls.at(2).at("direction").as_string(), "out");
  EXPECT_EQ(calls.at(2).at("peer_name").as_string(), "Budi");
  EXPECT_EQ(calls.at(2).at("started_at").as_int64(), 1'899'999'000);

  const std::string second(calls.at(1).at("id").as_string());
  const auto rest = calls_seen_with(access_token_for("ayu"), {{"before", second}, {"limit", "5"}});
  ASSERT_EQ(rest.size(), 1U);
}

TEST_F(ApiTest, EachWhoTookPartSeesTheCallAndTheirOwnEndOfIt) {
  const auto stay = [](std::uint64_t leg, std::string person, std::string why, std::string end) {
    const std::string role = why == "placed" ? "caller" : "callee";
    return directory::CallStay{leg, std::move(person), role, std::move(why), 100, 200, end, {}};
  };
  directory::CallRecord hunt{.call_id = "1",
                             .caller = "1003",
                             .callee = "1001",
                             .started_at = 100,
                             .duration_ms = 60'000,
                             .outcome = "answered"};
  hunt.stays = {stay(1, "1003", "placed", "answered"), stay(2, "1001", "rung", "elsewhere"),
                stay(3, "1002", "rung", "answered")};
  hunt.stays.back().quality = {"pcma", {3'000, 30, 4, 2'500, 412}, {}, 23};
  directory::CallRecord moved = hunt;
  moved.call_id = "2";
  moved.stays = {stay(4, "1003", "placed", "transferred"), stay(5, "1001", "rung", "transferred")};
  moved.outcome = "transferred";
  moved.hides_caller = true;
  ASSERT_TRUE(store->apply(
      std::vector<store::Write>{store::SaveCallRecord{hunt}, store::SaveCallRecord{moved}}));

  const auto ayu = calls_seen_with(access_token_for("ayu"));
  ASSERT_EQ(ayu.size(), 2U);
  EXPECT_EQ(ayu.at(1).at("outcome").as_string(), "elsewhere");
  EXPECT_EQ(ayu.at(1).at("duration_ms").as_int64(), -1);
  EXPECT_EQ(ayu.at(1).at("peer").as_string(), "1003");
  EXPECT_FALSE(ayu.at(1).at("transferred").as_bool());
  EXPECT_EQ(ayu.at(0).at("outcome").as_string(), "transferred");
  EXPECT_EQ(ayu.at(0).at("peer").as_string(), "anonymous");
  EXPECT_EQ(ayu.at(0).at("peer_name").as_string(), "");
  EXPECT_TRUE(ayu.at(0).at("transferred").as_bool());

  const auto budi = calls_seen_with(access_token_for("budi"));
  ASSERT_EQ(budi.size(), 1U) << "the hunt came to them, whoever was dialled";
  EXPECT_EQ(budi.at(0).at("direction").as_string(), "in");
  EXPECT_EQ(budi.at(0).at("peer").as_string(), "1003");
  EXPECT_EQ(budi.at(0).at("outcome").as_string(), "answered");
  EXPECT_EQ(budi.at(0).at("duration_ms").as_int64(), 60'000);
  EXPECT_TRUE(ayu.at(0).at("quality").is_null()) << "of one's own phone, and nobody could tell";
  const auto& quality = budi.at(0).at("quality").as_object();
  EXPECT_EQ(quality.at("codec").as_string(), "pcma");
  EXPECT_EQ(quality.at("round_trip_ms").as_int64(), 23);
  EXPECT_EQ(quality.at("from_phone").at("lost").to_number<int>(), 30);
  EXPECT_DOUBLE_EQ(quality.at("from_phone").at("jitter_ms").as_double(), 2.5);
  EXPECT_DOUBLE_EQ(quality.at("from_phone").at("mos").as_double(), 4.12);
  EXPECT_EQ(quality.at("to_phone").at("packets").to_number<int>(), 0);
}

TEST_F(ApiTest, EachCallTellsInStaysWhoTookPartAndWhyAsFarAsOneMayKnow) {
  directory::CallRecord picked{.call_id = "1",
                               .caller = "1009",
                               .callee = "1001",
                               .started_at = 100,
                               .duration_ms = 60'000,
                               .outcome = "answered"};
  picked.hides_caller = true;
  picked.stays = {{1, "1009", "caller", "placed", 100, 160, "answered"},
                  {2, "1001", "callee", "rung", 100, 110, "elsewhere"},
                  {3, "1002", "callee", "picked_up", 110, 160, "transferred"}};
  picked.stays.back().sent_by = "1009";
  picked.stays.back().sent_to = "1004";
  ASSERT_TRUE(store->apply(std::vector<store::Write>{store::SaveCallRecord{picked}}));
  const auto ayu = calls_seen_with(access_token_for("ayu")).at(0).at("stays").as_array();
  ASSERT_EQ(ayu.size(), 3U);
  EXPECT_EQ(serialize(ayu.at(0)),
            R"({"person":{"extension":"anonymous","name":""},"role":"caller","why":"placed",)"
            R"("from":100,"to":110,"outcome":null,"talked":false,"brought_by":null,)"
            R"("sent_by":null,"sent_to":null})");
  EXPECT_EQ(ayu.at(1).at("person").at("extension").as_string(), "1001");
  EXPECT_EQ(serialize(ayu.at(2)),
            R"({"person":{"extension":"1002","name":"Budi"},"role":"callee","why":"picked_up",)"
            R"("from":110,"to":110,"outcome":null,"talked":true,"brought_by":null,)"
            R"("sent_by":null,"sent_to":null})")
      << "who picked it up, and nothing of what they did then";
  const auto budi = calls_seen_with(access_token_for("budi")).at(0).at("stays").as_array();
  ASSERT_EQ(budi.size(), 2U) << "not who was rung before";
  EXPECT_EQ(serialize(budi.at(1).at("sent_by")), R"({"extension":"anonymous","name":""})");
  EXPECT_EQ(serialize(budi.at(1).at("sent_to")), R"({"extension":"1004","name":""})");
}

TEST_F(ApiTest, ASecondCallThatWasRefusedBecauseTheFirstStillRingsIsNotInTheCalleesHistory) {
  directory::CallRecord again{.call_id = "1",
                              .caller = "1002",
                              .callee = "1001",
                              .started_at = 100,
                              .outcome = "already_calling"};
  again.stays = {{1, "1002", "caller", "placed", 100, 100, "already_calling"}};
  ASSERT_TRUE(store->apply(std::vector<store::Write>{store::SaveCallRecord{again}}));
  EXPECT_TRUE(calls_seen_with(access_token_for("ayu")).empty());
  EXPECT_EQ(calls_seen_with(access_token_for("budi")).size(), 1U);
}

TEST_F(ApiTest, CallsOfOthersAreNotThere) {
  call("1", "1002", "1003");
  call("2", "1003", "1002");
  EXPECT_TRUE(calls_seen_with(access_token_for("ayu")).empty());
  EXPECT_EQ(calls_seen_with(access_token_for("budi")).size(), 2U);
}

TEST_F(ApiTest, AnOddPageOfTheHistoryIsRefused) {
  const std::string token = access_token_for("ayu");
  for (const auto& field : Fields{{"limit", "0"},
                                  {"limit", "101"},
                                  {"limit", "-1"},
                                  {"limit", "x"},
                                  {"limit", ""},
                                  {"before", "1e3"},
                                  {"before", "18446744073709551616"},
                                  {"before", "1 OR 1=1"}}) {
    EXPECT_EQ(get_as(token, "/api/v1/calls", {field}).status, 400)
        << field.first << '=' << field.second;
  }
  EXPECT_EQ(get_as(token, "/api/v1/calls", {{"before", "18446744073709551615"}}).status, 200);
}

TEST_F(ApiTest, AUserWhoIsGoneFromTheDirectoryIsForbidden) {
  const std::string token = access_token_for("ayu");
  ASSERT_TRUE(store->set_enabled("ayu", false));
  reload();
  EXPECT_EQ(get_as(token, "/api/v1/me").status, 403);
  EXPECT_EQ(get_as(token, "/api/v1/events").status, 403);
}

// ---- forms --------------------------------------------------------------------------------------

TEST(FormTest, ReadsWhatBrowsersSend) {
  const auto form = Form::parse("a=1&b=x+y%2B%C3%A9&c=&d&&e=%3D%26");
  ASSERT_TRUE(form);
  EXPECT_EQ((*form)["a"], "1");
  EXPECT_EQ((*form)["b"], "x y+\xC3\xA9");
  EXPECT_TRUE(form->has("c") && form->has("d"));
  EXPECT_EQ((*form)["e"], "=&");
  EXPECT_EQ((*form)["none"], "");
}

TEST(FormTest, RefusesWhatTwoReadersCouldReadDifferently) {
  for (const std::string_view text : {"a=1&a=2", "a=1&%61=2", "a=%", "a=%4", "a=%zz", "a=%+1",
                                      "a=%00", "a=%ff", "a=%C3", "a=\xff"}) {
    EXPECT_FALSE(Form::parse(text)) << text;
  }
  EXPECT_FALSE(Form::parse(std::string_view("a=\0b", 4)));
  std::string many;
  for (int i = 0; i < 65; ++i) many += std::to_string(i) + "=&";
  EXPECT_FALSE(Form::parse(many));
}

}  // namespace
}  // namespace dering::api
