// SPDX-License-Identifier: Apache-2.0
//
// FR2, FR3, IP12: pages and phones behind a proxy, below a path, and of other origins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/testing/loopback_client.h"
#include "net/testing/running_edge.h"
#include "net/testing/websocket_client.h"

namespace dering::net {
namespace {

using ::testing::HasSubstr;
using testing::loopback_settings;
using testing::LoopbackClient;
using testing::read_response;
using testing::RunningEdge;
using testing::sip_request;
using testing::upgrade_request;
using namespace std::string_literals;

TrustedProxies trusting(const char* subnet) {
  return {.subnets = {*Subnet::from_text(subnet)}};
}

EdgeSettings behind_a_proxy() {
  EdgeSettings settings = loopback_settings();
  settings.proxies = trusting("127.0.0.1");
  settings.addresses = {{"https://phone.example", "/phone", WebAddress::Kind::stated},
                        {"http://localhost:8080", "", WebAddress::Kind::own},
                        {"http://localhost:8080", "/phone", WebAddress::Kind::own}};
  return settings;
}

/// What the application is told of one request.
HttpRequest told(RunningEdge& edge, const std::string& target, const std::string& fields) {
  LoopbackClient client(edge.web());
  client.send("GET " + target + " HTTP/1.1\r\n" + fields + "\r\n");
  auto request = edge.requests.next();
  if (!request) return {};
  return std::move(request->first);
}

TEST(BehindAProxy, TheClientAndThePublicAddressAreWhatTheProxySays) {
  RunningEdge edge(behind_a_proxy());
  for (const std::string fields :
       {"Host: phone.example\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n",
        "Host: 127.0.0.1:8080\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
        "X-Forwarded-Host: Phone.Example:443\r\n",
        "Host: 127.0.0.1:8080\r\nx-forwarded-for: 198.51.100.1, 203.0.113.9:4711\r\n",
        "Host: localhost:8080\r\nX-Forwarded-For: 203.0.113.9\r\n",
        "Host: a\r\nForwarded: for=203.0.113.9;proto=https;host=phone.example\r\n",
        "Host: a\r\nforwarded: For=\"203.0.113.9:1234\" ; Proto=HTTPS;by=127.0.0.1\r\n",
        "Host: a\r\nForwarded: for=evil, for=203.0.113.9\r\nForwarded: for=127.0.0.1\r\n"}) {
    const HttpRequest request = told(edge, "/phone/config.json", fields);
    EXPECT_EQ(request.peer.ip_text(), "203.0.113.9") << fields;
    EXPECT_EQ(request.origin, "https://phone.example/phone") << fields;
    EXPECT_EQ(request.path, "/config.json") << fields;
  }
}

TEST(BehindAProxy, ThePrefixMayHaveBeenTakenOff) {
  RunningEdge edge(behind_a_proxy());
  const HttpRequest request =
      told(edge, "/api/v1/me?x=1", "Host: phone.example\r\nX-Forwarded-Proto: https\r\n");
  EXPECT_EQ(request.origin, "https://phone.example/phone");
  EXPECT_EQ(request.path, "/api/v1/me");
  EXPECT_EQ(request.query, "x=1");
}

TEST(BehindAProxy, WhoComesWithoutItIsServedAtTheRootAndBelowThePath) {
  RunningEdge edge(behind_a_proxy());
  EXPECT_EQ(told(edge, "/config.json", "Host: localhost:8080\r\n").origin, "http://localhost:8080");
  const HttpRequest below = told(edge, "/phone/config.json", "Host: localhost:8080\r\n");
  EXPECT_EQ(below.origin, "http://localhost:8080/phone");
  EXPECT_EQ(below.path, "/config.json");
}

TEST(BehindAProxy, APathWithoutItsSlashLeadsToThePage) {
  RunningEdge edge(behind_a_proxy());
  LoopbackClient client(edge.web());
  client.send("GET /phone?lang=id HTTP/1.1\r\nHost: phone.example\r\n\r\n");
  const auto response = read_response(client);
  EXPECT_EQ(response.status, 308);
  EXPECT_EQ(response.field("Location"), "/phone/?lang=id");
}

// A stranger must not be able to pass for somebody else, nor to choose what the page is called.
TEST(BehindAProxy, WhatOthersThanTheProxySayIsIgnored) {
  EdgeSettings settings = behind_a_proxy();
  settings.proxies = trusting("10.1.0.0/24");
  RunningEdge edge(settings);
  const HttpRequest request =
      told(edge, "/config.json",
           "Host: localhost:8080\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
           "X-Forwarded-Host: phone.example\r\nForwarded: for=203.0.113.9;host=phone.example\r\n");
  EXPECT_EQ(request.peer.ip_text(), "127.0.0.1");
  EXPECT_EQ(request.origin, "http://localhost:8080");
  LoopbackClient client(edge.web());
  client.send("PROXY TCP4 203.0.113.9 127.0.0.1 4711 80\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_GE(read_response(client).status, 400);
}

TEST(BehindAProxy, TwoFieldsThatNameTwoClientsAreBothIgnored) {
  RunningEdge edge(behind_a_proxy());
  const std::string fields =
      "Host: localhost:8080\r\nX-Forwarded-For: 203.0.113.9\r\nForwarded: for=198.51.100.1\r\n";
  EXPECT_EQ(told(edge, "/config.json", fields).peer.ip_text(), "127.0.0.1");
  EdgeSettings settings = behind_a_proxy();
  settings.proxies.field = ForwardedBy::x_forwarded;
  RunningEdge decided(settings);
  EXPECT_EQ(told(decided, "/config.json", fields).peer.ip_text(), "203.0.113.9");
}

TEST(BehindAProxy, TheProxyProtocolNamesTheClientOfPagesAndPhones) {
  RunningEdge edge(behind_a_proxy());
  const std::string version_2 =
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\x00\x71\x09\x7f\0\0\x01\x12\x67\x01\xbb"s;
  for (const std::string& header : {"PROXY TCP4 203.0.113.9 127.0.0.1 4711 443\r\n"s, version_2}) {
    LoopbackClient page(edge.web());
    for (const char byte : header) page.send(std::string(1, byte));
    page.send("GET /config.json HTTP/1.1\r\nHost: localhost:8080\r\n\r\n");
    const auto request = edge.requests.next();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->first.peer.ip_text(), "203.0.113.9");
    LoopbackClient phone(edge.sip());
    phone.send(header + sip_request());
    const auto arrived = edge.messages.next();
    ASSERT_TRUE(arrived);
    EXPECT_EQ(arrived->flow.remote.text(), "203.0.113.9:4711");
  }
  LoopbackClient plain(edge.sip());
  plain.send("\r\n\r\n");
  EXPECT_EQ(plain.read_exactly(2), "\r\n") << "a ping is no header";
}

TEST(BehindAProxy, LimitsCountTheClientAndNotTheProxy) {
  EdgeSettings settings = behind_a_proxy();
  settings.limits.connections_per_source = 2;
  RunningEdge edge(settings);
  const auto upgrade = [](const char* client) {
    return upgrade_request(std::string("X-Forwarded-For: ") + client +
                           "\r\nOrigin: https://phone.example");
  };
  std::vector<std::unique_ptr<LoopbackClient>> phones;
  const auto status = [&](const char* client) {
    phones.push_back(std::make_unique<LoopbackClient>(edge.web()));
    phones.back()->send(upgrade(client));
    return read_response(*phones.back(), false).status;
  };
  for (const char* client : {"203.0.113.1", "203.0.113.2", "203.0.113.3"}) {
    EXPECT_EQ(status(client), 101);
    EXPECT_EQ(status(client), 101);
  }
  EXPECT_EQ(status("203.0.113.1"), 503);
  EXPECT_EQ(status("2001:db8::1"), 101);
  EXPECT_EQ(status("2001:db8::2"), 101);
  EXPECT_EQ(status("2001:db8::3"), 503) << "the same /64";
}

TEST(ForeignPages, AreToldWhatToSet) {
  RunningEdge edge;
  LoopbackClient client(edge.web());
  client.send(upgrade_request("Origin: https://other.example"));
  const auto response = read_response(client);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.field("Content-Type"), "application/problem+json");
  EXPECT_THAT(response.body, HasSubstr("https://other.example"));
  EXPECT_THAT(response.body, HasSubstr("[web] websocket_origins"));
}

TEST(ForeignPages, MayAskWhyByARequestThatTheyCanRead) {
  RunningEdge edge;
  for (const auto& [origin, status] :
       {std::pair("https://other.example", 403), std::pair("https://phone.example", 400)}) {
    LoopbackClient client(edge.web());
    client.send(std::string("POST /ws/sip HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nOrigin: ") +
                origin + "\r\n\r\n");
    EXPECT_EQ(read_response(client).status, status) << origin;
  }
}

// IP12
TEST(ForeignPages, AndProgramsMayBeLetInByName) {
  EdgeSettings settings = loopback_settings();
  settings.allowed_origins = {"https://portal.example", "none"};
  RunningEdge edge(settings);
  for (const std::string origin : {"Origin: https://portal.example", ""}) {
    LoopbackClient client(edge.web());
    client.send(upgrade_request(origin));
    EXPECT_EQ(read_response(client, false).status, 101) << origin;
  }
  for (const std::string origin :
       {"Origin: none", "Origin: null", "Origin: https://phone.example"}) {
    LoopbackClient client(edge.web());
    client.send(upgrade_request(origin));
    EXPECT_EQ(read_response(client).status, 403) << origin;
  }
}

}  // namespace
}  // namespace dering::net
