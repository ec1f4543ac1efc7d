// SPDX-License-Identifier: Apache-2.0
#include "api/access.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "api/routes.h"
#include "api/world_test.h"

namespace dering::api {
namespace {

using identity::Role;
using identity::Roles;

const std::vector<std::string> all_roles{"user", "supervisor", "operator", "admin"};

/// Written out, and not computed from what the code does.
const std::map<std::string_view, std::set<std::string>> who_may{
    {"user", {"user", "supervisor", "operator", "admin"}},
    {"supervisor", {"supervisor", "admin"}},
    {"operator", {"operator", "admin"}},
    {"admin", {"admin"}},
    {"machine", {}},
};

TEST(Access, EachRuleLetsItsOwnRolesInAndNoOthers) {
  for (const Access access :
       {Access::user, Access::supervisor, Access::operator_, Access::admin, Access::machine}) {
    EXPECT_FALSE(is_open_to(access, {})) << name_of(access);
    for (const std::string& role : all_roles) {
      EXPECT_EQ(is_open_to(access, {*identity::role_named(role)}),
                who_may.at(name_of(access)).contains(role))
          << role << " at " << name_of(access);
    }
  }
  EXPECT_TRUE(is_open_to(Access::anyone, {}));
  EXPECT_TRUE(is_open_to(Access::supervisor, Roles{Role::operator_, Role::supervisor}));
}

/// Role × route, from the OpenAPI file as it is served: what it says is what happens.
class AccessMatrix : public World {
 protected:
  struct Line {
    std::string method;
    std::string path;
    std::string access;
  };
  std::vector<Line> lines() {
    std::vector<Line> found;
    const auto document = *identity::json_object(get("/api/openapi.json").body);
    for (const auto& [path, operations] : document.at("paths").as_object()) {
      for (const auto& [method, operation] : operations.as_object()) {
        Line line{std::string(method), std::string(path),
                  std::string(operation.at("x-dering-access").as_string())};
        for (char& c : line.method) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
        if (line.path.ends_with("{id}")) line.path.replace(line.path.size() - 4, 4, "4711");
        found.push_back(line);
      }
    }
    EXPECT_EQ(found.size(), routes().size());
    return found;
  }
  /// 0: an event stream was opened, or the answer comes later.
  int status_of(const Line& line, const std::string& token, net::Door door = net::Door::network) {
    net::HttpRequest asked = request(line.method, line.path);
    asked.door = door;
    if (!token.empty()) asked.fields = bearer(token);
    FakeReply::Outcome outcome;
    ask_later(outcome, asked);
    api.on_status({"{}"});
    return outcome.response ? outcome.response->status : 0;
  }
};

TEST_F(AccessMatrix, WrongRolesAreForbiddenAndRightOnesAreNot) {
  for (const std::string& role : all_roles) provision(role);
  int forbidden = 0;
  for (const Line& line : lines()) {
    if (line.access == "anyone") continue;
    for (const std::string& role : all_roles) {
      const int status = status_of(line, sso_token(role, {role}));
      const bool is_let_in = status != 401 && status != 403;
      EXPECT_EQ(is_let_in, who_may.at(line.access).contains(role))
          << role << ' ' << line.method << ' ' << line.path << " is " << status;
      forbidden += status == 403;
    }
    EXPECT_EQ(status_of(line, sso_token("user", {})), 403) << "no role " << line.path;
    EXPECT_EQ(status_of(line, sso_token("user", {"dering-admin", "Admin", "root"})), 403);
  }
  EXPECT_GE(forbidden, 6) << "the table has rules for administrators";
}

// H5: another door is no other right. Whoever can open the socket is the administrator of this
// machine, and needs no token; a token there changes nothing.
TEST_F(AccessMatrix, ThroughTheAdminSocketEverybodyIsAnAdministratorAndNobodyElse) {
  provision("user");
  for (const Line& line : lines()) {
    for (const std::string& token :
         {std::string(), sso_token("user", {"user"}), std::string("x")}) {
      const int status = status_of(line, token, net::Door::admin_socket);
      EXPECT_TRUE(status != 401 && status != 403)
          << line.method << ' ' << line.path << ' ' << status;
    }
  }
}

// A recording tells of everybody who called whom, and how each phone is reached.
TEST_F(AccessMatrix, NoTokenGetsARecording) {
  std::set<std::string> found;
  for (const Line& line : lines()) {
    if (line.access == "machine") found.insert(line.method + ' ' + line.path);
  }
  EXPECT_THAT(found, ::testing::ElementsAre("DELETE /api/v1/recording", "GET /api/v1/recording",
                                            "POST /api/v1/recording"));
}

// H5: what a request says of itself is not the door that it came through.
TEST_F(AccessMatrix, NoFieldOfARequestOpensTheAdminSocketsDoor) {
  for (const Line& line : lines()) {
    if (line.access == "anyone") continue;
    for (const std::string address : {"0.0.0.0", "127.0.0.1", "::1"}) {
      net::HttpRequest asked = request(line.method, line.path);
      asked.peer = *SocketAddress::from_text(address, 0);
      asked.fields = {
          {"Host", "localhost"}, {"X-Forwarded-For", "unix:"}, {"Door", "admin_socket"}};
      EXPECT_EQ(ask(asked).response->status, 401) << line.method << ' ' << line.path;
    }
  }
}

TEST_F(AccessMatrix, WithoutAGoodTokenEveryClosedRouteGivesOneAnswer) {
  const std::string stranger = identity::SigningKey::generate().sign(
      R"({"iss":"https://sso.example/realms/dering"})", "JWT");
  std::set<std::string> bodies;
  for (const Line& line : lines()) {
    if (line.access == "anyone") continue;
    for (const std::string& token : {std::string(), std::string("x"), stranger}) {
      net::HttpRequest asked = request(line.method, line.path);
      if (!token.empty()) asked.fields = bearer(token);
      asked.body = "{";
      asked.query = "extension=1002&extension=1003";
      FakeReply::Outcome outcome;
      ask_later(outcome, asked);
      ASSERT_TRUE(outcome.response) << line.path;
      EXPECT_EQ(outcome.response->status, 401) << line.path;
      EXPECT_EQ(field_of(*outcome.response, "WWW-Authenticate"), "Bearer");
      EXPECT_EQ(field_of(*outcome.response, "Content-Type"), "application/problem+json");
      EXPECT_EQ(field_of(*outcome.response, "Cache-Control"), "no-store");
      bodies.insert(outcome.response->body);
    }
  }
  EXPECT_EQ(bodies.size(), 1U);
  EXPECT_TRUE(provisioned.empty());
}

TEST_F(AccessMatrix, MethodsThatAreNotInTheTableAreRefusedWhoeverAsks) {
  provision("admin");
  std::set<std::string> known;
  for (const Line& line : lines()) known.insert(line.method + ' ' + line.path);
  for (const Line& line : lines()) {
    for (const std::string method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
                                     "TRACE", "get", "PROPFIND", ""}) {
      if (known.contains(method + ' ' + line.path)) continue;
      net::HttpRequest asked = request(method, line.path);
      asked.fields = bearer(sso_token("admin", {"admin"}));
      asked.fields.emplace_back("X-HTTP-Method-Override", line.method);
      asked.fields.emplace_back("Origin", "https://evil.example");
      const auto response = *ask(asked).response;
      EXPECT_EQ(response.status, 405) << method << ' ' << line.path;
      EXPECT_EQ(field_of(response, "Access-Control-Allow-Origin"), "");
    }
  }
}

TEST_F(AccessMatrix, OtherSpellingsOfAPathAreNoWayIn) {
  for (const std::string path : {"/api/v1/sync/", "/API/v1/sync", "/api/v1//sync", "/api/v1/sync;a",
                                 "/api/v1/devices/1/2", "/api/v1/devices/", "/api/v1/%73ync"}) {
    EXPECT_EQ(get_as(sso_token("user"), path).status, 404) << path;
  }
}

}  // namespace
}  // namespace dering::api
