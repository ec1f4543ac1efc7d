// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "net/testing/running_edge.h"
#include "net/testing/websocket_client.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;
using testing::loopback_settings;
using testing::LoopbackClient;
using testing::RunningEdge;
using testing::sip_request;
using testing::WebSocketClient;

std::string register_with_token() {
  return "REGISTER sip:phone.example SIP/2.0\r\n"
         "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n"
         "Max-Forwards: 70\r\nFrom: <sip:1001@phone.example>;tag=1\r\n"
         "To: <sip:1001@phone.example>\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n"
         "Authorization: Bearer a.b.c\r\nContent-Length: 0\r\n\r\n";
}

TEST(EdgeRate, AT1AStrangerWhoseTokenIsBeingJudgedIsNotReadFurther) {
  RunningEdge edge;
  WebSocketClient client(edge.web());
  for (int i = 0; i < 10; ++i) client.send_text(register_with_token());
  auto first = edge.messages.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->standing, Standing::stranger);
  LoopbackClient canary(edge.sip());
  const auto transport_of_next = [&] {
    const auto next = edge.messages.next();
    return next ? next->flow.transport : sip::Transport::udp;
  };
  canary.send(sip_request());
  EXPECT_EQ(transport_of_next(), sip::Transport::tcp) << "others are read, it is not";
  edge->send(first->flow, "SIP/2.0 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(transport_of_next(), sip::Transport::ws);
  canary.send(sip_request());
  EXPECT_EQ(transport_of_next(), sip::Transport::tcp) << "one question at a time";
}

TEST(EdgeRate, AT1AQuestionThatNobodyAnswersHoldsAConnectionForAWhileOnly) {
  EdgeSettings settings = loopback_settings();
  settings.times.answer = 50ms;
  RunningEdge edge(settings);
  WebSocketClient client(edge.web());
  for (int i = 0; i < 2; ++i) client.send_text(register_with_token());
  EXPECT_TRUE(edge.messages.next());
  EXPECT_TRUE(edge.messages.next());
}

TEST(EdgeRate, AT2AStrangerIsReadAtARateAndWhoHasSignedInFaster) {
  EdgeSettings settings = loopback_settings();
  settings.limits.stranger_rate = {
      .messages = 0.1, .bytes = 1e6, .burst_messages = 10, .burst_bytes = 1e6};
  RunningEdge edge(settings);
  LoopbackClient client(edge.sip());
  for (int i = 0; i < 500; ++i) client.send(sip_request());
  auto first = edge.messages.next();
  ASSERT_TRUE(first);
  for (int i = 1; i < 10; ++i) ASSERT_TRUE(edge.messages.next()) << i;
  LoopbackClient canary(edge.sip());
  canary.send(sip_request());
  ASSERT_TRUE(edge.messages.next()) << "others are read";
  EXPECT_EQ(edge.messages.waiting(), 0U);

  LoopbackClient phone(edge.sip());
  phone.send(sip_request());
  auto signed_in = edge.messages.next();
  ASSERT_TRUE(signed_in);
  edge->keep(signed_in->flow);
  for (int i = 0; i < 300; ++i) phone.send(sip_request());
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(edge.messages.next()) << i;
}

TEST(EdgeRate, AT1AMessageThatNobodyHasRoomForIsKeptAndNoneIsLost) {
  RunningEdge edge;
  edge.has_no_room = true;
  LoopbackClient client(edge.sip());
  for (int i = 0; i < 5; ++i) client.send(sip_request());
  LoopbackClient pages(edge.web());
  EXPECT_EQ(testing::get(pages, "/nothing").status, 404) << "the edge goes on";
  EXPECT_EQ(edge.messages.waiting(), 0U);
  edge.has_no_room = false;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(edge.messages.next()) << i;
}

TEST(EdgeRate, APingOfAStrangerCountsToo) {
  EdgeSettings settings = loopback_settings();
  settings.limits.stranger_rate = {
      .messages = 0.1, .bytes = 1e6, .burst_messages = 5, .burst_bytes = 1e6};
  RunningEdge edge(settings);
  LoopbackClient client(edge.sip());
  client.send(sip_request());
  ASSERT_TRUE(edge.messages.next());
  for (int i = 0; i < 50; ++i) client.send("\r\n\r\n");
  EXPECT_EQ(client.read_exactly(8), "\r\n\r\n\r\n\r\n");
}

}  // namespace
}  // namespace dering::net
