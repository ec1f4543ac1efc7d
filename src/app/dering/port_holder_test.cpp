// SPDX-License-Identifier: Apache-2.0
#include "app/dering/port_holder.h"

#include <gtest/gtest.h>

#include <bit>

namespace dering::app {
namespace {

SocketAddress address(std::string_view ip, std::uint16_t port) {
  return SocketAddress::from_text(ip, port).value();
}

class KernelSocketLine : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::endian::native != std::endian::little)
      GTEST_SKIP() << "lines of a little-endian machine";
  }
};

TEST_F(KernelSocketLine, ShowsAListener) {
  const auto socket = parse_kernel_socket(
      "   3: 0100007F:13C4 00000000:0000 0A 00000000:00000000 00:00000000 "
      "00000000   107        0 "
      "48213 1 0000000000000000 100 0 0 10 0",
      PortKind::tcp);
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->local, address("127.0.0.1", 5060));
  EXPECT_TRUE(socket->is_listening);
  EXPECT_EQ(socket->user, 107U);
  EXPECT_EQ(socket->inode, "48213");
}

TEST_F(KernelSocketLine, ShowsIpv6AndIpv4InIpv6) {
  const auto link = parse_kernel_socket(
      "0: 000080FE00000000FF005450B6AD1DFE:13C4 "
      "00000000000000000000000000000000:0000 07 "
      "00000000:00000000 00:00000000 00000000 0 0 7 2 0000000000000000 0",
      PortKind::udp);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->local, address("fe80::5054:ff:fe1d:adb6", 5060));
  EXPECT_TRUE(link->is_listening);
  const auto mapped = parse_kernel_socket(
      "0: 0000000000000000FFFF00000100007F:1F90 "
      "00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000 0 0 7 2 0000000000000000 0",
      PortKind::tcp);
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->local, address("127.0.0.1", 8080));
}

TEST_F(KernelSocketLine, DoesNotTakeAConnectionForAListener) {
  const auto socket = parse_kernel_socket(
      "1: 0100007F:13C4 0100007F:D431 01 00000000:00000000 "
      "00:00000000 00000000 0 0 9 1 0 20 4",
      PortKind::tcp);
  ASSERT_TRUE(socket);
  EXPECT_FALSE(socket->is_listening);
}

TEST(KernelSocket, IsNotReadFromOtherLines) {
  for (const std::string_view line :
       {"",
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
        "retrnsmt   uid",
        "0: 0100007F 00000000:0000 0A 0:0 0:0 0 0 0 9", "0: 0100007G:13C4 0:0 0A 0:0 0:0 0 0 0 9",
        "0: 0100007F:13C4F 0:0 0A 0:0 0:0 0 0 0 9", "0: 0100007F:13C4 0:0 0A 0:0 0:0 0"}) {
    EXPECT_FALSE(parse_kernel_socket(line, PortKind::tcp)) << line;
  }
}

}  // namespace
}  // namespace dering::app
