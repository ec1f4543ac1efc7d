// SPDX-License-Identifier: Apache-2.0
#include "api/json_body.h"

#include <gmock/gmock.h>

#include "api/routes.h"
#include "api/world_test.h"

namespace dering::api {
namespace {

int status_of(std::string body, std::string type = "application/json") {
  net::HttpRequest request;
  request.fields = {{"Content-Type", std::move(type)}};
  request.body = std::move(body);
  const auto read = json_body(request);
  return read ? 200 : read.error().status;
}

std::string nested(int levels, const std::string& open, const std::string& close) {
  std::string text;
  for (int i = 0; i < levels; ++i) text += open;
  for (int i = 0; i < levels; ++i) text += close;
  return text;
}

TEST(JsonBody, AnObjectIsRead) {
  EXPECT_EQ(status_of(R"({"a":1})"), 200);
  EXPECT_EQ(status_of(" {\n} ", "Application/JSON; charset=utf-8"), 200);
  EXPECT_EQ(status_of(R"({"a":{"a":1},"b":[{"a":1},{"a":"a","b":":"}]})"), 200) << "no name twice";
  EXPECT_EQ(status_of(R"({"a":"\"a\":\\","b":"\\\"\\"})"), 200);
}

TEST(JsonBody, OtherTypesAreNotRead) {
  for (const std::string type : {"", "text/plain", "text/json", "application/jsonx",
                                 "application/x-www-form-urlencoded", "multipart/form-data"}) {
    EXPECT_EQ(status_of("{}", type), 415) << type;
  }
}

TEST(JsonBody, ANameGivenTwiceIsRefusedHoweverItIsWritten) {
  for (const std::string body :
       {R"({"a":1,"a":1})", R"({"a":1,"\u0061":2})", R"({"a" :1,"a"	:2})",
        R"({"b":{"a":1,"a":2}})", R"([{"a":1,"a":2}])", R"({"":1,"":2})", R"({"a":"}","a":"{"})",
        R"({"a\"":1,"\u0061\u0022":2})"}) {
    EXPECT_EQ(status_of(body), 400) << body;
  }
}

TEST(JsonBody, WhatIsNoJsonIsRefused) {
  const std::string zero("{\"a\":\"\0\"}", 9);
  for (const std::string& body : std::vector<std::string>{"",
                                                          " ",
                                                          "{",
                                                          "}",
                                                          "{}{}",
                                                          "{} x",
                                                          "{'a':1}",
                                                          "{a:1}",
                                                          R"({"a":NaN})",
                                                          R"({"a":Infinity})",
                                                          R"({"a":-Infinity})",
                                                          R"({"a":01})",
                                                          R"({"a":+1})",
                                                          R"({"a":1.})",
                                                          R"({"a":.5})",
                                                          R"({"a":0x1})",
                                                          R"({"a":1,})",
                                                          R"([1,])",
                                                          R"({"a":tru})",
                                                          R"({"a":"\x"})",
                                                          R"({"a":"\ud800"})",
                                                          R"({"a":"\udc00\ud800"})",
                                                          "{\"a\":\"\n\"}",
                                                          "{\"a\":\"\xff\"}",
                                                          "{\"a\":\"\xc0\xaf\"}",
                                                          "{\"a\":\"\xed\xa0\x80\"}",
                                                          zero,
                                                          "\xef\xbb\xbf{}",
                                                          "/*x*/{}",
                                                          "{\"a\":1}//",
                                                          std::string(1, '\0'),
                                                          "\"\\",
                                                          R"({"a":")"}) {
    EXPECT_EQ(status_of(body), 400) << body;
  }
  EXPECT_EQ(status_of(nested(17, R"({"a":)", "}")), 400);
  EXPECT_EQ(status_of(nested(30'000, "[", "]")), 400);
  EXPECT_EQ(status_of(nested(30'000, "[", "")), 400);
}

TEST(JsonBody, JsonThatIsNoObjectIsRefused) {
  for (const std::string body : {"[]", "null", "true", "1", "1e400", "-0", "\"x\"", "[{}]"}) {
    EXPECT_EQ(status_of(body), 400) << body;
  }
}

// ---- every route, with what nobody should send --------------------------------------------------

/// What a fuzzer for HTTP APIs tries: whatever comes, no answer is a failure of ours.
class OddRequests : public World {
 protected:
  static std::vector<std::string> bodies() {
    return {"",
            "{}",
            "[]",
            "null",
            "{",
            R"({"name":"x","name":"y"})",
            R"({"name":NaN})",
            R"({"name":1e999})",
            R"({"name":"\ud800"})",
            R"({"name":{"name":{"name":[]}}})",
            R"({"name":"x","extension":"'; DROP TABLE users; --"})",
            R"({"force":"yes","name":true,"md5":{}})",
            nested(10'000, "[", "]"),
            std::string(64 * 1024, 'a'),
            std::string(300, '\0'),
            "logout_token=%00",
            "logout_token=a.b.c&logout_token=a.b.c",
            "grant_type=refresh_token&client_id=dering-web&refresh_token=" + std::string(43, 'x'),
            "\xff\xfe\x00"};
  }
  static std::vector<std::string> types() {
    return {"",
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/json; charset=utf-16",
            "multipart/form-data; boundary=x",
            std::string(9'000, 'x')};
  }
  static std::vector<std::string> queries() {
    return {"",
            "extension=1001",
            "extension=1002",
            "extension=%ff",
            "extension",
            "&&==&",
            "limit=-1&before=x",
            "extension=a&extension=b",
            std::string(4'000, '&'),
            std::string(4'000, 'a')};
  }
  static std::vector<std::string> paths_of(const Route& route) {
    if (!route.path.ends_with("{id}")) return {std::string(route.path)};
    const std::string stem(route.path.substr(0, route.path.size() - 4));
    return {stem + "1",
            stem + "{id}",
            stem + "-1",
            stem + "99999999999999999999",
            stem + std::string(3'000, '9'),
            stem + "\xc3\xa9",
            stem + "'"};
  }
  void send(const std::string& method, const std::string& path, const std::string& token,
            const std::string& type, const std::string& query, const std::string& body) {
    net::HttpRequest asked = request(method, path);
    // From everywhere, so that nobody is told to wait.
    asked.peer = SocketAddress::from_ipv4(0x0a000000U + static_cast<std::uint32_t>(++sent), 5060);
    asked.fields = bearer(token);
    asked.fields.emplace_back("Content-Type", type);
    asked.query = query;
    asked.body = body;
    FakeReply::Outcome outcome;
    ask_later(outcome, asked);
    if (std::exchange(statuses_wanted, 0) > 0) api.on_status({});
    ASSERT_TRUE(outcome.response || outcome.stream) << path << " was not answered";
    if (!outcome.response) return;
    EXPECT_LT(outcome.response->status, 500)
        << method << ' ' << path << '?' << query << ' ' << type << ' ' << body.substr(0, 80);
    EXPECT_GE(outcome.response->status, 200);
    ++answered;
  }
  int sent = 0;
  int answered = 0;
};

TEST_F(OddRequests, NeverMakeAFailureOfOurs) {
  syncs = {directory::SyncState{}};
  const std::string token = sso_token("admin", {"admin"});
  for (const Route& route : routes()) {
    for (const std::string& path : paths_of(route)) {
      for (const std::string& type : types()) {
        for (const std::string& body : bodies()) {
          send(std::string(route.method), path, token, type, "", body);
        }
      }
      for (const std::string& query : queries()) {
        send(std::string(route.method), path, token, "application/json", query, R"({"name":"x"})");
      }
    }
  }
  EXPECT_GT(answered, 3'000);
}

}  // namespace
}  // namespace dering::api
