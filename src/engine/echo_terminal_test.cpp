// SPDX-License-Identifier: Apache-2.0
#include "engine/echo_terminal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/testing/allocations.h"
#include "engine/patchbay.h"
#include "engine/testing/browser.h"
#include "engine/testing/checks.h"
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
using testing::make_certificate;

constexpr std::uint32_t phone_ssrc = 0x0BADCAFE;
const ice::Credentials credentials{"ufrag11", "passwordpasswordpassword11"};
const Instant start = Instant{} + 1h;

ice::Path from(std::string_view ip) {
  return {*SocketAddress::from_text(ip, 4000), *SocketAddress::from_text("127.0.0.1", 0)};
}

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

/// An engine with one echo port, and a browser that it is for.
class World {
 public:
  explicit World(dtls::Role browser_role = dtls::Role::client)
      : browser(browser_role, certificate.fingerprint()) {
    Command bridge;
    bridge.mutable_open_bridge()->set_bridge(1);
    bridge.mutable_open_bridge()->set_kind(media::v2::OpenBridge::KIND_ECHO);
    command(bridge);
    Command open;
    auto& port = *open.mutable_open_port();
    port.set_bridge(1);
    port.set_port(11);
    port.mutable_local()->set_ufrag(credentials.ufrag);
    port.mutable_local()->set_pwd(credentials.pwd);
    *port.mutable_dtls() = dtls_of(browser, browser_role);
    command(open);
  }

  static media::v2::Dtls dtls_of(const Browser& browser, dtls::Role browser_role) {
    media::v2::Dtls dtls;
    dtls.set_fingerprint(browser.fingerprint());
    dtls.set_role(browser_role == dtls::Role::client ? media::v2::Dtls::ROLE_SERVER
                                                     : media::v2::Dtls::ROLE_CLIENT);
    return dtls;
  }

  void command(const Command& command) {
    patchbay.on_command(command, now, out);
    collect();
  }
  void datagram(Datagram bytes, const ice::Path& path = from("127.0.0.11")) {
    patchbay.on_datagram(bytes, path, now, out);
    collect();
  }
  void pass_time(Duration time) {
    now += time;
    patchbay.on_time(now, out);
    collect();
  }
  void check() { datagram(write(Check{.local = credentials, .nominates = true})); }

  /// ICE, then DTLS until both ends are quiet.
  void connect() {
    check();
    shake_hands();
  }
  void shake_hands() {
    dtls::Outbox to_engine;
    browser.endpoint.start(now, to_engine);
    for (int round = 0; round < 10; ++round) {
      for (Datagram& bytes : std::exchange(to_engine, {})) datagram(std::move(bytes));
      for (const Datagram& bytes : std::exchange(sent, {})) {
        if (kind_of(bytes) == PacketKind::dtls) browser.endpoint.on_datagram(bytes, now, to_engine);
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
    Command close;
    close.mutable_close_bridge()->set_bridge(1);
    command(close);
    return events.back().port_closed();
  }

  dtls::Certificate certificate = make_certificate();
  Patchbay patchbay{{}, Equipment{.make_terminal = make_terminal_factory(certificate)}};
  Browser browser;
  Outbox out;
  Instant now = start;
  std::vector<Datagram> sent;
  std::vector<Event> events;

 private:
  void collect() {
    for (const OutgoingPacket& packet : out.packets()) {
      EXPECT_EQ(packet.path.remote, from("127.0.0.11").remote);
      sent.emplace_back(packet.bytes.begin(), packet.bytes.end());
    }
    out.clear_packets();
    events.insert(events.end(), out.events.begin(), out.events.end());
    out.events.clear();
  }
};

TEST(EchoTerminal, GivesTheBrowserItsOwnPayloadBackByteByByte) {
  World world;
  world.connect();
  ASSERT_EQ(world.browser.endpoint.state(), dtls::Endpoint::State::secured);
  world.browser.take_keys();
  EXPECT_EQ(world.last_secured().port_secured().port(), 11U);
  EXPECT_EQ(world.last_secured().port_secured().profile(), world.browser.profile);
  std::optional<rtp::Header> last;
  for (std::uint32_t n = 1; n <= 200; ++n) {
    if (n % 10 == 0) continue;  // what is lost on the way there is not lost on the way back
    world.datagram(world.browser.seal(voice(n)));
    ASSERT_EQ(world.sent.size(), 1U) << n;
    const Datagram echo = world.browser.open(world.sent[0]);
    ASSERT_EQ(echo.size(), voice(n).size());
    EXPECT_TRUE(std::ranges::equal(payload(echo), payload(voice(n))));
    const rtp::Header header = rtp::read_framing(echo)->header;
    EXPECT_EQ(header.timestamp, n * 960);
    EXPECT_EQ(header.payload_type, 111);
    EXPECT_EQ(header.marker, n == 1);
    EXPECT_NE(header.ssrc, phone_ssrc);
    if (last) {
      EXPECT_EQ(header.ssrc, last->ssrc);
      EXPECT_EQ(header.sequence, static_cast<std::uint16_t>(last->sequence + 1));
    }
    last = header;
    world.sent.clear();
  }
}

TEST(EchoTerminal, ShakesHandsAsClientToo) {
  World world(dtls::Role::server);
  world.connect();
  world.browser.take_keys();
  world.datagram(world.browser.seal(voice(1)));
  EXPECT_TRUE(std::ranges::equal(payload(world.browser.open(world.sent.at(0))), payload(voice(1))));
}

TEST(EchoTerminal, LeavesHeaderExtensionSourcesAndPaddingOut) {
  World world;
  world.secure();
  Datagram packet = voice(1);
  packet[0] |= 0x31;  // padding, extension, one source
  packet.insert(packet.begin() + 12, {0, 0, 0, 9, 0xBE, 0xDE, 0, 1, 0x10, 0x80, 0, 0});
  packet.insert(packet.end(), {0, 0, 3});
  world.datagram(world.browser.seal(packet));
  const Datagram echo = world.browser.open(world.sent.at(0));
  EXPECT_EQ(echo[0], 0x80);
  EXPECT_TRUE(std::ranges::equal(payload(echo), payload(voice(1))));
}

TEST(EchoTerminal, DropsMediaBeforeTheHandshakeIsDone) {
  World world;
  world.check();
  world.sent.clear();
  world.datagram(voice(1));
  world.datagram(Datagram{0x80, 200, 0, 0});
  EXPECT_TRUE(world.sent.empty());
  EXPECT_EQ(world.close().packets_dropped(), 2U);
}

// Hostile input D1.
TEST(EchoTerminal, NoHelloFromAnAddressThatIceHasNotProvedReachesOpenssl) {
  World world;
  dtls::Outbox hello;
  Browser stranger(dtls::Role::client, world.certificate.fingerprint());
  stranger.endpoint.start(start, hello);
  for (int n = 0; n < 1000; ++n) world.datagram(hello.at(0), from("127.0.0.66"));
  EXPECT_EQ(world.patchbay.strays().unknown_source, 1000U);
  EXPECT_TRUE(world.sent.empty());
  EXPECT_FALSE(world.patchbay.next_deadline());  // a handshake would have set one
  world.secure();
  for (int n = 0; n < 1000; ++n) world.datagram(hello.at(0), from("127.0.0.66"));
  world.datagram(world.browser.seal(voice(1)));
  EXPECT_EQ(world.sent.size(), 1U);
}

// Hostile input D2.
TEST(EchoTerminal, TellsOfAWrongFingerprintAndGivesNoKeys) {
  World world;
  Command update;
  update.mutable_update_port()->set_port(11);
  *update.mutable_update_port()->mutable_dtls() =
      World::dtls_of(Browser(dtls::Role::client, ""), dtls::Role::client);
  world.command(update);
  world.connect();
  EXPECT_NE(world.browser.endpoint.state(), dtls::Endpoint::State::secured);
  EXPECT_EQ(world.last_secured().port_secured().profile(), "");
  EXPECT_NE(world.last_secured().port_secured().failure(), "");
}

// Hostile input C2.
TEST(EchoTerminal, CountsAndOutlivesTenThousandBadPackets) {
  World world;
  world.secure();
  for (std::uint32_t n = 0; n < 10'000; ++n) world.datagram(voice(n));
  EXPECT_TRUE(world.sent.empty());
  EXPECT_TRUE(world.events.empty());
  world.datagram(world.browser.seal(voice(1)));
  EXPECT_EQ(world.sent.size(), 1U);
  EXPECT_EQ(world.close().packets_dropped(), 10'000U);
}

// Hostile input C3.
TEST(EchoTerminal, EchoesNothingTwice) {
  World world;
  world.secure();
  const Datagram packet = world.browser.seal(voice(1));
  world.datagram(packet);
  world.datagram(packet);
  EXPECT_EQ(world.sent.size(), 1U);
}

// Hostile input C4.
TEST(EchoTerminal, NoGoodbyeByRtcpEndsAnything) {
  World world;
  world.secure();
  const Datagram goodbye{0x80, 201, 0, 1, 0x0B, 0xAD, 0xCA, 0xFE,
                         0x81, 203, 0, 1, 0x0B, 0xAD, 0xCA, 0xFE};
  world.datagram(goodbye);
  world.datagram(world.browser.seal(goodbye));
  EXPECT_TRUE(world.events.empty());
  world.datagram(world.browser.seal(voice(1)));
  EXPECT_EQ(world.sent.size(), 1U);
}

TEST(EchoTerminal, ReportsEveryFiveSecondsWhatItHeardAndSent) {
  World world;
  world.secure();
  for (std::uint32_t n = 1; n <= 9; ++n) {
    if (n != 5) world.datagram(world.browser.seal(voice(n)));
    world.now += 20ms;
  }
  std::array<std::uint8_t, 200> buffer{};
  const rtp::SenderReport own{.ssrc = phone_ssrc, .ntp = 0x0001'0002'0003'0004, .packets = 9};
  const std::size_t size = rtp::write_report(own, std::nullopt, "phone", buffer);
  world.datagram(world.browser.seal({buffer.begin(), buffer.begin() + size}));
  world.sent.clear();
  EXPECT_LE(*world.patchbay.next_deadline(), start + EchoTerminal::report_interval);

  for (int round = 0; round < 2; ++round) {
    world.pass_time(5s);
    ASSERT_EQ(world.sent.size(), 1U);
    const auto report = rtp::read_compound(world.browser.open(world.sent[0]));
    ASSERT_TRUE(report && report->sender && report->block);
    EXPECT_EQ(report->sender->packets, 8U);
    EXPECT_EQ(report->sender->octets, 8 * 48U);
    EXPECT_EQ(report->sender->timestamp, 9 * 960U);
    EXPECT_EQ(report->block->ssrc, phone_ssrc);
    EXPECT_EQ(report->block->cumulative_lost, 1);
    EXPECT_EQ(report->block->last_report, 0x0002'0003U);
    world.sent.clear();
  }
}

TEST(EchoTerminal, ShakesHandsAgainWhenTheFingerprintChanges) {
  World world;
  world.secure();
  Browser other(dtls::Role::client, world.certificate.fingerprint());
  Command update;
  update.mutable_update_port()->set_port(11);
  *update.mutable_update_port()->mutable_dtls() = World::dtls_of(other, dtls::Role::client);
  const Datagram old = world.browser.seal(voice(1));
  world.command(update);
  world.datagram(old);
  EXPECT_TRUE(world.sent.empty());
  dtls::Outbox to_engine;
  other.endpoint.start(world.now, to_engine);
  for (int round = 0; round < 5; ++round) {
    for (const Datagram& bytes : std::exchange(to_engine, {})) world.datagram(bytes);
    for (const Datagram& bytes : std::exchange(world.sent, {})) {
      other.endpoint.on_datagram(bytes, world.now, to_engine);
    }
  }
  other.take_keys();
  world.datagram(other.seal(voice(1)));
  EXPECT_TRUE(std::ranges::equal(payload(other.open(world.sent.at(0))), payload(voice(1))));
}

TEST(EchoTerminal, AnUpdateWithTheSameFingerprintChangesNothing) {
  World world;
  world.secure();
  Command update;
  update.mutable_update_port()->set_port(11);
  *update.mutable_update_port()->mutable_dtls() = World::dtls_of(world.browser, dtls::Role::client);
  world.command(update);
  world.datagram(world.browser.seal(voice(1)));
  EXPECT_EQ(world.sent.size(), 1U);
}

TEST(EchoTerminal, SaysGoodbyeWhenItsPortCloses) {
  World world;
  world.secure();
  world.close();
  ASSERT_EQ(world.sent.size(), 1U);
  dtls::Outbox unused;
  world.browser.endpoint.on_datagram(world.sent[0], world.now, unused);
  EXPECT_EQ(world.browser.endpoint.state(), dtls::Endpoint::State::closed);
}

TEST(EchoTerminal, AllocatesNothingPerPacket) {
  World world;
  world.secure();
  std::vector<Datagram> packets;
  for (std::uint32_t n = 1; n <= 1000; ++n) packets.push_back(world.browser.seal(voice(n)));
  const auto before = dering::testing::allocations();
  for (Datagram& packet : packets) {
    world.patchbay.on_datagram(packet, from("127.0.0.11"), world.now, world.out);
    EXPECT_EQ(world.out.packets().size(), 1U);
    world.out.clear_packets();
  }
  EXPECT_EQ(dering::testing::allocations(), before);
}

}  // namespace
}  // namespace dering::engine
