// SPDX-License-Identifier: Apache-2.0
#include "net/udp_socket.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/native_address.h"
#include "net/clock.h"
#include "net/event_loop.h"
#include "net/native_address.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;

const SocketAddress any_port = SocketAddress::from_ipv4(0x7f000001, 0);

/// Everything that arrives until `count` datagrams have.
std::vector<std::pair<std::string, SocketAddress>> receive(UdpSocket& socket, std::size_t count) {
  std::vector<std::pair<std::string, SocketAddress>> all;
  EventLoop loop;
  loop.add(socket.fd(), [&] {
    for (const auto& datagram : socket.receive_batch()) {
      all.emplace_back(as_text(datagram.bytes), datagram.source);
    }
  });
  const Instant limit = now() + 10s;
  while (all.size() < count && now() < limit) loop.run_once(limit);
  return all;
}

TEST(UdpSocket, CarriesMoreThanOneBatchInOrder) {
  auto sender = UdpSocket::bind(any_port);
  auto receiver = UdpSocket::bind(any_port);
  ASSERT_TRUE(sender && receiver);
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back(std::to_string(i));
  std::vector<UdpSocket::Outgoing> datagrams;
  for (const auto& text : texts) datagrams.push_back({text, receiver->local()});
  sender->send_batch(datagrams);
  EXPECT_EQ(sender->sends_lost(), 0U);

  const auto received = receive(*receiver, 100);
  ASSERT_EQ(received.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(received[i].first, texts[i]);
    EXPECT_EQ(received[i].second, sender->local());
  }
  EXPECT_TRUE(receiver->receive_batch().empty());
}

TEST(UdpSocket, CarriesEmptyAndLargestDatagrams) {
  auto socket = UdpSocket::bind(any_port);
  ASSERT_TRUE(socket);
  const std::string largest(65'507, 'x');
  const UdpSocket::Outgoing datagrams[] = {{"", socket->local()}, {largest, socket->local()}};
  socket->send_batch(datagrams);
  const auto received = receive(*socket, 2);
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[0].first, "");
  EXPECT_EQ(received[1].first, largest);
}

TEST(UdpSocket, GivesUpOnlyTheDatagramThatCannotBeSent) {
  auto socket = UdpSocket::bind(any_port);
  ASSERT_TRUE(socket);
  const std::string too_large(65'508, 'x');
  const UdpSocket::Outgoing datagrams[] = {
      {"first", socket->local()}, {too_large, socket->local()}, {"third", socket->local()}};
  socket->send_batch(datagrams);
  EXPECT_EQ(socket->sends_lost(), 1U);
  const auto received = receive(*socket, 2);
  ASSERT_EQ(received.size(), 2U);
  EXPECT_EQ(received[1].first, "third");
}

TEST(UdpSocket, TakesBothFamiliesOnTheUnspecifiedAddress) {
  auto both = UdpSocket::bind(*SocketAddress::from_text("::", 0));
  auto four = UdpSocket::bind(any_port);
  ASSERT_TRUE(both && four);
  const UdpSocket::Outgoing there = {"four",
                                     SocketAddress::from_ipv4(0x7f000001, both->local().port())};
  four->send_batch({&there, 1});
  const auto received = receive(*both, 1);
  ASSERT_EQ(received.size(), 1U);
  EXPECT_EQ(received[0].second, four->local());
  const UdpSocket::Outgoing back = {"back", received[0].second};
  both->send_batch({&back, 1});
  EXPECT_EQ(receive(*four, 1).size(), 1U);
}

/// The one datagram that arrives, its addresses still there.
UdpSocket::Received receive_one(UdpSocket& socket) {
  UdpSocket::Received one;
  EventLoop loop;
  loop.add(socket.fd(), [&] {
    for (const auto& datagram : socket.receive_batch()) one = datagram;
  });
  loop.run_once(now() + 10s);
  return one;
}

// FR1: every 127.x.y.z is an address of this machine.
TEST(UdpSocket, TellsWhichAddressADatagramCameToAndAnswersFromIt) {
  for (const char* all_addresses : {"0.0.0.0", "::"}) {
    auto server = UdpSocket::bind(*SocketAddress::from_text(all_addresses, 0));
    auto phone = UdpSocket::bind(any_port);
    ASSERT_TRUE(server && phone);
    for (const char* address : {"127.0.0.1", "127.9.8.7", "127.0.0.3"}) {
      const auto there = *SocketAddress::from_text(address, server->local().port());
      const UdpSocket::Outgoing question = {"question", there};
      phone->send_batch({&question, 1});
      const UdpSocket::Received asked = receive_one(*server);
      EXPECT_EQ(asked.local, there) << all_addresses;
      const UdpSocket::Outgoing answer = {"answer", asked.source, asked.local};
      server->send_batch({&answer, 1});
      EXPECT_EQ(receive_one(*phone).source, there) << all_addresses;
    }
  }
}

TEST(UdpSocket, SendsFromAnotherAddressWhenTheOneItWasAskedForIsGone) {
  auto server = UdpSocket::bind(*SocketAddress::from_text("0.0.0.0", 0));
  auto phone = UdpSocket::bind(any_port);
  ASSERT_TRUE(server && phone);
  const auto gone = *SocketAddress::from_text("192.0.2.77", server->local().port());
  const auto here = *SocketAddress::from_text("127.0.0.3", server->local().port());
  const UdpSocket::Outgoing datagrams[] = {
      {"1", phone->local(), here}, {"2", phone->local(), gone}, {"3", phone->local(), here}};
  server->send_batch(datagrams);
  EXPECT_EQ(server->sends_lost(), 0U);
  EXPECT_EQ(receive(*phone, 3).size(), 3U);
}

TEST(UdpSocket, KnowsWhichAddressLeadsToAPeer) {
  const auto source = source_towards(*SocketAddress::from_text("127.0.0.9", 0));
  ASSERT_TRUE(source);
  EXPECT_EQ(source->ip_text(), "127.0.0.1");
}

TEST(UdpSocket, NamesTheAddressThatIsTaken) {
  const auto first = UdpSocket::bind(any_port);
  ASSERT_TRUE(first);
  const auto second = UdpSocket::bind(first->local());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(),
            "cannot listen on UDP " + first->local().text() + ": Address already in use");
}

}  // namespace
}  // namespace dering::net
