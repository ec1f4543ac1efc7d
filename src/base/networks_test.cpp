// SPDX-License-Identifier: Apache-2.0
#include "base/networks.h"

#include <gtest/gtest.h>

namespace dering {
namespace {

SocketAddress ip(std::string_view text) {
  return SocketAddress::from_text(text, 5060).value_or(SocketAddress{});
}

TEST(Subnet, HoldsTheAddressesThatShareItsPrefix) {
  struct Case {
    const char* subnet;
    const char* inside;
    const char* outside;
  };
  for (const Case& it : {Case{"10.0.0.0/8", "10.255.0.1", "11.0.0.1"},
                         {"10.1.2.3/8", "10.0.0.0", "9.255.255.255"},
                         {"192.0.2.128/25", "192.0.2.200", "192.0.2.127"},
                         {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
                         {"0.0.0.0/0", "203.0.113.9", "2001:db8::1"},
                         {"::/0", "2001:db8::1", "203.0.113.9"},
                         {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
                         {"[fd00::1]", "fd00::1", "fd00::2"}}) {
    const auto subnet = Subnet::from_text(it.subnet);
    ASSERT_TRUE(subnet) << it.subnet;
    EXPECT_TRUE(subnet->contains(ip(it.inside))) << it.subnet << " and " << it.inside;
    EXPECT_FALSE(subnet->contains(ip(it.outside))) << it.subnet << " and " << it.outside;
  }
}

TEST(Subnet, IsNothingElse) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/+8", "10/8",
                           "10.0.0.0/8/8", "example.org", "10.0.0.0 /8"}) {
    EXPECT_FALSE(Subnet::from_text(text)) << text;
  }
}

TEST(Networks, TheNarrowestOneCountsWhateverTheirOrder) {
  const auto network = [](const char* subnet, const char* host) {
    return Network{{*Subnet::from_text(subnet)}, host, 0, std::nullopt};
  };
  const Networks networks({network("0.0.0.0/0", "outside"), network("10.1.0.0/16", "floor"),
                           network("10.0.0.0/8", "house"), network("10.1.0.0/16", "second")});
  EXPECT_EQ(networks.of(ip("10.1.2.3"))->host, "floor");
  EXPECT_EQ(networks.of(ip("10.2.2.3"))->host, "house");
  EXPECT_EQ(networks.of(ip("203.0.113.5"))->host, "outside");
  EXPECT_EQ(networks.of(ip("2001:db8::5")), nullptr);
  EXPECT_EQ(Networks().of(ip("10.1.2.3")), nullptr);
}

}  // namespace
}  // namespace dering
