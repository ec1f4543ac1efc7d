// SPDX-License-Identifier: Apache-2.0
#include "api/refusal_api.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "api/world_test.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RefusalTest : public World {
 protected:
  array told(const net::HttpResponse& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    return identity::json_object(response.body)->at("refusals").as_array();
  }
  array own(const std::string& token, const Fields& query = {}) {
    return told(get_as(token, "/api/v1/refusals", query));
  }
  array all(const Fields& query = {}) {
    Fields whole{{"scope", "all"}};
    whole.insert(whole.end(), query.begin(), query.end());
    net::HttpRequest asked = request("GET", "/api/v1/refusals");
    asked.door = net::Door::admin_socket;
    asked.query = encoded(whole);
    return told(*ask(asked).response);
  }
  static std::string text(const boost::json::value& one, std::string_view name) {
    return std::string(one.at(name).as_string());
  }
  refusal::Refusal phone(std::string name, std::string_view ip = "198.51.100.9") const {
    return {.transport = refusal::Transport::udp,
            .source = *SocketAddress::from_text(ip, 5060),
            .name = std::move(name),
            .what = refusal::What::registration,
            .reason = refusal::Reason::wrong_password,
            .is_known_name = true,
            .is_proven = true};
  }
};

TEST_F(RefusalTest, APersonSeesWhatConcernsTheirOwnPhonesByTheirOwnNamesForThem) {
  const auto token = access_token_for("ayu");
  const auto made = send_json("POST", "/api/v1/devices", token, R"({"name":"Desk"})");
  const std::string name = string_of(made, "username");
  api.on_refused(phone(name), now);
  now += std::chrono::seconds(30);
  api.on_refused(phone(name), now);
  api.on_refused(phone("nobody"), now);
  const auto refusals = own(token);
  ASSERT_THAT(refusals, SizeIs(1));
  EXPECT_EQ(text(refusals[0], "device"), "Desk");
  EXPECT_EQ(text(refusals[0], "name"), name);
  EXPECT_EQ(text(refusals[0], "reason"), "wrong_password");
  EXPECT_EQ(text(refusals[0], "what"), "register");
  EXPECT_EQ(text(refusals[0], "source"), "198.51.100.9");
  EXPECT_EQ(refusals[0].at("count").as_int64(), 2);
  EXPECT_EQ(refusals[0].at("at").as_int64(), now.count());
  EXPECT_THAT(own(access_token_for("budi")), IsEmpty());
}

TEST_F(RefusalTest, ANumberThatIsClaimedConcernsItsPerson) {
  api.on_refused(phone("1002"), now);
  EXPECT_THAT(own(access_token_for("budi")), SizeIs(1));
  EXPECT_THAT(own(access_token_for("ayu")), IsEmpty());
}

// H6
TEST_F(RefusalTest, OnlyAnAdministratorSeesThoseOfOthers) {
  api.on_refused(phone("1002"), now);
  api.on_refused(phone("nobody"), now);
  const auto ayu = access_token_for("ayu");
  EXPECT_EQ(get_as(ayu, "/api/v1/refusals", {{"scope", "all"}}).status, 403);
  EXPECT_EQ(get_as(ayu, "/api/v1/refusals", {{"extension", "1002"}}).status, 404);
  EXPECT_EQ(get_as(ayu, "/api/v1/refusals", {{"extension", "4711"}}).status, 404);
  provision("admin");
  const auto admin = sso_token("admin", {"admin"});
  EXPECT_THAT(own(admin), IsEmpty()) << "their own page shows their own";
  EXPECT_THAT(own(admin, {{"extension", "1002"}}), SizeIs(1));
  EXPECT_THAT(own(admin, {{"scope", "all"}}), SizeIs(3)) << "with the one of ayu who asked for all";
}

TEST_F(RefusalTest, AllAreGivenNewestFirstAfterAnIdAndSinceAMoment) {
  api.on_refused(phone("1001"), now);
  now += std::chrono::seconds(100);
  api.on_refused(phone("1002"), now);
  const auto both = all();
  ASSERT_THAT(both, SizeIs(2));
  EXPECT_EQ(text(both[0], "extension"), "1002");
  EXPECT_THAT(all({{"after", text(both[1], "id")}}), SizeIs(1));
  EXPECT_THAT(all({{"after", text(both[0], "id")}}), IsEmpty());
  EXPECT_THAT(all({{"since", std::to_string(now.count())}}), SizeIs(1));
  EXPECT_THAT(all({{"limit", "1"}}), SizeIs(1));
  for (const Fields& odd : std::vector<Fields>{{{"after", "-1"}},
                                               {{"since", "x"}},
                                               {{"limit", "0"}},
                                               {{"limit", "1001"}},
                                               {{"since", "99999999999999999"}}}) {
    Fields query{{"scope", "all"}, odd[0]};
    net::HttpRequest asked = request("GET", "/api/v1/refusals");
    asked.door = net::Door::admin_socket;
    asked.query = encoded(query);
    EXPECT_EQ(ask(asked).response->status, 400) << odd[0].first << odd[0].second;
  }
}

// An address with a signed-in user is never banned.
TEST_F(RefusalTest, WhereSomebodyIsSignedInNothingIsCountedAgainstTheAddress) {
  api.on_refused(phone("1001", "192.0.2.7"), now);
  EXPECT_EQ(text(all()[0], "ban"), "may");
  EXPECT_EQ(get_as(access_token_for("ayu"), "/api/v1/me").status, 200);  // from 192.0.2.7
  api.on_refused(phone("1002", "192.0.2.7"), now);
  EXPECT_EQ(text(all()[0], "ban"), "friend");
  api.on_refused(phone("1002", "192.0.2.8"), now);
  EXPECT_EQ(text(all()[0], "ban"), "may");
  api.on_sign_in(*SocketAddress::from_text("192.0.2.8", 1), now + std::chrono::seconds(10));
  api.on_refused(phone("1002", "192.0.2.8"), now);
  EXPECT_EQ(text(all()[0], "ban"), "friend");
  now += std::chrono::hours(2);
  api.on_time(now);
  api.on_refused(phone("1002", "192.0.2.7"), now);
  EXPECT_EQ(text(all()[0], "ban"), "may");
}

TEST_F(RefusalTest, AChallengeIsNone) {
  EXPECT_EQ(get("/api/v1/me").status, 401);
  EXPECT_THAT(all(), IsEmpty());
}

TEST_F(RefusalTest, WhatTheApiRefusesIsTold) {
  EXPECT_EQ(get_as("x.y.z", "/api/v1/me").status, 401);
  EXPECT_EQ(text(all()[0], "reason"), "bad_token");
  EXPECT_EQ(text(all()[0], "what"), "api");
  EXPECT_EQ(text(all()[0], "transport"), "https");

  const auto old = sso_token("rara", {"user"}, {{"exp", now.count() - 600}});
  EXPECT_EQ(get_as(old, "/api/v1/me").status, 401);
  EXPECT_EQ(text(all()[0], "reason"), "expired_token");
  EXPECT_EQ(text(all()[0], "ban"), "harmless");

  EXPECT_EQ(get_as(sso_token("rara", {"user"}, {{"aud", "another"}}), "/api/v1/me").status, 401);
  EXPECT_EQ(text(all()[0], "reason"), "foreign_token");

  EXPECT_EQ(get_as(sso_token("rara"), "/api/v1/sync").status, 403);
  EXPECT_EQ(text(all()[0], "reason"), "not_allowed");
  EXPECT_EQ(text(all()[0], "name"), "rara");

  EXPECT_EQ(log_out("nonsense").status, 400);
  EXPECT_EQ(text(all()[0], "what"), "logout");

  auto elsewhere = request("GET", "/config.json");
  elsewhere.origin = "https://evil.example";
  EXPECT_EQ(ask(elsewhere).response->status, 404);
  EXPECT_EQ(text(all()[0], "reason"), "foreign_host");
  EXPECT_EQ(text(all()[0], "name"), "https://evil.example");
}

TEST_F(RefusalTest, TheSignInFormTellsWhetherTheNameOrThePasswordWasWrong) {
  EXPECT_NE(typed("ayu", "wrong").status, 303);
  EXPECT_EQ(text(all()[0], "reason"), "wrong_password");
  EXPECT_EQ(text(all()[0], "what"), "sign_in");
  EXPECT_EQ(text(all()[0], "extension"), "1001");
  EXPECT_NE(typed("Nobody <b>", "wrong").status, 303);
  EXPECT_EQ(text(all()[0], "reason"), "unknown_name");
  EXPECT_EQ(text(all()[0], "name"), "Nobody <b>");
  EXPECT_EQ(text(all()[0], "extension"), "");
  for (int i = 0; i < 5; ++i) EXPECT_NE(typed("ayu", "wrong").status, 303);
  now += std::chrono::seconds(1);
  api.on_time(now);
  const auto paused = all();
  EXPECT_TRUE(std::ranges::any_of(paused, [](const auto& one) {
    return text(one, "reason") == "paused" && text(one, "extension") == "1001";
  }));
}

// H12
TEST_F(RefusalTest, AHostileNameIsTextOnItsWayToPeople) {
  api.on_refused(phone("a\"b\n\x1b[2J source=9.9.9.9"), now);
  EXPECT_EQ(text(all()[0], "name"), "a\\x22b\\x0a\\x1b\\x5b2J\\x20source\\x3d9.9.9.9");
  api.on_refused(phone("\xff\xfe"), now);
  EXPECT_EQ(text(all()[0], "name"), "\\xff\\xfe");
  api.on_refused(phone("Meja \"Timur\""), now);
  EXPECT_EQ(text(all()[0], "name"), "Meja \"Timur\"");
}

// G5
TEST_F(RefusalTest, AFloodIsCountedAndNotForgotten) {
  const auto before = all().size();
  for (int i = 0; i < 500; ++i) EXPECT_EQ(get_as("x.y.z", "/api/v1/me").status, 401);
  EXPECT_THAT(all(), SizeIs(before + 1));
  api.on_time(now);
  EXPECT_EQ(all()[0].at("count").as_int64(), 500);
}

// G5
TEST_F(RefusalTest, ASecondHasTwentyLinesWhoeverIsRefusedAndSaysHowManyHadNone) {
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 100; ++i) {
    api.on_refused(phone("nobody", "198.51.100." + std::to_string(i)), now);
  }
  const std::string first = ::testing::internal::GetCapturedStderr();
  ::testing::internal::CaptureStderr();
  api.on_time(now);
  api.on_refused(phone("nobody", "203.0.113.1"), now);
  const std::string next = ::testing::internal::GetCapturedStderr();
  const auto lines_of = [](std::string_view log) {
    int lines = 0;
    for (std::size_t at = 0; (at = log.find("refused: source=", at)) != log.npos; ++at) ++lines;
    return lines;
  };
  EXPECT_EQ(lines_of(first), 20);
  EXPECT_THAT(next, HasSubstr("refused: count=80 more, without a line each"));
  EXPECT_EQ(lines_of(next), 1) << "the next second has lines again";
  EXPECT_THAT(all(), SizeIs(101)) << "and none is forgotten";
}

TEST_F(RefusalTest, WhatATelephoneDoesBesideCallsIsOnNobodysPage) {
  refusal::Refusal subscribe = phone("1002");
  for (const auto reason :
       {refusal::Reason::not_served, refusal::Reason::unknown_dialog, refusal::Reason::too_slow}) {
    subscribe.reason = reason;
    api.on_refused(subscribe, now);
  }
  EXPECT_THAT(own(access_token_for("budi")), IsEmpty());
  EXPECT_THAT(all(), SizeIs(3));
}

// AT11
TEST_F(RefusalTest, EachRequestThatIsRefusedHasOneVoiceWithItsNote) {
  struct Row {
    net::HttpRequest asked;
    std::string_view what, reason, note;
  };
  net::HttpRequest foreign_page = request("GET", "/config.json");
  foreign_page.query = "origin=https%3A%2F%2Fother.example";
  net::HttpRequest foreign_host = request("GET", "/config.json");
  foreign_host.origin = "https://other.example";
  net::HttpRequest nobodys_page = request("GET", "/oidc/authorize");
  nobodys_page.query = "client_id=nobody";
  net::HttpRequest old_form = request("POST", "/oidc/authorize");
  old_form.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  old_form.body = "ticket=x&username=ayu&password=y";
  const Row rows[] = {
      {foreign_page, "http", "foreign_origin", "public.origins"},
      {foreign_host, "http", "foreign_host", "public.origins does not name it"},
      {nobodys_page, "sign_in", "malformed", ""},
      {old_form, "sign_in", "expired_token", ""},
      {request("POST", "/oidc/backchannel-logout"), "logout", "bad_token", "there is none"},
      {request("POST", "/oidc/token"), "token", "expired_token", ""},
  };
  std::size_t before = 0;
  for (const Row& row : rows) {
    (void)ask(row.asked);
    const auto told = all();
    ASSERT_THAT(told, SizeIs(++before)) << row.what << ' ' << row.reason;
    EXPECT_EQ(text(told[0], "what"), row.what);
    EXPECT_EQ(text(told[0], "reason"), row.reason);
    EXPECT_EQ(text(told[0], "note"), row.note) << row.what;
  }
}

TEST_F(RefusalTest, AskingForWhatIsNotThereIsNone) {
  for (const auto* path : {"/api/v1/nothing", "/oidc/nothing", "/api/v1/me"}) {
    (void)ask(request("GET", path));
    (void)ask(request("PUT", path));
  }
  EXPECT_THAT(all(), IsEmpty());
}

}  // namespace
}  // namespace dering::api
