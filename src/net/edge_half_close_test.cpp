// SPDX-License-Identifier: Apache-2.0
//
// A peer over TCP that says that nothing more comes may still want to hear (RFC 9293 §3.9.1.5).
#include <gtest/gtest.h>

#include "net/testing/loopback_client.h"
#include "net/testing/running_edge.h"

namespace dering::net {
namespace {

using testing::LoopbackClient;
using testing::RunningEdge;
using testing::sip_request;

constexpr std::string_view trying = "SIP/2.0 100 Trying\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view ok = "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST(EdgeHalfClose, ARequestThatWasAskedBeforeIsAnsweredAndThenTheConnectionEnds) {
  RunningEdge edge;
  LoopbackClient phone(edge.sip());
  phone.send(sip_request() + sip_request());
  phone.shutdown_send();
  const auto first = edge.messages.next();
  const auto second = edge.messages.next();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(edge.closed_flows.waiting(), 0U);
  edge->send(first->flow, std::string(trying));
  edge->send(first->flow, std::string(ok));
  edge->send(first->flow, std::string(ok));
  EXPECT_EQ(phone.read_to_end(), std::string(trying) + std::string(ok) + std::string(ok));
  EXPECT_EQ(edge.closed_flows.next(), first->flow);
}

TEST(EdgeHalfClose, WhoHasHeardAllIsLetGoAtOnce) {
  EdgeSettings settings = testing::loopback_settings();
  settings.times.farewell = std::chrono::minutes(1);
  RunningEdge edge(std::move(settings));
  LoopbackClient phone(edge.sip());
  phone.send(sip_request());
  const auto asked = edge.messages.next();
  ASSERT_TRUE(asked);
  edge->send(asked->flow, std::string(ok));
  EXPECT_EQ(phone.read_until("\r\n\r\n"), ok);
  phone.shutdown_send();
  EXPECT_EQ(edge.closed_flows.next(), asked->flow);
}

TEST(EdgeHalfClose, NobodyWaitsForEverForAnAnswer) {
  EdgeSettings settings = testing::loopback_settings();
  settings.times.farewell = std::chrono::milliseconds(50);
  RunningEdge edge(std::move(settings));
  LoopbackClient phone(edge.sip());
  phone.send(sip_request());
  phone.shutdown_send();
  const auto asked = edge.messages.next();
  ASSERT_TRUE(asked);
  EXPECT_EQ(phone.read_to_end(), "");
  EXPECT_EQ(edge.closed_flows.next(), asked->flow);
}

}  // namespace
}  // namespace dering::net
