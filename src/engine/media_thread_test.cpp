// SPDX-License-Identifier: Apache-2.0
#include "engine/media_thread.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "base/file_descriptor.h"
#include "base/testing/allocations.h"
#include "engine/testing/checks.h"
#include "engine/testing/loopback_phone.h"
#include "engine/testing/words.h"
#include "rtp/packet.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Command;
using media::v2::Event;
using testing::Check;
using testing::Datagram;
using testing::dtls_packet;
using testing::LoopbackPhone;
using testing::rtp_packet;

ice::Credentials credentials_of(std::uint64_t port) {
  return {"ufrag" + std::to_string(port), "passwordpasswordpassword" + std::to_string(port)};
}

/// A media thread that the test drives round by round, with a bridge of ports 11 and 12.
class Engine {
 public:
  std::vector<Event> events;
  MediaThread thread;

  explicit Engine(std::string_view ip)
      : thread(std::move(*MediaSocket::bind(*SocketAddress::from_text(ip, 0))), RtpSockets(),
               [this](Event event) { events.push_back(std::move(event)); }) {
    Command command;
    command.mutable_open_bridge()->set_bridge(1);
    EXPECT_TRUE(thread.post(command));
    for (const std::uint64_t port : {11U, 12U}) {
      command.mutable_open_port()->set_bridge(1);
      command.mutable_open_port()->set_port(port);
      command.mutable_open_port()->mutable_ice()->mutable_local()->set_ufrag(
          credentials_of(port).ufrag);
      command.mutable_open_port()->mutable_ice()->mutable_local()->set_pwd(
          credentials_of(port).pwd);
      EXPECT_TRUE(thread.post(command));
    }
    work();
  }

  /// Rounds enough for all that a test sends at once; on loopback it is there already.
  void work() {
    for (int i = 0; i < 6; ++i) thread.step(0ns);
  }
  std::uint16_t port() const { return thread.udp_port(); }
  bool connect(const LoopbackPhone& phone, std::uint64_t as_port) {
    phone.send(write(Check{.local = credentials_of(as_port), .nominates = true}));
    work();
    const Datagram response = phone.receive();
    const auto message = stun::parse(response);
    return message && message->message_class == stun::Class::success &&
           message->mapped_address->text() == phone.address_text();
  }
};

int family_of(std::string_view ip) {
  return ip.contains(':') ? AF_INET6 : AF_INET;
}

bool has_family_of(std::string_view ip) {
  return static_cast<bool>(FileDescriptor(::socket(family_of(ip), SOCK_DGRAM, 0)));
}

/// Bound to one address, to all of one family, and to all of both.
class MediaThreadOn : public ::testing::TestWithParam<const char*> {};

TEST_P(MediaThreadOn, RelaysBothWaysByteForByte) {
  if (!has_family_of(GetParam())) GTEST_SKIP() << "this machine has no IPv6";
  Engine engine(GetParam());
  const LoopbackPhone left("127.0.0.2", engine.port());
  const LoopbackPhone right("127.0.0.4", engine.port());
  ASSERT_TRUE(engine.connect(left, 11));
  ASSERT_TRUE(engine.connect(right, 12));
  ASSERT_EQ(engine.events.size(), 2U);
  EXPECT_EQ(engine.events[0].port_connected().address(), left.address_text());
  for (std::uint8_t i = 0; i < 100; ++i) {
    left.send(i % 10 == 0 ? dtls_packet(i) : rtp_packet(i));
    right.send(rtp_packet(static_cast<std::uint8_t>(100 + i)));
  }
  engine.work();
  for (std::uint8_t i = 0; i < 100; ++i) {
    EXPECT_EQ(right.receive(), i % 10 == 0 ? dtls_packet(i) : rtp_packet(i));
    EXPECT_EQ(left.receive(), rtp_packet(static_cast<std::uint8_t>(100 + i)));
  }
}

TEST(MediaThread, GivesASprayingStrangerNothingAndPassesNothingOfHis) {
  Engine engine("127.0.0.1");
  const LoopbackPhone left("127.0.0.2", engine.port());
  const LoopbackPhone right("127.0.0.4", engine.port());
  const LoopbackPhone stranger("127.0.0.3", engine.port());
  const auto spray = [&] {
    stranger.send(rtp_packet(66));
    stranger.send(dtls_packet(66));
    stranger.send(write(Check{.local = {"ufrag99", "guessedguessedguessed99"}}));
    engine.work();
  };
  spray();
  ASSERT_TRUE(engine.connect(left, 11));
  spray();
  ASSERT_TRUE(engine.connect(right, 12));
  for (std::uint8_t i = 0; i < 20; ++i) {
    spray();
    left.send(rtp_packet(i));
    right.send(rtp_packet(i));
    engine.work();
    EXPECT_EQ(right.receive(), rtp_packet(i));
    EXPECT_EQ(left.receive(), rtp_packet(i));
  }
  EXPECT_TRUE(left.receive().empty());
  EXPECT_TRUE(right.receive().empty());
  EXPECT_TRUE(stranger.receive().empty());
}

TEST(MediaThread, DropsDatagramsThatAreTooLong) {
  Engine engine("127.0.0.1");
  const LoopbackPhone left("127.0.0.2", engine.port());
  const LoopbackPhone right("127.0.0.4", engine.port());
  ASSERT_TRUE(engine.connect(left, 11));
  ASSERT_TRUE(engine.connect(right, 12));
  Datagram longest(MediaSocket::most_packet_bytes, 0x80);
  left.send(longest);
  longest.push_back(0x80);
  left.send(longest);
  left.send(rtp_packet(1));
  engine.work();
  EXPECT_EQ(right.receive().size(), MediaSocket::most_packet_bytes);
  EXPECT_EQ(right.receive(), rtp_packet(1));
}

TEST(MediaThread, TakesNoMemoryInSteadyState) {
  Engine engine("127.0.0.1");
  const LoopbackPhone left("127.0.0.2", engine.port());
  const LoopbackPhone right("127.0.0.4", engine.port());
  ASSERT_TRUE(engine.connect(left, 11));
  ASSERT_TRUE(engine.connect(right, 12));
  const Datagram packet = rtp_packet(1);
  engine.work();
  const std::uint64_t before = dering::testing::allocations();
  for (int i = 0; i < 1000; ++i) {
    left.send(packet);
    engine.thread.step(0ns);
  }
  EXPECT_EQ(dering::testing::allocations(), before);
}

/// A media thread with four pairs of RTP ports, wherever they are free.
struct RtpEngine {
  std::vector<Event> events;
  MediaThread thread;
  std::vector<std::uint16_t> ports;

  explicit RtpEngine(std::string_view ip)
      : thread(std::move(*MediaSocket::bind(*SocketAddress::from_text(ip, 0))),
               RtpSockets::bind(*SocketAddress::from_text(ip, 0), 0, 7),
               [this](Event event) { events.push_back(std::move(event)); }) {
    for (const RtpPorts& run : thread.rtp_ports()) {
      for (std::size_t i = 0; i < run.pairs; ++i) {
        ports.push_back(static_cast<std::uint16_t>(run.first + 2 * i));
      }
    }
    EXPECT_TRUE(thread.post(testing::open_bridge(1)));
  }
  void open(std::uint64_t port, std::uint16_t udp_port, const LoopbackPhone& phone) {
    Command command;
    auto& open = *command.mutable_open_port();
    open.set_bridge(1);
    open.set_port(port);
    *open.mutable_rtp() = testing::rtp_way(udp_port, phone.address_text());
    *open.mutable_keys() = testing::in_clear();
    *open.mutable_stream() = testing::stream(static_cast<std::uint32_t>(port), {testing::pcmu()});
    EXPECT_TRUE(thread.post(command));
    EXPECT_TRUE(thread.post(testing::join(port, true, true)));
    work();
  }
  void work() {
    for (int i = 0; i < 6; ++i) thread.step(0ns);
  }
};

TEST_P(MediaThreadOn, CarriesSoundBetweenPhonesWithPortsOfTheirOwn) {
  if (!has_family_of(GetParam())) GTEST_SKIP() << "this machine has no IPv6";
  RtpEngine engine(GetParam());
  ASSERT_EQ(engine.ports.size(), 4U);
  const LoopbackPhone left("127.0.0.2", engine.ports[0]);
  const LoopbackPhone right("127.0.0.4", engine.ports[3]);
  engine.open(11, engine.ports[0], left);
  engine.open(12, engine.ports[3], right);
  Datagram said(172, 7);
  for (std::uint8_t i = 0; i < 50; ++i) {
    rtp::write_header({.sequence = i, .timestamp = 160U * i, .ssrc = 5}, said);
    left.send(said);
    engine.work();
    const Datagram heard = right.receive();
    ASSERT_EQ(heard.size(), said.size());
    EXPECT_EQ(rtp::read_framing(heard)->header.ssrc, 12U);
    EXPECT_TRUE(std::equal(heard.begin() + 12, heard.end(), said.begin() + 12));
    right.send(said);
    engine.work();
    EXPECT_EQ(left.receive().size(), said.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Sockets, MediaThreadOn, ::testing::Values("127.0.0.1", "0.0.0.0", "::"));

TEST(RtpSockets, MarkTheirPacketsAsTelephony) {
  RtpEngine engine("127.0.0.1");
  const LoopbackPhone left("127.0.0.2", engine.ports[0]);
  const LoopbackPhone right("127.0.0.4", engine.ports[1]);
  engine.open(11, engine.ports[0], left);
  engine.open(12, engine.ports[1], right);
  Datagram said(172, 7);
  rtp::write_header({.ssrc = 5}, said);
  left.send(said);
  engine.work();
  EXPECT_EQ(right.traffic_class(), 46 << 2);  // EF (RFC 3246)
}

TEST(MediaThread, APortUnderAFloodKeepsNoOtherFromBeingHeard) {
  RtpEngine engine("127.0.0.1");
  const LoopbackPhone left("127.0.0.2", engine.ports[0]);
  const LoopbackPhone right("127.0.0.4", engine.ports[1]);
  const LoopbackPhone stranger("127.0.0.3", engine.ports[0]);
  engine.open(11, engine.ports[0], left);
  engine.open(12, engine.ports[1], right);
  Datagram said(172, 7);
  for (std::uint8_t i = 0; i < 20; ++i) {
    rtp::write_header({.sequence = i, .timestamp = 160U * i, .ssrc = 5}, said);
    for (int n = 0; n < 60; ++n) stranger.send(said);
    right.send(said);
    engine.thread.step(0ns);
    EXPECT_EQ(left.receive().size(), said.size());
  }
  EXPECT_TRUE(right.receive().empty());
  EXPECT_TRUE(stranger.receive().empty());
}

TEST(RtpSockets, TakeWhatOthersHaveLeft) {
  const auto address = *SocketAddress::from_text("127.0.0.1", 0);
  const RtpSockets any = RtpSockets::bind(address, 0, 1);
  ASSERT_EQ(any.ports().size(), 1U);
  const std::uint16_t first = any.ports()[0].first;
  EXPECT_EQ(first % 2, 0);
  const RtpSockets none = RtpSockets::bind(address, first, static_cast<std::uint16_t>(first + 1));
  EXPECT_TRUE(none.ports().empty());
}

/// RFC 4594 §4.1.
TEST(MediaSocket, MarksItsPacketsAsTelephony) {
  const auto socket = MediaSocket::bind(*SocketAddress::from_text("127.0.0.1", 0));
  int value = 0;
  socklen_t size = sizeof value;
  ::getsockopt(socket->fd(), IPPROTO_IP, IP_TOS, &value, &size);
  EXPECT_EQ(value, 0xB8);
}

TEST(MediaThread, ObeysFromAnotherThreadAndStops) {
  Engine engine("127.0.0.1");
  const LoopbackPhone left("127.0.0.2", engine.port());
  const LoopbackPhone right("127.0.0.4", engine.port());
  ASSERT_TRUE(engine.connect(left, 11));
  ASSERT_TRUE(engine.connect(right, 12));
  {
    const std::jthread running([&] { engine.thread.run(); });
    left.send(rtp_packet(7));
    EXPECT_EQ(right.receive(5000), rtp_packet(7));
    Command close;
    close.mutable_close_bridge()->set_bridge(1);
    EXPECT_TRUE(engine.thread.post(close));
    engine.thread.stop();
  }
  ASSERT_EQ(engine.events.size(), 4U);
  EXPECT_EQ(engine.events[2].port_closed().packets_received(), 1U);
}

/// A fragment that is lost takes the whole packet along, and the path MTU comes from an ICMP
/// message that anybody can forge.
TEST(MediaSocket, NeverFragmentsAndBelievesNoPathMtu) {
  for (const char* ip : {"127.0.0.1", "0.0.0.0", "::1", "::"}) {
    if (!has_family_of(ip)) GTEST_SKIP() << "this machine has no IPv6";
    const auto socket = MediaSocket::bind(*SocketAddress::from_text(ip, 0));
    ASSERT_TRUE(socket) << ip;
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(socket->fd(), IPPROTO_IP, IP_MTU_DISCOVER, &value, &size);
    EXPECT_EQ(value, IP_PMTUDISC_PROBE) << ip;
    if (family_of(ip) == AF_INET) continue;
    ::getsockopt(socket->fd(), IPPROTO_IPV6, IPV6_MTU_DISCOVER, &value, &size);
    EXPECT_EQ(value, IPV6_PMTUDISC_PROBE) << ip;
  }
}

TEST(MediaSocket, SaysWhichAddressItCannotBind) {
  const auto socket = MediaSocket::bind(*SocketAddress::from_text("192.0.2.1", 4000));
  ASSERT_FALSE(socket);
  EXPECT_NE(socket.error().find("192.0.2.1:4000"), std::string::npos) << socket.error();
}

}  // namespace
}  // namespace dering::engine
