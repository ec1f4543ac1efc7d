// SPDX-License-Identifier: Apache-2.0
#include "net/forwarding.h"

#include <gtest/gtest.h>

namespace dering::net {
namespace {

const TrustedProxies trusted{
    .subnets = {*Subnet::from_text("10.1.0.0/24"), *Subnet::from_text("::1")}};

std::string client_of(const HttpFields& fields) {
  const auto client = forwarding_of(fields, trusted).client;
  return client ? client->ip_text() : "";
}

TEST(Forwarding, TheClientIsTheLastOneThatIsNoTrustedProxy) {
  const std::pair<HttpFields, const char*> cases[] = {
      {{{"X-Forwarded-For", "203.0.113.9"}}, "203.0.113.9"},
      {{{"X-Forwarded-For", "1.2.3.4, 203.0.113.9, 10.1.0.7"}}, "203.0.113.9"},
      {{{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-For", "10.1.0.7 , ::1"}}, "203.0.113.9"},
      {{{"X-Forwarded-For", "10.1.0.8, 10.1.0.7"}}, "10.1.0.8"},
      {{{"X-Forwarded-For", "[2001:db8::1]:4711"}}, "2001:db8::1"},
      {{{"X-FORWARDED-FOR", "2001:db8::1"}}, "2001:db8::1"},
      {{{"Forwarded", "for=1.2.3.4, for=\"[2001:db8::1]:4711\";proto=https, For=10.1.0.7"}},
       "2001:db8::1"},
      {{{"Forwarded", "host=\"a,b;c\" ; for = 203.0.113.9"}}, "203.0.113.9"},
      {{{"Forwarded", "by=10.1.0.7;for=\"203.0.113.9:80\""}}, "203.0.113.9"},
  };
  for (const auto& [fields, client] : cases) {
    EXPECT_EQ(client_of(fields), client) << fields.front().second;
  }
}

TEST(Forwarding, WhatNobodyVouchesForIsNotBelieved) {
  const HttpFields cases[] = {
      {},
      {{"X-Forwarded-For", ""}},
      {{"X-Forwarded-For", "unknown"}},
      {{"X-Forwarded-For", "203.0.113.9, nobody, 10.1.0.7"}},
      {{"Forwarded", "for=_hidden"}},
      {{"Forwarded", "for=203.0.113.9, for=unknown, for=10.1.0.7"}},
      {{"Forwarded", "for"}},
      {{"Forwarded", "\"for=203.0.113.9"}},
      {{"X-Real-IP", "203.0.113.9"}},
  };
  for (const HttpFields& fields : cases) EXPECT_EQ(client_of(fields), "");
}

TEST(Forwarding, SchemeAndHostAreThoseOfTheProxyThatTheClientReached) {
  const Forwarding standard =
      forwarding_of({{"Forwarded",
                      "for=1.2.3.4;host=evil.test;proto=http, "
                      "for=203.0.113.9;host=\"phone.test:8443\";proto=https, "
                      "for=10.1.0.7;host=inner.test;proto=http"}},
                    trusted);
  EXPECT_EQ(standard.host, "phone.test:8443");
  EXPECT_EQ(standard.is_encrypted, true);
  const Forwarding usual = forwarding_of(
      {{"X-Forwarded-Host", "evil.test, phone.test"}, {"X-Forwarded-Proto", "ftp, WSS"}}, trusted);
  EXPECT_EQ(usual.host, "phone.test");
  EXPECT_EQ(usual.is_encrypted, true);
  EXPECT_FALSE(forwarding_of({{"X-Forwarded-Proto", "gopher"}}, trusted).is_encrypted);
}

TEST(Forwarding, TwoFieldsMayAgreeAndMustNotContradict) {
  const HttpFields agree{{"Forwarded", "for=203.0.113.9;proto=https"},
                         {"X-Forwarded-For", "203.0.113.9"}};
  EXPECT_EQ(forwarding_of(agree, trusted).client->ip_text(), "203.0.113.9");
  EXPECT_EQ(forwarding_of(agree, trusted).is_encrypted, true);
  const HttpFields differ{{"Forwarded", "for=1.2.3.4;host=evil.test"},
                          {"X-Forwarded-For", "203.0.113.9"},
                          {"X-Forwarded-Host", "phone.test"}};
  const Forwarding neither = forwarding_of(differ, trusted);
  EXPECT_TRUE(neither.is_contradictory);
  EXPECT_FALSE(neither.client);
  EXPECT_EQ(neither.host, "");
  for (const auto& [field, client] : {std::pair(ForwardedBy::forwarded, "1.2.3.4"),
                                      std::pair(ForwardedBy::x_forwarded, "203.0.113.9")}) {
    const Forwarding decided = forwarding_of(differ, {trusted.subnets, field});
    EXPECT_FALSE(decided.is_contradictory);
    EXPECT_EQ(decided.client->ip_text(), client);
  }
}

}  // namespace
}  // namespace dering::net
