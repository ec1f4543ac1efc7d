// SPDX-License-Identifier: Apache-2.0
#include "net/proxy_header.h"

#include <gtest/gtest.h>

namespace dering::net {
namespace {

using State = ProxyHeader::State;
using namespace std::string_literals;

std::string version_2(char command, char family, const std::string& block) {
  const auto size = static_cast<char>(block.size());
  return "\r\n\r\n\0\r\nQUIT\n"s + command + family + '\0' + size + block;
}

TEST(ProxyHeader, NamesTheClientInBothVersionsAndFamilies) {
  struct Case {
    std::string bytes;
    const char* client;
  };
  const std::string v4 = "\xc0\x00\x02\x01\xc6\x33\x64\x07\x9c\x40\x01\xbb"s;
  const std::string v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01"s +
                         std::string(16, '\0') + "\x9c\x40\x01\xbb"s;
  for (const Case& it :
       {Case{version_2('\x21', '\x11', v4), "192.0.2.1:40000"},
        {version_2('\x21', '\x11', v4 + "\x03\x00\x04"s + "\x01\x02\x03\x04"s), "192.0.2.1:40000"},
        {version_2('\x21', '\x21', v6), "[2001:db8::1]:40000"},
        {"PROXY TCP4 192.0.2.1 198.51.100.7 40000 443\r\n", "192.0.2.1:40000"},
        {"PROXY TCP6 2001:db8::1 2001:db8::2 40000 443\r\n", "[2001:db8::1]:40000"}}) {
    for (std::size_t size = 0; size < it.bytes.size(); ++size) {
      if (size == 4) continue;  // so far it may be a ping
      EXPECT_EQ(read_proxy_header(it.bytes.substr(0, size)).state, State::need_more) << size;
    }
    const ProxyHeader header = read_proxy_header(it.bytes + "GET / HTTP/1.1\r\n");
    ASSERT_EQ(header.state, State::complete);
    EXPECT_EQ(header.size, it.bytes.size());
    ASSERT_TRUE(header.client);
    EXPECT_EQ(header.client->text(), it.client);
  }
}

TEST(ProxyHeader, AProxyThatSpeaksForItselfNamesNobody) {
  for (const std::string& bytes :
       {version_2('\x20', '\0', ""), version_2('\x21', '\x31', std::string(200, 'x')),
        "PROXY UNKNOWN\r\n"s, "PROXY UNKNOWN ffff:: ffff:: 1 2\r\n"s}) {
    const ProxyHeader header = read_proxy_header(bytes);
    EXPECT_EQ(header.state, State::complete);
    EXPECT_EQ(header.size, bytes.size());
    EXPECT_FALSE(header.client);
  }
}

TEST(ProxyHeader, OtherBytesAreLeftAlone) {
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\n"s, "\x16\x03\x01\x02"s, "\r\n\r\n"s,
        "\r\n\r\nOPTIONS sip:a SIP/2.0\r\n"s, "PRACK sip:a SIP/2.0"s, "\r\nREGISTER"s}) {
    EXPECT_EQ(read_proxy_header(bytes).state, State::none) << bytes;
  }
}

TEST(ProxyHeader, WhatBeginsLikeOneAndIsNoneIsBroken) {
  std::string too_long = version_2('\x21', '\x11', "");
  too_long[14] = '\x7f';
  for (const std::string& bytes :
       {version_2('\x31', '\x11', ""), version_2('\x22', '\x11', ""), too_long,
        "PROXY TCP4 somewhere else 1 2\r\n"s, "PROXY TCP4 192.0.2.1 192.0.2.2 x 2\r\n"s,
        "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n"s, "PROXY " + std::string(200, 'a')}) {
    EXPECT_EQ(read_proxy_header(bytes).state, State::broken) << bytes;
  }
}

}  // namespace
}  // namespace dering::net
