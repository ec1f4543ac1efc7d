// SPDX-License-Identifier: Apache-2.0
#include "api/openapi.h"

#include <gmock/gmock.h>

#include <set>

#include "base/text.h"
#include "identity/json.h"

namespace dering::api {
namespace {

using ::testing::HasSubstr;

Answer nothing(Parts&, const Exchange&) {
  return std::nullopt;
}

constexpr Route two_routes[] = {
    {"GET", "/a", Access::anyone, nothing},
    {"DELETE", "/b/{id}", Access::user, nothing},
};
constexpr std::string_view two_operations =
    R"({"paths":{"/a":{"get":{"responses":{}}},)"
    R"("/b/{id}":{"delete":{"responses":{"403":{"description":"special"}}}}}})";

TEST(OpenApi, EachOperationGetsTheRuleOfItsRoute) {
  const auto document = identity::json_object(described(two_operations, two_routes).value());
  ASSERT_TRUE(document);
  const auto& open = document->at("paths").at("/a").at("get").as_object();
  EXPECT_EQ(open.at("x-dering-access").as_string(), "anyone");
  EXPECT_TRUE(open.at("security").as_array().empty());
  EXPECT_TRUE(open.at("responses").as_object().empty());

  const auto& closed = document->at("paths").at("/b/{id}").at("delete").as_object();
  EXPECT_EQ(closed.at("x-dering-access").as_string(), "user");
  EXPECT_TRUE(closed.at("security").at(0).as_object().contains("bearer"));
  EXPECT_EQ(closed.at("responses").at("401").at("$ref").as_string(),
            "#/components/responses/NotSignedIn");
  EXPECT_EQ(closed.at("responses").at("403").at("description").as_string(), "special");
}

TEST(OpenApi, ARouteWithoutAnOperationIsAFault) {
  const auto made = described(R"({"paths":{"/a":{"get":{}}}})", two_routes);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error(), HasSubstr("DELETE /b/{id}"));
}

TEST(OpenApi, AnOperationWithoutARouteIsAFault) {
  const auto made = described(two_operations, std::span(two_routes).first(1));
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error(), HasSubstr("delete /b/{id}"));
  EXPECT_FALSE(
      described(R"({"paths":{"/a":{"get":{},"put":{}},"/b/{id}":{"delete":{}}}})", two_routes));
}

TEST(OpenApi, ARuleWrittenByHandIsAFault) {
  for (const std::string rule : {R"("security":[])", R"("x-dering-access":"anyone")"}) {
    const auto made =
        described(R"({"paths":{"/a":{"get":{)" + rule + "}}}}", std::span(two_routes).first(1));
    ASSERT_FALSE(made) << rule;
    EXPECT_THAT(made.error(), HasSubstr("get /a"));
  }
}

TEST(OpenApi, WhatIsNoDescriptionIsAFault) {
  for (const std::string_view text : {"", "[]", "{}", R"({"paths":[]})"}) {
    EXPECT_FALSE(described(text, {})) << text;
  }
}

TEST(OpenApi, TheServersOwnDocumentHasARuleOnEveryOperation) {
  const auto document = identity::json_object(openapi_document());
  ASSERT_TRUE(document);
  std::set<std::string> seen;
  for (const auto& [path, operations] : document->at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      seen.insert(std::string(method) + ' ' + std::string(path) + ' ' +
                  std::string(operation.at("x-dering-access").as_string()));
    }
  }
  std::set<std::string> wanted;
  for (const Route& route : routes()) {
    std::string method(route.method);
    std::ranges::transform(method, method.begin(), to_lower);
    wanted.insert(method + ' ' + std::string(route.path) + ' ' +
                  std::string(name_of(route.access)));
  }
  EXPECT_EQ(seen, wanted);
}

TEST(Route, AnIdIsOneWholeSegmentAndTheLast) {
  const Route& route = two_routes[1];
  EXPECT_EQ(route.id_in("/b/7"), "7");
  EXPECT_EQ(route.id_in("/b/{id}"), "{id}");
  for (const std::string_view path : {"/b", "/b/", "/b/7/", "/b/7/8", "/c/7", "/b7", "/B/7"}) {
    EXPECT_FALSE(route.id_in(path)) << path;
  }
  EXPECT_EQ(two_routes[0].id_in("/a"), "");
  EXPECT_FALSE(two_routes[0].id_in("/a/"));
}

}  // namespace
}  // namespace dering::api
