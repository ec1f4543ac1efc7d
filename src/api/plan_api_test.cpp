// SPDX-License-Identifier: Apache-2.0
#include "api/plan_api.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class PlanApiTest : public World {
 protected:
  PlanApiTest() {
    add("root", "Root", "admin");  // 1003
    add("agus", "Agus", "admin");  // 1004
    reload();
    root = access_token_for("root");
    cookie.clear();
    agus = access_token_for("agus");
  }
  /// Mobile numbers go out for this extension.
  static std::string plan(const std::string& extension, const std::string& more = "") {
    return R"({"version":1,"trunks":[{"id":"telkom","servers":["192.0.2.1"]}],)"
           R"("emergency":{"numbers":["110","112","113","118","119"],"trunks":["telkom"],)"
           R"("caller_id":"+62215550100"},)"
           R"("outbound":[{"id":"mobile","patterns":[{"match":"08."}],"trunks":["telkom"]}],)"
           R"("classes":[{"id":"staff","routes":["mobile"],"people":[")" +
           extension + "\"]}]" + more + "}";
  }
  net::HttpResponse change(std::string method, std::string path, const std::string& token,
                           std::string body, std::string_view on) {
    net::HttpRequest asked = request(std::move(method), std::move(path));
    asked.fields = bearer(token);
    asked.fields.emplace_back("Content-Type", "application/json");
    if (!on.empty()) asked.fields.emplace_back("If-Match", on);
    asked.query = "comment=for%20mobiles";
    asked.body = std::move(body);
    return *ask(asked).response;
  }
  net::HttpResponse put(const std::string& token, std::string body, std::string_view on) {
    return change("PUT", "/api/v1/plan", token, std::move(body), on);
  }
  net::HttpResponse undo(std::string body, std::string_view on) {
    return change("POST", "/api/v1/plan/undo", root, std::move(body), on);
  }
  net::HttpResponse route(const Fields& query) { return get_as(root, "/api/v1/route", query); }

  std::string root;
  std::string agus;
};

TEST_F(PlanApiTest, IsForAdministratorsAlone) {
  const std::string ayu = access_token_for("ayu");
  for (const char* path : {"/api/v1/plan", "/api/v1/plan/check", "/api/v1/plan/versions",
                           "/api/v1/plan/versions/1", "/api/v1/plan/difference", "/api/v1/route"}) {
    EXPECT_EQ(get_as(ayu, path).status, 403) << path;
    EXPECT_EQ(get(path).status, 401) << path;
  }
  EXPECT_EQ(put(ayu, plan("1001"), "\"0\"").status, 403);
  EXPECT_EQ(send_json("POST", "/api/v1/plan/undo", ayu, "{}").status, 403);
  EXPECT_THAT(plans_told, SizeIs(0));
}

TEST_F(PlanApiTest, AppliesAPlanAtOnceAndKeepsWhoAndWhy) {
  EXPECT_EQ(field_of(get_as(root, "/api/v1/plan"), "ETag"), "\"0\"");
  const auto applied = put(root, plan("1001"), "\"0\"");
  ASSERT_EQ(applied.status, 200) << applied.body;
  EXPECT_EQ(field_of(applied, "ETag"), "\"1\"");
  EXPECT_THAT(plans_told, SizeIs(1));
  const auto shown = get_as(root, "/api/v1/plan");
  EXPECT_EQ(field_of(shown, "ETag"), "\"1\"");
  EXPECT_THAT(shown.body, HasSubstr(R"("match": "08.")"));
  const std::string first =
      R"x({"versions":[{"number":1,"applied_at":1900000000,"by":"root (1003)",)x"
      R"x("comment":"for mobiles","restores":null}]})x";
  EXPECT_EQ(get_as(root, "/api/v1/plan/versions").body, first);
  EXPECT_THAT(get_as(root, "/api/v1/plan/versions/1").body,
              AllOf(StartsWith(R"({"number":1,)"), HasSubstr(R"("plan":{)")));
  EXPECT_EQ(get_as(root, "/api/v1/plan/versions/2").status, 404);
}

TEST_F(PlanApiTest, TellsTheSecondOfTwoAdministratorsWhoWasFaster) {
  ASSERT_EQ(put(root, plan("1001"), "\"0\"").status, 200);
  const auto late = put(agus, plan("1002"), "\"0\"");
  EXPECT_EQ(late.status, 412);
  EXPECT_THAT(late.body, AllOf(HasSubstr("version 1, applied"), HasSubstr("by root (1003)"),
                               HasSubstr(R"("version":{"number":1)")));
  EXPECT_EQ(put(agus, plan("1002"), "").status, 428);
  EXPECT_EQ(undo("{}", "\"0\"").status, 412);
  EXPECT_EQ(undo("{}", "").status, 428);
  EXPECT_THAT(plans_told, SizeIs(1));
}

TEST_F(PlanApiTest, RefusesAFaultyPlanWithPlacesAndLeavesTheOldOneInForce) {
  ASSERT_EQ(put(root, plan("1001"), "\"0\"").status, 200);
  const auto refused = put(root, plan("1999", R"(,"menus":[])"), "\"1\"");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, AllOf(HasSubstr(R"("path":"/classes/0/people/0")"),
                                  HasSubstr(R"("code":"not_yet","path":"/menus")")));
  EXPECT_EQ(field_of(get_as(root, "/api/v1/plan"), "ETag"), "\"1\"");
  EXPECT_THAT(plans_told, SizeIs(1));
  EXPECT_THAT(send_json("POST", "/api/v1/plan/check", root, plan("1999")).body,
              HasSubstr(R"("code":"dangling")"));
  EXPECT_EQ(send_json("POST", "/api/v1/plan/check", root, plan("1001")).body, R"({"faults":[]})");
}

TEST_F(PlanApiTest, ShowsWhatIsDifferentAndGoesBack) {
  ASSERT_EQ(put(root, plan("1001"), "\"0\"").status, 200);
  ASSERT_EQ(put(agus, plan("1002"), "\"1\"").status, 200);
  const auto difference = get_as(root, "/api/v1/plan/difference", {{"from", "1"}});
  EXPECT_EQ(difference.status, 200);
  EXPECT_THAT(difference.body, AllOf(HasSubstr(R"("to":2)"), HasSubstr("classes staff")));
  EXPECT_EQ(get_as(root, "/api/v1/plan/difference", {{"from", "7"}}).status, 404);
  const auto back = undo(R"({"comment":"Budi may not"})", "\"2\"");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_THAT(back.body, AllOf(HasSubstr(R"("number":3)"), HasSubstr(R"("restores":1)"),
                               HasSubstr("Budi may not")));
  EXPECT_THAT(get_as(root, "/api/v1/plan").body, HasSubstr("1001"));
  EXPECT_EQ(undo(R"({"version":9})", "\"3\"").status, 409);
  EXPECT_EQ(undo(R"({"number":1})", "\"3\"").status, 422);
}

TEST_F(PlanApiTest, GoesBackThoughSomebodyHasLeftAndSaysWho) {
  ASSERT_EQ(put(root, plan("1001"), "\"0\"").status, 200);
  ASSERT_EQ(put(root, plan("1002"), "\"1\"").status, 200);
  ASSERT_TRUE(store->set_enabled("ayu", false));
  reload();
  const auto back = undo("{}", "\"2\"");
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_THAT(back.body, HasSubstr(R"("path":"/classes/0/people/0")"));
  EXPECT_THAT(get_as(root, "/api/v1/plan/check").body, HasSubstr(R"("code":"dangling")"));
}

TEST_F(PlanApiTest, ExplainsWhereANumberWouldLead) {
  ASSERT_EQ(put(root, plan("1001"), "\"0\"").status, 200);
  const auto way = route({{"from", "1001"}, {"to", "08123456789"}});
  EXPECT_EQ(way.status, 200);
  EXPECT_THAT(way.body, AllOf(HasSubstr(R"("destination":"outside mobile: telkom )"),
                              HasSubstr(R"("why":"class_of_person")"), HasSubstr(R"("version":1)"),
                              HasSubstr(R"("at":1900000000)"), HasSubstr(R"("ends":false)")));
  EXPECT_THAT(route({{"from", "1002"}, {"to", "08123456789"}}).body,
              AllOf(HasSubstr(R"("destination":"not_permitted")"), HasSubstr(R"("ends":true)")));
  EXPECT_THAT(route({{"to", "112"}, {"at", "2026-12-25T09:00+07:00"}}).body,
              AllOf(HasSubstr("emergency"), HasSubstr(R"("at":1798164000)")));
  EXPECT_EQ(route({{"from", "1001"}}).status, 422);
  EXPECT_EQ(route({{"to", "112"}, {"at", "tomorrow"}}).status, 422);
}

TEST_F(PlanApiTest, KnowsWhoTypedACommandOnThisMachineAndBelievesNobodyElse) {
  net::HttpRequest asked = request("PUT", "/api/v1/plan");
  asked.door = net::Door::admin_socket;
  asked.fields = {
      {"Content-Type", "application/json"}, {"If-Match", "\"0\""}, {"Dering-Typed-By", "wati"}};
  asked.body = plan("1001");
  EXPECT_THAT(ask(asked).response->body, HasSubstr(R"("by":"wati on this machine")"));
  asked.door = net::Door::network;
  asked.fields.emplace_back("Authorization", "Bearer " + agus);
  asked.fields.at(1).second = "\"1\"";
  asked.body = plan("1002");
  EXPECT_THAT(ask(asked).response->body, HasSubstr(R"x("by":"agus (1004)")x"));
}

TEST_F(PlanApiTest, SaysWhatIsTooBigOrNoJson) {
  EXPECT_THAT(put(root, std::string((10U << 20U) + 1, ' '), "\"0\"").body,
              HasSubstr(R"("code":"too_big")"));
  net::HttpRequest asked = request("PUT", "/api/v1/plan");
  asked.fields = bearer(root);
  EXPECT_EQ(ask(asked).response->status, 415);
  EXPECT_EQ(get_as(root, "/api/v1/plan/versions", {{"limit", "201"}}).status, 422);
}

}  // namespace
}  // namespace dering::api
