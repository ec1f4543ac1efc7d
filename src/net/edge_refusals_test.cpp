// SPDX-License-Identifier: Apache-2.0
#include "net/edge_refusals.h"

#include <gmock/gmock.h>

#include "net/edge.h"
#include "net/testing/loopback_client.h"
#include "net/testing/running_edge.h"
#include "net/testing/websocket_client.h"

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
  client.send(testing::upgrade_request("Origin: https://evil.example"));
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
  EXPECT_EQ(told->transport, Transport::http);
  EXPECT_EQ(told->note, "limits.connections_per_address");
}

TEST(EdgeRefusals, AConnectionPastTheLimitIsToldWithItsOwnTransport) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 1;
  settings.times.sign_in = std::chrono::minutes(1);
  RunningEdge edge(std::move(settings));
  LoopbackClient phone(edge.sip());
  LoopbackClient second_phone(edge.sip());
  auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->transport, Transport::tcp);
  LoopbackClient browser(edge.web());
  browser.send(testing::upgrade_request());
  told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->transport, Transport::ws);
  EXPECT_EQ(told->reason, Reason::too_many);
}

TEST(EdgeRefusals, AnIdleStrangerWhosePlaceIsTakenIsTold) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 1;
  settings.times.sign_in = std::chrono::milliseconds(0);
  RunningEdge edge(std::move(settings));
  LoopbackClient first(edge.sip());
  LoopbackClient second(edge.sip());
  const auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->reason, Reason::too_many);
  EXPECT_EQ(told->transport, Transport::tcp);
  EXPECT_TRUE(first.sees_end());
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

TEST(EdgeRefusals, EveryHttpAnswerThatEndsAConnectionIsToldWithItsReason) {
  struct Row {
    std::string bytes;
    What what;
    Reason reason;
  };
  const Row rows[] = {
      {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", What::http, Reason::malformed},
      {"GET /" + std::string(5'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", What::http,
       Reason::too_large},
      {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", What::http,
       Reason::too_large},
      {"POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n", What::http,
       Reason::too_large},
      {"GET /ws/sip HTTP/1.1\r\nHost: x\r\nOrigin: https://phone.example\r\n\r\n", What::websocket,
       Reason::malformed},
      {testing::upgrade_request("Origin: https://phone.example", "Sec-WebSocket-Protocol: mqtt"),
       What::websocket, Reason::malformed},
  };
  for (const Row& row : rows) {
    RunningEdge edge;
    LoopbackClient client(edge.web());
    client.send(row.bytes);
    const auto told = edge.refusals.next();
    ASSERT_TRUE(told) << row.bytes.substr(0, 60);
    EXPECT_EQ(told->what, row.what) << row.bytes.substr(0, 60);
    EXPECT_EQ(told->reason, row.reason) << row.bytes.substr(0, 60);
  }
}

TEST(EdgeRefusals, AStreamThatBreaksIsTold) {
  RunningEdge edge;
  LoopbackClient phone(edge.sip());
  phone.send(std::string(70'000, '!') + "\r\n");
  const auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::message);
  EXPECT_EQ(told->reason, Reason::malformed);
  EXPECT_TRUE(phone.sees_end());
}

TEST(EdgeRefusals, WhoSaysNothingOrNotAllInTimeIsTold) {
  EdgeSettings settings = loopback_settings();
  settings.times.first_message = settings.times.http_header = std::chrono::milliseconds(50);
  RunningEdge edge(std::move(settings));
  LoopbackClient phone(edge.sip());
  auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::connection);
  EXPECT_EQ(told->reason, Reason::too_slow);
  EXPECT_EQ(told->transport, Transport::tcp);
  LoopbackClient browser(edge.web());
  browser.send("GET / HTT");
  told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::http);
  EXPECT_EQ(told->reason, Reason::too_slow);
}

TEST(EdgeRefusals, AnIdleConnectionThatEndsIsNone) {
  EdgeSettings settings = loopback_settings();
  settings.times.http_idle = std::chrono::milliseconds(50);
  RunningEdge edge(std::move(settings));
  LoopbackClient browser(edge.web());
  EXPECT_TRUE(browser.sees_end());
  EXPECT_EQ(edge.refusals.waiting(), 0U);
}

TEST(EdgeRefusals, WhoDoesNotReadItsAnswersIsTold) {
  EdgeSettings settings = loopback_settings();
  settings.limits.write_queue = 1'000;
  RunningEdge edge(std::move(settings));
  LoopbackClient phone(edge.sip());
  phone.send(testing::sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  edge->send(arrived->flow, std::string(2'000, 'a'));
  const auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::message);
  EXPECT_EQ(told->reason, Reason::too_slow);
}

TEST(EdgeRefusals, AWebSocketMessageThatIsTooLongIsTold) {
  RunningEdge edge;
  {
    testing::WebSocketClient phone(edge.web());
    phone.send_text(std::string(70'000, 'a'));
    EXPECT_EQ(phone.read_close_code(), 1009);
  }
  const auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->what, What::message);
  EXPECT_EQ(told->reason, Reason::too_large);
  EXPECT_EQ(told->transport, Transport::ws);
}

TEST(EdgeRefusals, WhatFindsNoRoomAmongThemIsCounted) {
  asio::io_context io;
  std::size_t told = 0;
  EdgeRefusals refusals(io, [&](const Refusal&) { ++told; });
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    refusals.report({.source = SocketAddress::from_ipv4(0x0a000000 + i, 5060)});
  }
  EXPECT_EQ(told, refusal::Meter::most_kinds);
  EXPECT_EQ(refusals.unseen(), 1'000 - refusal::Meter::most_kinds);
  refusals.stop();
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
