// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "net/edge.h"
#include "net/testing/loopback_client.h"
#include "net/testing/running_edge.h"

namespace dering::net {
namespace {

using refusal::Reason;
using refusal::Refusal;
using refusal::Transport;
using refusal::What;
using testing::get;
using testing::loopback_settings;
using testing::LoopbackClient;
using testing::RunningEdge;

TEST(EdgeRefusals, APageOfAnotherWebSiteIsToldWithItsOrigin) {
  RunningEdge edge;
  LoopbackClient client(edge.web());
  client.send(
      "GET /ws/sip HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Origin: https://evil.example\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n");
  const auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::websocket);
  EXPECT_EQ(told->reason, Reason::foreign_origin);
  EXPECT_EQ(told->transport, Transport::ws);
  EXPECT_EQ(told->name, "https://evil.example");
  EXPECT_TRUE(told->source.is_loopback());
}

TEST(EdgeRefusals, AConnectionPastTheLimitIsTold) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 1;
  RunningEdge edge(std::move(settings));
  LoopbackClient first(edge.web());
  first.send("GET /api/busy HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto unanswered = edge.requests.next();
  ASSERT_TRUE(unanswered);
  LoopbackClient second(edge.web());
  const auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::connection);
  EXPECT_EQ(told->reason, Reason::too_many);
}

TEST(EdgeRefusals, BytesThatAreNeitherSipNorHttpAreTold) {
  RunningEdge edge;
  LoopbackClient phone(edge.sip());
  phone.send("REGISTER sip:dering SIP/2.0\r\nContent-Length: 0\r\n\r\n");
  auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::message);
  EXPECT_EQ(told->transport, Transport::tcp);
  LoopbackClient browser(edge.web());
  browser.send("nonsense\r\n\r\n");
  told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::http);
  EXPECT_EQ(told->reason, Reason::malformed);
}

// G5
TEST(EdgeRefusals, AFloodIsToldOnceAndThenWithItsCount) {
  RunningEdge edge;
  for (int i = 0; i < 50; ++i) {
    LoopbackClient browser(edge.web());
    browser.send("nonsense\r\n\r\n");
    browser.sees_end();
  }
  std::uint32_t counted = 0;
  int letters = 0;
  while (counted < 50) {
    const auto told = edge.refusals.next();
    ASSERT_TRUE(told) << counted;
    counted += told->count;
    ++letters;
  }
  EXPECT_EQ(counted, 50U);
  EXPECT_LT(letters, 10);
}

}  // namespace
}  // namespace dering::net
