// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/testing/allocations.h"
#include "engine/testing/conversation.h"
#include "rtp/packet.h"
#include "rtp/rtcp.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Command;
using media::v2::Event;
using testing::Browser;
using testing::Check;
using testing::Datagram;

constexpr std::uint32_t phone_ssrc = 0x0BADCAFE;
const ice::Credentials credentials{"ufrag11", "passwordpasswordpassword11"};

/// 20 ms of sound.
Datagram voice(std::uint32_t number) {
  Datagram packet(60, static_cast<std::uint8_t>(number));
  rtp::write_header({.marker = number == 1,
                     .payload_type = 111,
                     .sequence = static_cast<std::uint16_t>(number),
                     .timestamp = number * 960,
                     .ssrc = phone_ssrc},
                    packet);
  return packet;
}

Bytes payload(const Datagram& packet) {
  return Bytes(packet).subspan(rtp::fixed_header_size);
}

/// An engine with a browser that hears itself.
class World : public testing::Conversation {
 public:
  explicit World(dtls::Role browser_role = dtls::Role::client)
      : browser(browser_role, certificate.fingerprint()) {
    Command open = open_port(11);
    auto& port = *open.mutable_open_port();
    *port.mutable_ice() = testing::ice_way(credentials);
    *port.mutable_keys() = keys_of(browser, browser_role);
    *port.mutable_stream() = testing::stream(0xE000000B, {testing::opus()});
    command(open);
    Command echo;
    echo.mutable_start()->set_action(7);
    echo.mutable_start()->set_port(11);
    echo.mutable_start()->mutable_echo();
    command(echo);
    events.clear();
  }

  static media::v2::Keys keys_of(const Browser& browser, dtls::Role browser_role) {
    media::v2::Keys keys;
    keys.mutable_dtls()->set_fingerprint(browser.fingerprint());
    keys.mutable_dtls()->set_role(browser_role == dtls::Role::client
                                      ? media::v2::Dtls::ROLE_SERVER
                                      : media::v2::Dtls::ROLE_CLIENT);
    return keys;
  }
  void update_keys(const Browser& other) {
    Command update;
    update.mutable_update_port()->set_port(11);
    *update.mutable_update_port()->mutable_keys() = keys_of(other, dtls::Role::client);
    command(update);
  }

  void receive(Datagram bytes, const SocketAddress& from = address) {
    datagram(std::move(bytes), from);
  }
  /// What the browser was sent since it was asked last; nobody else was sent anything.
  std::vector<Datagram> take_sent() {
    std::vector<Datagram> taken = take(address);
    EXPECT_TRUE(sent.empty());
    return taken;
  }
  void check() { receive(write(Check{.local = credentials, .nominates = true})); }

  /// ICE, then DTLS until both ends are quiet.
  void connect() {
    check();
    shake_hands(browser);
  }
  void shake_hands(Browser& with) {
    dtls::Outbox to_engine;
    with.endpoint.start(now, to_engine);
    for (int round = 0; round < 10; ++round) {
      for (Datagram& bytes : std::exchange(to_engine, {})) receive(std::move(bytes));
      for (const Datagram& bytes : take_sent()) {
        if (kind_of(bytes) == PacketKind::dtls) with.endpoint.on_datagram(bytes, now, to_engine);
      }
    }
  }
  void secure() {
    connect();
    browser.take_keys();
    events.clear();
  }
  Event last_secured() const {
    const auto found = std::ranges::find_if(events, &Event::has_port_secured);
    return found == events.end() ? Event() : *found;
  }
  media::v2::PortClosed close() {
    command(testing::close_bridge(1));
    return events.back().port_closed();
  }

  static inline const SocketAddress address = testing::at("127.0.0.11:4000");
  Browser browser;
};

TEST(WebEcho, GivesTheBrowserItsOwnPayloadBackByteByByte) {
  World world;
  world.connect();
  ASSERT_EQ(world.browser.endpoint.state(), dtls::Endpoint::State::secured);
  world.browser.take_keys();
  EXPECT_EQ(world.last_secured().port_secured().port(), 11U);
  EXPECT_EQ(world.last_secured().port_secured().profile(), world.browser.profile);
  std::optional<rtp::Header> first;
  for (std::uint32_t n = 1; n <= 200; ++n) {
    if (n % 10 == 0) continue;  // lost on the way there
    world.receive(world.browser.seal(voice(n)));
    const auto sent = world.take_sent();
    ASSERT_EQ(sent.size(), 1U) << n;
    const Datagram echo = world.browser.open(sent[0]);
    ASSERT_EQ(echo.size(), voice(n).size());
    EXPECT_TRUE(std::ranges::equal(payload(echo), payload(voice(n))));
    const rtp::Header header = rtp::read_framing(echo)->header;
    if (!first) first = header;
    EXPECT_EQ(header.timestamp, first->timestamp + (n - 1) * 960);
    EXPECT_EQ(header.sequence, static_cast<std::uint16_t>(first->sequence + n - 1));
    EXPECT_EQ(header.payload_type, 111);
    EXPECT_EQ(header.marker, n == 1);
    EXPECT_EQ(header.ssrc, 0xE000000B);
  }
}

TEST(WebEcho, ShakesHandsAsClientToo) {
  World world(dtls::Role::server);
  world.connect();
  world.browser.take_keys();
  world.receive(world.browser.seal(voice(1)));
  const Datagram echo = world.browser.open(world.take_sent().at(0));
  EXPECT_TRUE(std::ranges::equal(payload(echo), payload(voice(1))));
}

TEST(WebEcho, LeavesHeaderExtensionSourcesAndPaddingOut) {
  World world;
  world.secure();
  Datagram packet = voice(1);
  packet[0] |= 0x31;  // padding, extension, one source
  packet.insert(packet.begin() + 12, {0, 0, 0, 9, 0xBE, 0xDE, 0, 1, 0x10, 0x80, 0, 0});
  packet.insert(packet.end(), {0, 0, 3});
  world.receive(world.browser.seal(packet));
  const Datagram echo = world.browser.open(world.take_sent().at(0));
  EXPECT_EQ(echo[0], 0x80);
  EXPECT_TRUE(std::ranges::equal(payload(echo), payload(voice(1))));
}

TEST(WebEcho, DropsMediaBeforeTheHandshakeIsDone) {
  World world;
  world.check();
  world.take_sent();
  world.receive(voice(1));
  world.receive(Datagram{0x80, 200, 0, 0});
  EXPECT_TRUE(world.take_sent().empty());
  EXPECT_EQ(world.close().packets_dropped(), 2U);
}

// Hostile input D1.
TEST(WebEcho, NoHelloFromAnAddressThatIceHasNotProvedReachesOpenssl) {
  World world;
  const auto deadline = world.patchbay.next_deadline();
  dtls::Outbox hello;
  Browser stranger(dtls::Role::client, world.certificate.fingerprint());
  stranger.endpoint.start(world.now, hello);
  const SocketAddress elsewhere = testing::at("127.0.0.66:4000");
  for (int n = 0; n < 1000; ++n) world.receive(hello.at(0), elsewhere);
  EXPECT_EQ(world.patchbay.strays().unknown_source, 1000U);
  EXPECT_TRUE(world.take_sent().empty());
  EXPECT_EQ(world.patchbay.next_deadline(), deadline) << "a handshake would have set another";
  world.secure();
  for (int n = 0; n < 1000; ++n) world.receive(hello.at(0), elsewhere);
  world.receive(world.browser.seal(voice(1)));
  EXPECT_EQ(world.take_sent().size(), 1U);
}

// Hostile input D2.
TEST(WebEcho, TellsOfAWrongFingerprintAndGivesNoKeys) {
  World world;
  world.update_keys(Browser(dtls::Role::client, ""));
  world.connect();
  EXPECT_NE(world.browser.endpoint.state(), dtls::Endpoint::State::secured);
  EXPECT_EQ(world.last_secured().port_secured().profile(), "");
  EXPECT_NE(world.last_secured().port_secured().failure(), "");
}

// Hostile input C2.
TEST(WebEcho, CountsAndOutlivesTenThousandBadPackets) {
  World world;
  world.secure();
  for (std::uint32_t n = 0; n < 10'000; ++n) world.receive(voice(n));
  EXPECT_TRUE(world.take_sent().empty());
  EXPECT_TRUE(world.events.empty());
  world.receive(world.browser.seal(voice(1)));
  EXPECT_EQ(world.take_sent().size(), 1U);
  EXPECT_EQ(world.close().packets_dropped(), 10'000U);
}

// Hostile input C3.
TEST(WebEcho, EchoesNothingTwice) {
  World world;
  world.secure();
  const Datagram packet = world.browser.seal(voice(1));
  world.receive(packet);
  world.receive(packet);
  EXPECT_EQ(world.take_sent().size(), 1U);
}

// Hostile input C4.
TEST(WebEcho, NoGoodbyeByRtcpEndsAnything) {
  World world;
  world.secure();
  const Datagram goodbye{0x80, 201, 0, 1, 0x0B, 0xAD, 0xCA, 0xFE,
                         0x81, 203, 0, 1, 0x0B, 0xAD, 0xCA, 0xFE};
  world.receive(goodbye);
  world.receive(world.browser.seal(goodbye));
  EXPECT_TRUE(world.events.empty());
  world.receive(world.browser.seal(voice(1)));
  EXPECT_EQ(world.take_sent().size(), 1U);
}

TEST(WebEcho, ReportsEveryFiveSecondsWhatItHeardAndSent) {
  World world;
  world.secure();
  for (std::uint32_t n = 1; n <= 9; ++n) {
    if (n != 5) world.receive(world.browser.seal(voice(n)));
    world.now += 20ms;
  }
  const std::uint32_t last =
      rtp::read_framing(world.browser.open(world.take_sent().back()))->header.timestamp;
  std::array<std::uint8_t, 200> buffer{};
  const rtp::SenderReport own{.ssrc = phone_ssrc, .ntp = 0x0001'0002'0003'0004, .packets = 9};
  const std::size_t size = rtp::write_report(own, std::nullopt, "phone", buffer);
  world.receive(world.browser.seal({buffer.begin(), buffer.begin() + size}));
  world.take_sent();
  for (int round = 0; round < 2; ++round) {
    world.pass(5s);
    const auto sent = world.take_sent();
    ASSERT_EQ(sent.size(), 1U);
    const auto report = rtp::read_compound(world.browser.open(sent[0]));
    ASSERT_TRUE(report && report->sender && report->block);
    EXPECT_EQ(report->sender->packets, 8U);
    EXPECT_EQ(report->sender->octets, 8 * 48U);
    EXPECT_GE(report->sender->timestamp, last);
    EXPECT_EQ(report->block->ssrc, phone_ssrc);
    EXPECT_EQ(report->block->cumulative_lost, 1);
    EXPECT_EQ(report->block->last_report, 0x0002'0003U);
  }
}

TEST(WebEcho, ShakesHandsAgainWhenTheFingerprintChanges) {
  World world;
  world.secure();
  Browser other(dtls::Role::client, world.certificate.fingerprint());
  const Datagram old = world.browser.seal(voice(1));
  world.update_keys(other);
  world.receive(old);
  EXPECT_TRUE(world.take_sent().empty());
  world.shake_hands(other);
  other.take_keys();
  world.receive(other.seal(voice(1)));
  EXPECT_TRUE(std::ranges::equal(payload(other.open(world.take_sent().at(0))), payload(voice(1))));
}

TEST(WebEcho, AnUpdateWithTheSameFingerprintChangesNothing) {
  World world;
  world.secure();
  world.update_keys(world.browser);
  world.receive(world.browser.seal(voice(1)));
  EXPECT_EQ(world.take_sent().size(), 1U);
}

TEST(WebEcho, SaysGoodbyeWhenItsPortCloses) {
  World world;
  world.secure();
  world.close();
  dtls::Outbox unused;
  for (const Datagram& bytes : world.take_sent()) {
    if (kind_of(bytes) == PacketKind::dtls) {
      world.browser.endpoint.on_datagram(bytes, world.now, unused);
    }
  }
  EXPECT_EQ(world.browser.endpoint.state(), dtls::Endpoint::State::closed);
}

TEST(WebEcho, AllocatesNothingPerPacket) {
  World world;
  world.secure();
  std::vector<Datagram> packets;
  for (std::uint32_t n = 1; n <= 1000; ++n) packets.push_back(world.browser.seal(voice(n)));
  const ice::Path path{World::address, *SocketAddress::from_text("127.0.0.1", 0)};
  const auto before = dering::testing::allocations();
  for (Datagram& packet : packets) {
    world.patchbay.on_datagram(packet, path, world.now, world.out);
    EXPECT_EQ(world.out.packets().size(), 1U);
    world.out.clear_packets();
  }
  EXPECT_EQ(dering::testing::allocations(), before);
}

}  // namespace
}  // namespace dering::engine
