// SPDX-License-Identifier: Apache-2.0
#include "api/device_api.h"

#include <gmock/gmock.h>

#include <set>

#include "api/world_test.h"
#include "identity/digest.h"

namespace dering::api {
namespace {

using boost::json::object;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;

class DeviceTest : public World {
 protected:
  DeviceTest() {
    EXPECT_TRUE(store->set_role("budi", "admin"));
    ayu = access_token_for("ayu");
    budi = access_token_for("budi");
  }
  net::HttpResponse add_as(const std::string& token, const std::string& body) {
    return send_json("POST", "/api/v1/devices", token, body);
  }
  object made(const std::string& token, const std::string& body) {
    const auto response = add_as(token, body);
    EXPECT_EQ(response.status, 201) << response.body;
    return identity::json_object(response.body).value_or(object());
  }
  boost::json::array devices_as(const std::string& token, const Fields& query = {}) {
    const auto response = get_as(token, "/api/v1/devices", query);
    EXPECT_EQ(response.status, 200) << response.body;
    return identity::json_object(response.body)->at("devices").as_array();
  }
  net::HttpResponse remove_as(const std::string& token, const std::string& id,
                              const Fields& query = {}) {
    auto asked = request("DELETE", "/api/v1/devices/" + id);
    asked.query = encoded(query);
    asked.fields = bearer(token);
    return *ask(asked).response;
  }
  static std::string text(const object& device, std::string_view name) {
    return std::string(identity::string_in(device, name).value_or("none"));
  }
  const directory::DeviceCredential* kept(const std::string& username) {
    snapshot = *store->load_directory();
    return snapshot->device(username);
  }

  std::string ayu;
  std::string budi;
  directory::DirectorySnapshot snapshot;
};

TEST_F(DeviceTest, APasswordIsShownOnceAndOnlyItsHashesAreKept) {
  const object device = made(ayu, R"({"name":"Desk phone"})");
  EXPECT_EQ(text(device, "name"), "Desk phone");
  EXPECT_EQ(text(device, "algorithm"), "SHA-256");
  EXPECT_EQ(device.at("created_at").as_int64(), now.count());
  EXPECT_THAT(text(device, "username"), MatchesRegex("1001-[a-z2-9]{5}"));
  const std::string password = text(device, "password");
  EXPECT_THAT(password, MatchesRegex("[a-z2-9]{16}"));

  const auto* credential = kept(text(device, "username"));
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->extension, "1001");
  EXPECT_EQ(credential->ha1_sha256,
            identity::digest_ha1(identity::DigestAlgorithm::sha256, text(device, "username"),
                                 "phone.example", password));
  EXPECT_EQ(credential->ha1_md5,
            identity::digest_ha1(identity::DigestAlgorithm::md5, text(device, "username"),
                                 "phone.example", password));

  const auto list = get_as(ayu, "/api/v1/devices");
  EXPECT_THAT(list.body, Not(HasSubstr(password)));
  EXPECT_THAT(list.body, Not(HasSubstr(credential->ha1_md5)));
  EXPECT_EQ(field_of(list, "Cache-Control"), "no-store");
  EXPECT_EQ(directory_touches, 1) << "the switchboard learns of it at once";
}

TEST_F(DeviceTest, TheListSaysWhatToTypeIntoAPhone) {
  const object first = made(ayu, R"({"name":"one"})");
  made(ayu, R"({"name":"two","md5":true})");
  const auto body = *identity::json_object(get_as(ayu, "/api/v1/devices").body);
  EXPECT_EQ(body.at("server"), (object{{"host", "phone.example"},
                                       {"port", 5060},
                                       {"tls_port", 5061},
                                       {"transports", boost::json::array{"udp", "tcp", "tls"}},
                                       {"domain", "phone.example"}}));
  const auto& devices = body.at("devices").as_array();
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices.at(0), (object{{"id", text(first, "id")},
                                   {"name", "one"},
                                   {"username", text(first, "username")},
                                   {"algorithm", "SHA-256"},
                                   {"renew", false},
                                   {"created_at", now.count()},
                                   {"codecs", nullptr}}));
}

TEST_F(DeviceTest, AT8EveryNewDeviceKnowsBothAlgorithmsWhateverAnOlderClientAsksFor) {
  for (const char* wish : {R"({"name":"a"})", R"({"name":"b","md5":true})"}) {
    const object device = made(ayu, wish);
    EXPECT_EQ(text(device, "algorithm"), "SHA-256");
    EXPECT_FALSE(device.at("renew").as_bool());
    EXPECT_NE(kept(text(device, "username"))->ha1_sha256, "");
    EXPECT_NE(kept(text(device, "username"))->ha1_md5, "");
  }
}

TEST_F(DeviceTest, NoTwoDevicesShareNameOrPassword) {
  std::set<std::string> names;
  std::set<std::string> passwords;
  for (int i = 0; i < 10; ++i) {
    const object device = made(ayu, R"({"name":"same"})");
    names.insert(text(device, "username"));
    passwords.insert(text(device, "password"));
  }
  EXPECT_THAT(names, SizeIs(10));
  EXPECT_THAT(passwords, SizeIs(10));
  const auto refused = add_as(ayu, R"({"name":"eleventh"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("10 devices"));
  EXPECT_EQ(remove_as(ayu, text(devices_as(ayu).at(0).as_object(), "id")).status, 204);
  made(ayu, R"({"name":"eleventh"})");
}

TEST_F(DeviceTest, ARemovedDeviceIsGoneAtOnce) {
  const object device = made(ayu, R"({"name":"desk"})");
  const auto removed = remove_as(ayu, text(device, "id"));
  EXPECT_EQ(removed.status, 204);
  EXPECT_EQ(removed.body, "");
  EXPECT_EQ(directory_touches, 2);
  EXPECT_FALSE(kept(text(device, "username")));
  EXPECT_THAT(devices_as(ayu), SizeIs(0));
  EXPECT_EQ(remove_as(ayu, text(device, "id")).status, 404);
  EXPECT_EQ(directory_touches, 2);
}

// ---- other people's -----------------------------------------------------------------------------

TEST_F(DeviceTest, WhatIsSomebodyElsesIsNotThere) {
  const object budis = made(budi, R"({"name":"budi's"})");
  const std::string id = text(budis, "id");
  const auto not_mine = remove_as(ayu, id);
  const auto nowhere = remove_as(ayu, "4711");
  EXPECT_EQ(not_mine.status, 404);
  EXPECT_EQ(not_mine.body, nowhere.body) << "nothing tells which ids exist";

  const auto list = get_as(ayu, "/api/v1/devices", {{"extension", "1002"}});
  EXPECT_EQ(list.status, 404);
  EXPECT_EQ(list.body, get_as(ayu, "/api/v1/devices", {{"extension", "9999"}}).body);
  EXPECT_EQ(remove_as(ayu, id, {{"extension", "1002"}}).status, 404);
  EXPECT_EQ(add_as(ayu, R"({"name":"mine","extension":"1002"})").status, 404);
  EXPECT_THAT(devices_as(budi), SizeIs(1));
  EXPECT_THAT(devices_as(ayu), SizeIs(0));
  EXPECT_EQ(get_as(ayu, "/api/v1/devices", {{"extension", "1001"}}).status, 200) << "one's own";
}

TEST_F(DeviceTest, OperatorsAndSupervisorsAreNoAdministrators) {
  for (const std::string role : {"operator", "supervisor"}) {
    const std::string token = sso_token("person " + role, {role});
    EXPECT_EQ(get_as(token, "/api/v1/devices", {{"extension", "1001"}}).status, 404) << role;
    EXPECT_EQ(add_as(token, R"({"name":"x","extension":"1001"})").status, 404) << role;
  }
}

TEST_F(DeviceTest, AnAdministratorDoesItForAnybody) {
  const object device = made(budi, R"({"name":"lobby","extension":"1001"})");
  EXPECT_THAT(text(device, "username"), HasSubstr("1001-"));
  EXPECT_THAT(devices_as(budi), SizeIs(0));
  EXPECT_THAT(devices_as(budi, {{"extension", "1001"}}), SizeIs(1));
  EXPECT_THAT(devices_as(ayu), SizeIs(1));
  EXPECT_EQ(remove_as(budi, text(device, "id")).status, 404) << "it is not one's own";
  EXPECT_EQ(remove_as(budi, text(device, "id"), {{"extension", "1001"}}).status, 204);
  EXPECT_EQ(add_as(budi, R"({"name":"x","extension":"9999"})").status, 404);
}

// ---- odd wishes ---------------------------------------------------------------------------------

TEST_F(DeviceTest, ANameIsOneCleanLine) {
  EXPECT_EQ(text(made(ayu, R"({"name":"  Desk\u202e\n\tphone\u0007 "})"), "name"), "Desk phone");
  EXPECT_EQ(text(made(ayu, R"({"name":"<b>\"x\"</b>"})"), "name"), "<b>\"x\"</b>");
  EXPECT_EQ(text(made(ayu, R"({"name":")" + std::string(64, 'a') + R"("})"), "name").size(), 64U);
  for (const std::string& name : {std::string(), std::string(" "), std::string("\\u202e"),
                                  std::string(65, 'a'), std::string(5'000, 'a')}) {
    EXPECT_EQ(add_as(ayu, R"({"name":")" + name + R"("})").status, 422) << name;
  }
}

TEST_F(DeviceTest, WhatIsNoWishIsRefused) {
  for (const std::string body :
       {"{}", R"({"name":1})", R"({"name":null})", R"({"name":["x"]})", R"({"name":"x","md5":1})",
        R"({"name":"x","md5":"true"})", R"({"name":"x","extension":1001})",
        R"({"name":"x","extension":""})", R"({"name":"x","password":"secret123"})",
        R"({"name":"x","username":"1002-abcde"})"}) {
    EXPECT_EQ(add_as(ayu, body).status, 422) << body;
  }
  for (const std::string body :
       {"", "{", "[]", "null", "7", "\"x\"", R"({"name":"x","name":"y"})"}) {
    EXPECT_EQ(add_as(ayu, body).status, 400) << body;
  }
  for (const std::string id : {"0", "-1", "1e1", "x", "18446744073709551616", "9223372036854775808",
                               "18446744073709551615", "1 OR 1=1", "%00", "\xff"}) {
    EXPECT_EQ(remove_as(ayu, id).status, 404) << id;
  }
  EXPECT_EQ(get_as(ayu, "/api/v1/devices", {{"extension", "' OR 1=1 --"}}).status, 404);
  EXPECT_EQ(directory_touches, 0);
}

TEST_F(DeviceTest, WhoChangesDevicesAllTheTimeHasToWait) {
  for (int i = 0; i < 15; ++i) {
    const object device = made(ayu, R"({"name":"again"})");
    EXPECT_EQ(remove_as(ayu, text(device, "id")).status, 204);
  }
  EXPECT_EQ(add_as(ayu, R"({"name":"again"})").status, 429);
  EXPECT_EQ(remove_as(ayu, "1").status, 429);
  made(budi, R"({"name":"another's"})");
  now += std::chrono::minutes(10);
  EXPECT_EQ(add_as(access_token_for("ayu"), R"({"name":"again"})").status, 201);
}

}  // namespace
}  // namespace dering::api
