// SPDX-License-Identifier: Apache-2.0
#include "api/live_api.h"

#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using ::testing::HasSubstr;

class LiveTest : public World {
 protected:
  static directory::StoredBinding phone(std::string extension, std::string device) {
    directory::StoredBinding one;
    one.extension = std::move(extension);
    one.device = std::move(device);
    one.contact_uri = "sip:1001:s3cr3t@192.0.2.7";
    return one;
  }
  std::string admin = sso_token("admin", {"admin"});
};

TEST_F(LiveTest, AnAdministratorReadsMessagesFromTheNumberThatIsAskedFor) {
  trace.keep(monitor::Direction::in, {}, "OPTIONS sip:x SIP/2.0\r\n\r\n", Instant{});
  net::HttpResponse answer = get_as(admin, "/api/v1/trace", {{"from", "42"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("OPTIONS sip:x"));
  ASSERT_EQ(live_orders.size(), 1U);
  EXPECT_EQ(std::get<LiveOrder::Trace>(live_orders[0].what).from, 42U);
  EXPECT_EQ(get_as(admin, "/api/v1/trace", {{"from", "soon"}}).status, 400);
  EXPECT_EQ(get_as(sso_token("rara"), "/api/v1/trace").status, 403);
}

TEST_F(LiveTest, RegistrationsComeByNumberAndWithoutPasswords) {
  registered = {phone("1002", ""), phone("1001", "b"), phone("1001", "a")};
  const auto answer = identity::json_object(get_as(admin, "/api/v1/registrations").body);
  const auto& phones = answer->at("phones").as_array();
  ASSERT_EQ(phones.size(), 3U);
  EXPECT_EQ(phones[0].at("device").as_string(), "a");
  EXPECT_EQ(phones[2].at("extension").as_string(), "1002");
  EXPECT_EQ(phones[0].at("contact").as_string(), "sip:1001:xxxxxx@192.0.2.7");
  EXPECT_EQ(answer->at("next").as_string(), "");
  const auto rest =
      identity::json_object(get_as(admin, "/api/v1/registrations", {{"after", "1001"}}).body);
  EXPECT_EQ(rest->at("phones").as_array().size(), 1U);
}

TEST_F(LiveTest, RegistrationsAreCutBetweenTwoNumbersOnly) {
  for (int i = 0; i < 1500; ++i) registered.push_back(phone("1001", std::to_string(i)));
  registered.push_back(phone("1002", ""));
  const auto first = identity::json_object(get_as(admin, "/api/v1/registrations").body);
  EXPECT_EQ(first->at("phones").as_array().size(), 1500U);
  EXPECT_EQ(first->at("next").as_string(), "1001");
}

TEST_F(LiveTest, WhatIsWrittenDownIsChangedAndToldAndRefusedWithASentence) {
  const auto change = [&](const std::string& wish) {
    return send_json("PATCH", "/api/v1/logging", admin, wish);
  };
  EXPECT_THAT(change(R"({"sip":true,"level":"debug"})").body,
              HasSubstr(R"("level":"debug","sip":true,"sip_file":"/var/sip.log")"));
  EXPECT_THAT(get_as(admin, "/api/v1/logging").body, HasSubstr(R"("sip":true)"));
  for (const std::string wrong :
       {R"({"level":"loud"})", R"({"sip":1})", R"({"other":true})", R"({"level":true})"}) {
    EXPECT_EQ(change(wrong).status, 422) << wrong;
  }
  logging_fault = "There is no room.";
  EXPECT_EQ(change(R"({"sip":true})").status, 409);
}

}  // namespace
}  // namespace dering::api
