// SPDX-License-Identifier: Apache-2.0
#include "api/account_api.h"

#include <gmock/gmock.h>

#include "api/world_test.h"
#include "identity/digest.h"

namespace dering::api {
namespace {

using boost::json::object;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AccountTest : public World {
 protected:
  net::HttpResponse by_socket(std::string method, std::string path, std::string body = "") {
    net::HttpRequest asked = request(std::move(method), std::move(path));
    asked.door = net::Door::admin_socket;
    asked.fields = {{"Content-Type", "application/json"}};
    asked.body = std::move(body);
    return *ask(asked).response;
  }
};

TEST_F(AccountTest, OneIsAddedAndSignsInWithThePasswordThatIsToldOnce) {
  const auto made = by_socket("POST", "/api/v1/accounts",
                              R"({"username":"Rara","name":"Rara Sari","unit":"","role":"user"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(string_of(made, "extension"), "1003");
  EXPECT_EQ(typed("rara", string_of(made, "password")).status, 303);
  EXPECT_EQ(directory_touches, 1);
  EXPECT_THAT(by_socket("GET", "/api/v1/accounts").body, HasSubstr(R"("username":"rara")"));
  EXPECT_THAT(by_socket("GET", "/api/v1/accounts").body, ::testing::Not(HasSubstr("argon2")));
}

TEST_F(AccountTest, ATypedPasswordIsNotRepeated) {
  const auto made =
      by_socket("POST", "/api/v1/accounts",
                R"({"username":"rara","name":"Rara","password":"seven bamboo chairs"})");
  EXPECT_EQ(made.body, R"({"username":"rara","extension":"1003"})");
  EXPECT_EQ(typed("rara", "seven bamboo chairs").status, 303);
}

TEST_F(AccountTest, AnotherPasswordAndBeingDisabledEndAllSignIns) {
  const auto token = access_token_for("ayu");
  EXPECT_EQ(by_socket("PATCH", "/api/v1/accounts/ayu", R"({"role":"supervisor"})").body, "{}");
  EXPECT_THAT(signed_out, IsEmpty());
  const auto renewed = by_socket("PATCH", "/api/v1/accounts/ayu", R"({"made_up_password":true})");
  EXPECT_EQ(renewed.status, 200);
  EXPECT_THAT(signed_out, SizeIs(1));
  EXPECT_EQ(get_as(token, "/api/v1/me").status, 401);
  EXPECT_EQ(typed("ayu", string_of(renewed, "password")).status, 303);
  EXPECT_EQ(by_socket("PATCH", "/api/v1/accounts/ayu", R"({"enabled":false})").status, 200);
  EXPECT_THAT(signed_out, SizeIs(2));
}

TEST_F(AccountTest, ADeskPhoneGetsASignInName) {
  const auto made =
      by_socket("PUT", "/api/v1/account-devices/desk-1", R"({"account":"ayu","md5":false})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_THAT(string_of(made, "password"), SizeIs(16));
  const auto directory = *store->load_directory();
  const auto* device = directory->device("desk-1");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->extension, "1001");
  EXPECT_EQ(device->ha1_sha256, identity::digest_ha1(identity::DigestAlgorithm::sha256, "desk-1",
                                                     "phone.example", string_of(made, "password")));
}

TEST_F(AccountTest, ADeskPhoneIsGivenCodecsOfItsOwnAndLosesThemAgain) {
  ASSERT_EQ(by_socket("PUT", "/api/v1/account-devices/desk-1", R"({"account":"ayu"})").status, 200);
  const int before = directory_touches;
  const auto set =
      by_socket("PATCH", "/api/v1/account-devices/desk-1", R"({"codecs":["PCMA","opus"]})");
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(directory_touches, before + 1) << "the switchboard learns of it at once";
  EXPECT_EQ((*store->load_directory())->device("desk-1")->codecs, "pcma,opus");
  EXPECT_EQ(by_socket("GET", "/api/v1/account-devices").body,
            R"({"devices":[{"username":"desk-1","account":"ayu","extension":"1001",)"
            R"("name":"desk-1","codecs":["pcma","opus"]}]})");
  EXPECT_THAT(get_as(access_token_for("ayu"), "/api/v1/devices").body,
              HasSubstr(R"("codecs":["pcma","opus"])"));
  EXPECT_EQ(by_socket("PATCH", "/api/v1/account-devices/desk-1", R"({"codecs":null})").body, "{}");
  EXPECT_THAT(by_socket("GET", "/api/v1/account-devices").body, HasSubstr(R"("codecs":null)"));
}

TEST_F(AccountTest, CodecsThatAreNoneAreRefusedWithASentenceAndChangeNothing) {
  ASSERT_EQ(by_socket("PUT", "/api/v1/account-devices/desk-1", R"({"account":"ayu"})").status, 200);
  const int before = directory_touches;
  const auto set = [&](const std::string& body, const std::string& device = "desk-1") {
    return by_socket("PATCH", "/api/v1/account-devices/" + device, body);
  };
  for (const std::string body :
       {R"({"codecs":[]})", R"({"codecs":"opus"})", R"({"codecs":[1]})", R"({"codecs":{}})",
        R"({"codecs":["opus"],"x":1})", R"({"label":"x"})", "{}"}) {
    EXPECT_EQ(set(body).status, 422) << body;
    EXPECT_THAT(set(body).body, HasSubstr("one at least")) << body;
  }
  EXPECT_THAT(set(R"({"codecs":["g729"]})").body, HasSubstr("the codecs are opus, g722"));
  EXPECT_THAT(set(R"({"codecs":["opus","OPUS"]})").body, HasSubstr("opus is named twice"));
  EXPECT_THAT(set(R"({"codecs":["opus"]})", "nobody").body, HasSubstr("no device nobody"));
  EXPECT_EQ(directory_touches, before);
  EXPECT_EQ((*store->load_directory())->device("desk-1")->codecs, "");
}

TEST_F(AccountTest, ASignOutNamesSomebodyWhoIsThere) {
  EXPECT_EQ(by_socket("POST", "/api/v1/sign-outs", R"({"username":"budi"})").status, 200);
  EXPECT_THAT(signed_out, SizeIs(1));
  const auto nobody = by_socket("POST", "/api/v1/sign-outs", R"({"username":"nobody"})");
  EXPECT_EQ(nobody.status, 422);
  EXPECT_THAT(nobody.body, HasSubstr("there is no user nobody"));
}

TEST_F(AccountTest, WhatCanNotBeDoneIsSaidAndChangesNothing) {
  struct Case {
    std::string method, path, body, word;
  };
  for (const Case& one : std::vector<Case>{
           {"POST", "/accounts", R"({"username":"a b","name":"x"})", "user name"},
           {"POST", "/accounts", R"({"username":"ayu","name":"x"})", "already"},
           {"POST", "/accounts", R"({"username":"rara","name":1})", "texts"},
           {"POST", "/accounts", R"({"username":"rara","name":"x","admin":"yes"})", "texts"},
           {"POST", "/accounts", R"({"username":"rara","name":"x","password":"short"})", "12"},
           {"PATCH", "/accounts/nobody", R"({"role":"admin"})", "no user"},
           {"PATCH", "/accounts/ayu", R"({"role":"root"})", "a role is"},
           {"PATCH", "/accounts/ayu", R"({"role":"user","enabled":false})", "One of"},
           {"PATCH", "/accounts/ayu", R"({"made_up_password":false})", "One of"},
           {"PATCH", "/accounts/ayu", R"({"password":""})", "One of"},
           {"PATCH", "/accounts/ayu", R"({"password":"passwordpassword"})", "tried first"},
           {"PATCH", "/accounts/ayu", "{}", "One of"},
           {"PUT", "/account-devices/Desk", R"({"account":"ayu"})", "device name"},
           {"PUT", "/account-devices/desk", R"({"account":"nobody"})", "nobody"},
           {"POST", "/sign-outs", "{}", "username"},
       }) {
    const auto answer = by_socket(one.method, "/api/v1" + one.path, one.body);
    EXPECT_EQ(answer.status, 422) << one.method << one.path << one.body;
    EXPECT_THAT(answer.body, HasSubstr(one.word)) << one.body;
  }
  EXPECT_EQ(directory_touches, 0);
  EXPECT_THAT(signed_out, IsEmpty());
}

// IP10: numbers a second old were shown as if they were now.
TEST_F(AccountTest, TheStatusIsAskedForAtThatMomentAndTellsIts) {
  FakeReply::Outcome outcome;
  auto asked = request("GET", "/api/v1/status");
  asked.door = net::Door::admin_socket;
  ask_later(outcome, asked);
  EXPECT_FALSE(outcome.response);
  EXPECT_EQ(statuses_wanted, 1);
  api.on_status({R"({"at":1,"calls":3})"});
  ASSERT_TRUE(outcome.response);
  EXPECT_EQ(outcome.response->body, R"({"at":1,"calls":3})");
}

TEST_F(AccountTest, ASwitchboardThatDoesNotAnswerIsSaid) {
  FakeReply::Outcome outcome;
  auto asked = request("GET", "/api/v1/status");
  asked.door = net::Door::admin_socket;
  ask_later(outcome, asked);
  now += std::chrono::seconds(2);
  api.on_time(now);
  EXPECT_FALSE(outcome.response);
  now += std::chrono::seconds(1);
  api.on_time(now);
  ASSERT_TRUE(outcome.response);
  EXPECT_EQ(outcome.response->status, 503);
}

TEST_F(AccountTest, OnlySoManyMayWaitForTheStatus) {
  std::vector<FakeReply::Outcome> outcomes(65);
  for (auto& outcome : outcomes) {
    auto asked = request("GET", "/api/v1/status");
    asked.door = net::Door::admin_socket;
    ask_later(outcome, asked);
  }
  EXPECT_FALSE(outcomes[63].response);
  ASSERT_TRUE(outcomes[64].response);
  EXPECT_EQ(outcomes[64].response->status, 503);
  api.on_status({"{}"});
  EXPECT_TRUE(outcomes[63].response);
}

TEST_F(AccountTest, CertificatesThatCanNotBeReadAgainAreSaid) {
  EXPECT_EQ(by_socket("POST", "/api/v1/reload", "{}").status, 200);
  EXPECT_EQ(directory_touches, 1);
  reload_fault = "tls.crt is empty.";
  EXPECT_THAT(by_socket("POST", "/api/v1/reload", "{}").body, HasSubstr("tls.crt is empty."));
}

TEST_F(AccountTest, WithoutARunningDeringTheSameWorkIsDoneAtOnce) {
  AccountApi alone(settings, accounts, {});
  net::HttpRequest asked = request("PATCH", "/api/v1/accounts/ayu");
  asked.door = net::Door::admin_socket;
  asked.fields = {{"Content-Type", "application/json"}};
  asked.body = R"({"password":"seven bamboo chairs"})";
  EXPECT_EQ(act_alone(alone, &AccountApi::change, asked, now).status, 200);
  EXPECT_EQ(typed("ayu", "seven bamboo chairs").status, 303);
  asked.body = R"({"password":"short"})";
  EXPECT_EQ(act_alone(alone, &AccountApi::change, asked, now).status, 422);
}

}  // namespace
}  // namespace dering::api
