// SPDX-License-Identifier: Apache-2.0
#include "sync/admin_api.h"

#include <gtest/gtest.h>

namespace dering::sync {
namespace {

std::string root_of(std::string_view issuer) {
  const auto api = AdminApi::of_issuer(issuer);
  return api ? api->users_count() : "(none)";
}

TEST(AdminApi, LiesBesideTheRealm) {
  EXPECT_EQ(root_of("https://sso.example/realms/dering"),
            "https://sso.example/admin/realms/dering/users/count");
  EXPECT_EQ(root_of("http://localhost:8180/auth/realms/dering"),
            "http://localhost:8180/auth/admin/realms/dering/users/count");
  EXPECT_EQ(root_of("https://sso.example/realms/realms/realms/My%20Realm"),
            "https://sso.example/realms/realms/admin/realms/My%20Realm/users/count");
}

TEST(AdminApi, IsNotGuessedForOtherIssuers) {
  for (const auto* issuer :
       {"", "https://accounts.example", "https://sso.example/realms/", "https://sso.example/realms",
        "https://sso.example/realms/a/b", "https://sso.example/realms/..",
        "https://sso.example/realms/a?b", "https://sso.example/realms/a#b",
        "https://sso.example/realms/a b", "https://sso.example/realms/a%2",
        "https://sso.example/realms/a%zz", "https:///realms/x", "/realms/x",
        "https://sso.example/realms/a\r\nX: y"}) {
    EXPECT_EQ(root_of(issuer), "(none)") << issuer;
  }
}

TEST(AdminApi, EncodesWhatGoesIntoItsUrls) {
  const auto api = *AdminApi::of_issuer("https://sso/realms/r");
  EXPECT_EQ(api.users(400, true),
            "https://sso/admin/realms/r/users?first=400&max=200&briefRepresentation=true");
  EXPECT_EQ(api.users(0, false),
            "https://sso/admin/realms/r/users?first=0&max=50&briefRepresentation=false");
  EXPECT_EQ(api.group_by_path("/Fakultas Teknik/Sipil & S1"),
            "https://sso/admin/realms/r/group-by-path/Fakultas%20Teknik/Sipil%20%26%20S1");
  EXPECT_EQ(api.group_by_path("/a?b/#é"),
            "https://sso/admin/realms/r/group-by-path/a%3Fb/%23%C3%A9");
  EXPECT_EQ(api.members("../../users?x=", 0),
            "https://sso/admin/realms/r/groups/..%2F..%2Fusers%3Fx%3D/members"
            "?first=0&max=200&briefRepresentation=true");
  EXPECT_EQ(api.children("g-1", 200),
            "https://sso/admin/realms/r/groups/g-1/children"
            "?first=200&max=200&briefRepresentation=true");
}

TEST(AdminApi, ReadsUsersAsKeycloakWritesThem) {
  const auto users = read_users(R"([
    {"id":"5a0c","username":"ayu","firstName":"Ayu","lastName":"Lestari","email":"a@b",
     "emailVerified":true,"attributes":{"extension":["2101","2102"],"LDAP_ID":["x"]},
     "enabled":true,"createdTimestamp":1,"totp":false,"access":{"manage":false}},
    {"id":"77","username":"budi","enabled":false}])");
  ASSERT_TRUE(users);
  ASSERT_EQ(users->size(), 2U);
  EXPECT_EQ(users->at(0).id, "5a0c");
  EXPECT_EQ(users->at(0).first_name, "Ayu");
  EXPECT_EQ(users->at(0).last_name, "Lestari");
  EXPECT_EQ(users->at(0).extension, "2101");
  EXPECT_TRUE(users->at(0).is_enabled);
  EXPECT_EQ(users->at(1).first_name, "");
  EXPECT_FALSE(users->at(1).is_enabled);
}

TEST(AdminApi, RefusesAWholePageForOneOddEntry) {
  EXPECT_TRUE(read_users("[]"));
  for (const auto* page : {"", "{}", "null", "[", "[1]", "[{}]", R"([{"id":""}])", R"([{"id":7}])",
                           R"([{"id":"a"},null])", R"([{"id":"a","enabled":"false"}])",
                           "[{\"id\":\"\xff\"}]", R"([{"id":"a"}] [])"}) {
    EXPECT_FALSE(read_users(page)) << page;
  }
  EXPECT_FALSE(read_users(R"([{"id":")" + std::string(256, 'i') + R"("}])"));
  EXPECT_FALSE(read_users(std::string(100'000, '[')));
}

TEST(AdminApi, ReadsAnAttributeOnlyWhereItIsAListOfText) {
  const auto extension = [](std::string attributes) {
    return read_users(R"([{"id":"a","attributes":)" + attributes + "}]")->front().extension;
  };
  EXPECT_EQ(extension(R"({"extension":["12"]})"), "12");
  for (const auto* odd : {R"({"extension":"12"})", R"({"extension":[]})", R"({"extension":[12]})",
                          R"({"extension":{"0":"12"}})", "[]", "null"}) {
    EXPECT_EQ(extension(odd), "") << odd;
  }
}

TEST(AdminApi, ReadsCountsAndGroups) {
  EXPECT_EQ(read_count("5000"), 5000U);
  EXPECT_EQ(read_count(" 0\n"), 0U);
  for (const auto* odd : {"", "-1", "1.5", "\"5\"", "[5]", "5000x", "99999999999999999999"}) {
    EXPECT_FALSE(read_count(odd)) << odd;
  }
  EXPECT_EQ(read_group(R"({"id":"g","name":"Sipil","path":"/x","subGroups":[]})")->name, "Sipil");
  EXPECT_FALSE(read_group(R"({"id":"g"})"));
  EXPECT_FALSE(read_group(R"([])"));
  EXPECT_EQ(read_groups(R"([{"id":"g","name":"A"},{"id":"h","name":"B"}])")->at(1).id, "h");
  EXPECT_FALSE(read_groups(R"([{"id":"g","name":""}])"));
}

TEST(AdminApi, TakesNoTokenThatWouldBreakAHeaderField) {
  EXPECT_EQ(read_access_token(R"({"access_token":"a.b-_c=","expires_in":60})"), "a.b-_c=");
  for (const auto* odd : {"", "[]", "{}", R"({"access_token":""})", R"({"access_token":7})",
                          R"({"access_token":"a\r\nHost: evil"})", R"({"access_token":"a b"})",
                          R"({"access_token":"a\u0000"})"}) {
    EXPECT_FALSE(read_access_token(odd)) << odd;
  }
  EXPECT_FALSE(read_access_token(R"({"access_token":")" + std::string(20'000, 'a') + R"("})"));
}

TEST(AdminApi, ReportsAnErrorOnlyIfItIsAWord) {
  EXPECT_EQ(read_error(R"({"error":"invalid_client","error_description":"secret"})"),
            "invalid_client");
  EXPECT_EQ(read_error(R"({"error":"two words"})"), "");
  EXPECT_EQ(read_error("<html>"), "");
}

TEST(AdminApi, KnowsServiceAccountsByTheirName) {
  ListedUser user;
  user.username = "service-account-dering-sync";
  EXPECT_TRUE(is_service_account(user));
  user.username = "service";
  EXPECT_FALSE(is_service_account(user));
}

}  // namespace
}  // namespace dering::sync
