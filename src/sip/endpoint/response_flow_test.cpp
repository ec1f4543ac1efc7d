// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/response_flow.h"

#include <gtest/gtest.h>

#include <string>

namespace dering::sip {
namespace {

Message with_via(const std::string& via) {
  auto message = Message::parse("OPTIONS sip:pbx SIP/2.0\r\nVia: SIP/2.0/UDP " + via +
                                "\r\nFrom: <sip:a@x>;tag=1\r\nTo: <sip:b@x>\r\nCall-ID: c\r\n"
                                "CSeq: 1 OPTIONS\r\n\r\n");
  EXPECT_TRUE(message) << via;
  return *std::move(message);
}

const SocketAddress source = SocketAddress::from_ipv4(0x7f000005, 40'000);

/// Where the answer goes that a datagram from 127.0.0.5:40000 gets.
std::string answered_at(const std::string& via) {
  return response_flow({.remote = source}, with_via(via)).remote.text();
}

TEST(ResponseFlow, FR19_GoesToThePortOfTheViaWhereNoNatStandsBetween) {
  EXPECT_EQ(answered_at("127.0.0.5:5099;branch=z9hG4bK1"), "127.0.0.5:5099");
  EXPECT_EQ(answered_at("127.0.0.5;branch=z9hG4bK1"), "127.0.0.5:5060");
  EXPECT_EQ(answered_at("127.0.0.5:5099;received=10.0.0.1;branch=1"), "127.0.0.5:5099");
  const auto six = SocketAddress::from_text("2001:db8::5", 40'000);
  EXPECT_EQ(response_flow({.remote = *six}, with_via("[2001:DB8:0::5]:5099")).remote.text(),
            "[2001:db8::5]:5099");
}

TEST(ResponseFlow, GoesToTheSourcePortWhereAskedOrWhereANatStandsBetween) {
  for (const std::string via :
       {"127.0.0.5:5099;branch=z9hG4bK1;rport", "127.0.0.5:5099;RPORT;branch=1",
        "127.0.0.5;rport=7", "192.168.1.7:5099;branch=1", "192.168.1.7", "phone.invalid:5099",
        "localhost", "[::1]:5099", "127.0.0.5:40000", "127.0.0.5:0"}) {
    EXPECT_EQ(answered_at(via), source.text()) << via;
  }
}

TEST(ResponseFlow, FR19_IsNeverAnotherAddressThanTheSource) {
  for (const std::string via :
       {"127.0.0.6:5099", "127.0.0.6", "127.0.0.5:5099;maddr=127.0.0.6",
        "127.0.0.6:5099;received=127.0.0.5", "127.0.0.5:5099;received=127.0.0.6"}) {
    EXPECT_TRUE(answered_at(via).starts_with("127.0.0.5:")) << via;
  }
}

TEST(ResponseFlow, StaysOnTheConnection) {
  const Flow tcp{.transport = Transport::tcp, .remote = source, .connection = 7};
  EXPECT_EQ(response_flow(tcp, with_via("127.0.0.5:5099")), tcp);
}

}  // namespace
}  // namespace dering::sip
