// SPDX-License-Identifier: Apache-2.0
#include "api/live_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace dering::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LiveJson, TellsMessagesWithoutTheirSecretsAndWithoutSignsThatSteer) {
  monitor::TraceRing ring(4096);
  const sip::Flow flow{sip::Transport::wss, SocketAddress::from_ipv4(0xc0000207, 50'000), 7,
                       SocketAddress::from_ipv4(0xc0000201, 8'443)};
  ring.keep(monitor::Direction::in, flow,
            "REGISTER sip:x SIP/2.0\r\nAuthorization: Bearer s3cr3t\r\nX: \xc2\x9b"
            "2J\xff\r\n\r\n",
            Instant{} + std::chrono::milliseconds(1500));
  monitor::TracePart part = ring.part(0);
  part.epoch_microseconds = 1'800'000'000'000'000;
  const auto json = json_of(part);
  const auto& one = json.at("messages").as_array().at(0).as_object();
  EXPECT_EQ(one.at("at_us").as_int64(), 1'800'000'001'500'000);
  EXPECT_EQ(one.at("direction").as_string(), "in");
  EXPECT_EQ(one.at("transport").as_string(), "wss");
  EXPECT_EQ(one.at("theirs").as_string(), "192.0.2.7:50000");
  EXPECT_EQ(one.at("ours").as_string(), "192.0.2.1:8443");
  const std::string text = serialize(json);
  EXPECT_THAT(text, Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(text, HasSubstr("Authorization: Bearer masked"));
  EXPECT_THAT(text, Not(HasSubstr("\xc2\x9b")));
  EXPECT_THAT(text, HasSubstr("\xef\xbf\xbd"
                              "2J\xef\xbf\xbd"));
}

}  // namespace
}  // namespace dering::api
