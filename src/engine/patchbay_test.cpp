// SPDX-License-Identifier: Apache-2.0
#include "engine/patchbay.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/testing/allocations.h"
#include "engine/testing/checks.h"
#include "engine/testing/driven_patchbay.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Command;
using media::v2::Event;
using testing::Check;
using testing::Datagram;
using testing::dtls_packet;
using testing::rtp_packet;

const Instant start = Instant{} + 1h;

ice::Credentials credentials_of(std::uint64_t port) {
  return {"ufrag" + std::to_string(port), "passwordpasswordpassword" + std::to_string(port)};
}

ice::Path from(std::string_view ip, std::uint16_t port = 4000) {
  return {*SocketAddress::from_text(ip, port), *SocketAddress::from_text("127.0.0.1", 0)};
}

/// With the words for what the tests tell it.
class World : public testing::DrivenPatchbay {
 public:
  explicit World(Limits limits = {}) : DrivenPatchbay(limits, {}) {}

  void command(const Command& command, Instant now = start) {
    DrivenPatchbay::command(command, now);
  }
  void datagram(Datagram bytes, const ice::Path& path, Instant now = start) {
    DrivenPatchbay::datagram(std::move(bytes), path, now);
  }

  void open_bridge(std::uint64_t id) {
    Command open;
    open.set_id(++last_command);
    open.mutable_open_bridge()->set_bridge(id);
    command(open);
  }
  void open_port(std::uint64_t bridge, std::uint64_t port, bool awaits_keys = false) {
    Command open;
    open.set_id(++last_command);
    open.mutable_open_port()->set_bridge(bridge);
    open.mutable_open_port()->set_port(port);
    open.mutable_open_port()->set_awaits_keys(awaits_keys);
    open.mutable_open_port()->mutable_ice()->mutable_local()->set_ufrag(credentials_of(port).ufrag);
    open.mutable_open_port()->mutable_ice()->mutable_local()->set_pwd(credentials_of(port).pwd);
    command(open);
  }
  void restart(std::uint64_t port, const ice::Credentials& local) {
    Command update;
    update.set_id(++last_command);
    update.mutable_update_port()->set_port(port);
    update.mutable_update_port()->mutable_ice()->mutable_local()->set_ufrag(local.ufrag);
    update.mutable_update_port()->mutable_ice()->mutable_local()->set_pwd(local.pwd);
    command(update);
  }
  void close_port(std::uint64_t port) {
    Command close;
    close.mutable_close_port()->set_port(port);
    command(close);
  }
  void close_bridge(std::uint64_t bridge) {
    Command close;
    close.mutable_close_bridge()->set_bridge(bridge);
    command(close);
  }
  void check(std::uint64_t port, const ice::Path& path, bool nominates = true,
             Instant now = start) {
    datagram(write(Check{.local = credentials_of(port), .nominates = nominates}), path, now);
  }
  /// Bridge 1 with ports 11 and 12, both connected.
  void connect_pair() {
    open_bridge(1);
    open_port(1, 11);
    open_port(1, 12);
    check(11, from("127.0.0.11"));
    check(12, from("127.0.0.12"));
    forget();
  }
  void forget() {
    sent.clear();
    events.clear();
  }

  std::uint64_t last_command = 0;
};

TEST(Patchbay, RelaysDtlsAndRtpUnchangedBothWays) {
  World world;
  world.connect_pair();
  for (const Datagram& packet : {rtp_packet(1), dtls_packet(2)}) {
    world.datagram(packet, from("127.0.0.11"));
    world.datagram(packet, from("127.0.0.12"));
    ASSERT_EQ(world.sent.size(), 2U);
    EXPECT_EQ(world.sent[0].bytes, packet);
    EXPECT_EQ(world.sent[0].path, from("127.0.0.12"));
    EXPECT_EQ(world.sent[1].bytes, packet);
    EXPECT_EQ(world.sent[1].path, from("127.0.0.11"));
    world.forget();
  }
}

TEST(Patchbay, TellsWhenAPhoneIsConnected) {
  World world;
  world.open_bridge(1);
  world.open_port(1, 11);
  world.check(11, from("127.0.0.11", 4711));
  ASSERT_EQ(world.events.size(), 1U);
  EXPECT_EQ(world.events[0].port_connected().port(), 11U);
  EXPECT_EQ(world.events[0].port_connected().address(), "127.0.0.11:4711");
  ASSERT_EQ(world.sent.size(), 1U);
  const auto response = stun::parse(world.sent[0].bytes);
  EXPECT_EQ(response->message_class, stun::Class::success);
}

TEST(Patchbay, LearnsNothingFromAWrongPassword) {
  World world;
  world.open_bridge(1);
  world.open_port(1, 11);
  const Check wrong{.local = {credentials_of(11).ufrag, credentials_of(12).pwd}, .nominates = true};
  world.datagram(write(wrong), from("127.0.0.11"));
  EXPECT_TRUE(world.events.empty());
  EXPECT_EQ(world.patchbay.learnt_count(), 0U);
  EXPECT_EQ(world.patchbay.strays().unproven, 1U);
  EXPECT_EQ(stun::parse(world.sent.at(0).bytes)->error_code, 401);
}

TEST(Patchbay, SaysNothingToChecksForPortsItDoesNotHave) {
  World world;
  world.check(11, from("127.0.0.11"));
  EXPECT_TRUE(world.sent.empty());
  EXPECT_EQ(world.patchbay.strays().unknown_ufrag, 1U);
}

TEST(Patchbay, DropsMediaFromAddressesItHasNotLearnt) {
  World world;
  world.connect_pair();
  world.datagram(rtp_packet(1), from("127.0.0.3"));
  world.datagram(dtls_packet(1), from("127.0.0.3"));
  world.datagram(rtp_packet(1), from("127.0.0.11", 4001));
  EXPECT_TRUE(world.sent.empty());
  EXPECT_EQ(world.patchbay.strays().unknown_source, 3U);
}

TEST(Patchbay, DropsWhatIsNeitherStunNorDtlsNorRtp) {
  World world;
  world.connect_pair();
  for (int first = 0; first < 256; ++first) {
    world.datagram({static_cast<std::uint8_t>(first), 0, 0}, from("127.0.0.11"));
    const bool passes = (first >= 20 && first <= 63) || (first >= 128 && first <= 191);
    EXPECT_EQ(world.sent.size(), passes ? 1U : 0U) << first;
    world.forget();
  }
  world.datagram({}, from("127.0.0.11"));
  EXPECT_TRUE(world.sent.empty());
}

TEST(Patchbay, MovesThePathToAThirdAddressOnlyByNomination) {
  World world;
  world.connect_pair();
  world.check(11, from("127.0.0.3"), false);
  world.forget();
  world.datagram(rtp_packet(1), from("127.0.0.12"));
  EXPECT_EQ(world.sent.at(0).path, from("127.0.0.11"));
  world.check(11, from("127.0.0.3"), true);
  EXPECT_EQ(world.events.at(0).port_connected().address(), "127.0.0.3:4000");
  world.forget();
  world.datagram(rtp_packet(1), from("127.0.0.12"));
  EXPECT_EQ(world.sent.at(0).path, from("127.0.0.3"));
}

TEST(Patchbay, KeepsAnAddressWithThePhoneThatProvedItUntilConsentExpires) {
  World world;
  world.connect_pair();
  world.open_bridge(2);
  world.open_port(2, 21);
  world.forget();
  world.check(21, from("127.0.0.11"));  // port 21 has credentials, and forges the source
  EXPECT_TRUE(world.events.empty());
  world.datagram(rtp_packet(1), from("127.0.0.12"));
  EXPECT_EQ(world.sent.at(0).path, from("127.0.0.11"));
  world.forget();

  world.check(21, from("127.0.0.11"), true, start + 31s);
  EXPECT_EQ(world.events.at(0).port_connected().port(), 21U);
  world.forget();
  world.datagram(rtp_packet(1), from("127.0.0.12"), start + 31s);
  EXPECT_TRUE(world.sent.empty());
}

TEST(Patchbay, RelaysNothingWhileACallIsForked) {
  World world;
  world.connect_pair();
  world.open_port(1, 13);
  world.check(13, from("127.0.0.13"));
  world.forget();
  world.datagram(rtp_packet(1), from("127.0.0.11"));
  EXPECT_TRUE(world.sent.empty());
  world.close_port(12);
  world.forget();
  world.datagram(rtp_packet(2), from("127.0.0.11"));
  EXPECT_EQ(world.sent.at(0).path, from("127.0.0.13"));
}

TEST(Patchbay, RelaysNothingBetweenPortsThatAwaitKeys) {
  World world;
  world.open_bridge(1);
  world.open_port(1, 11);
  world.open_port(1, 12, true);
  world.check(11, from("127.0.0.11"));
  world.check(12, from("127.0.0.12"));
  world.forget();
  world.datagram(dtls_packet(1), from("127.0.0.11"));
  world.datagram(dtls_packet(2), from("127.0.0.12"));
  EXPECT_TRUE(world.sent.empty());
}

TEST(Patchbay, RestartsIceWithoutAGapInTheRelay) {
  World world;
  world.connect_pair();
  const ice::Credentials renewed{"renewed1", "renewedrenewedrenewedrenewed"};
  world.restart(11, renewed);
  world.check(11, from("127.0.0.11"));  // old credentials: good until the new ones are used
  world.forget();
  world.datagram(rtp_packet(1), from("127.0.0.12"));
  EXPECT_EQ(world.sent.at(0).path, from("127.0.0.11"));

  world.datagram(write(Check{.local = renewed, .nominates = true}), from("127.0.0.9"));
  world.forget();
  world.datagram(rtp_packet(2), from("127.0.0.12"));
  EXPECT_EQ(world.sent.at(0).path, from("127.0.0.9"));
  world.forget();
  world.check(11, from("127.0.0.66"));  // the stale password has come to its end
  EXPECT_TRUE(world.events.empty());
  EXPECT_TRUE(world.sent.empty());
}

TEST(Patchbay, TellsSilenceOnceAfterFiveAndOnceAfterThirtySeconds) {
  World world;
  world.connect_pair();
  for (Duration t = 1s; t <= 40s; t += 1s) {
    world.datagram(rtp_packet(1), from("127.0.0.12"), start + t);
    world.time(start + t);
  }
  ASSERT_EQ(world.events.size(), 2U);
  EXPECT_EQ(world.events[0].port_silent().port(), 11U);
  EXPECT_EQ(world.events[0].port_silent().seconds(), 5U);
  EXPECT_EQ(world.events[1].port_silent().seconds(), 30U);
  world.forget();
  world.datagram(rtp_packet(1), from("127.0.0.11"), start + 41s);
  ASSERT_EQ(world.events.size(), 1U);
  EXPECT_EQ(world.events[0].port_connected().port(), 11U);
}

TEST(Patchbay, KeepsOneTimerAPortHoweverManyPacketsCome) {
  World world;
  world.connect_pair();
  Instant now = start;
  for (int i = 0; i < 1000; ++i) {
    now += 1s;
    world.check(11, from("127.0.0.11"), true, now);
    world.check(12, from("127.0.0.12"), true, now);
    world.time(now);
  }
  EXPECT_TRUE(world.events.empty());
  EXPECT_GT(*world.patchbay.next_deadline(), now);
  EXPECT_LE(*world.patchbay.next_deadline(), now + 5s);
}

TEST(Patchbay, FreesEverythingOnCloseAndSaysWhatPassed) {
  World world;
  world.connect_pair();
  for (std::uint8_t i = 0; i < 3; ++i) world.datagram(rtp_packet(i), from("127.0.0.11"));
  world.forget();
  world.close_bridge(1);
  EXPECT_EQ(world.patchbay.bridge_count(), 0U);
  EXPECT_EQ(world.patchbay.port_count(), 0U);
  EXPECT_EQ(world.patchbay.learnt_count(), 0U);
  ASSERT_EQ(world.events.size(), 2U);
  EXPECT_EQ(world.events[0].port_closed().packets_received(), 3U);
  EXPECT_EQ(world.events[1].port_closed().packets_sent(), 3U);
  world.forget();
  world.datagram(rtp_packet(1), from("127.0.0.11"));
  world.check(11, from("127.0.0.11"));
  world.time(start + 60s);
  EXPECT_TRUE(world.sent.empty());
  EXPECT_TRUE(world.events.empty());
  world.connect_pair();  // ids and fragments are free again
  EXPECT_EQ(world.patchbay.port_count(), 2U);
}

TEST(Patchbay, CountsPacketsThatHadNowhereToGo) {
  World world;
  world.open_bridge(1);
  world.open_port(1, 11);
  world.check(11, from("127.0.0.11"));
  world.datagram(rtp_packet(1), from("127.0.0.11"));
  world.open_port(1, 12);  // no path yet
  world.datagram(rtp_packet(2), from("127.0.0.11"));
  world.forget();
  world.close_port(11);
  EXPECT_EQ(world.events.at(0).port_closed().packets_dropped(), 2U);
}

TEST(Patchbay, RefusesWhatItMustNotDoAndNamesTheCommand) {
  World world({.bridges = 2, .ports_per_bridge = 2});
  world.connect_pair();
  const auto refuses = [&](auto attempt) {
    world.forget();
    attempt();
    return world.events.size() == 1 && world.events[0].refused().command_id() == world.last_command;
  };
  EXPECT_TRUE(refuses([&] { world.open_bridge(1); }));
  EXPECT_TRUE(refuses([&] { world.open_bridge(0); }));
  EXPECT_TRUE(refuses([&] { world.open_port(9, 91); }));
  EXPECT_TRUE(refuses([&] { world.open_port(1, 13); }));
  EXPECT_FALSE(refuses([&] { world.open_bridge(2); }));
  EXPECT_TRUE(refuses([&] { world.open_bridge(3); }));
  EXPECT_TRUE(refuses([&] { world.open_port(2, 11); }));
  EXPECT_TRUE(refuses([&] { world.restart(11, credentials_of(12)); }));
  EXPECT_TRUE(refuses([&] { world.restart(11, {"abc", credentials_of(11).pwd}); }));
  EXPECT_TRUE(refuses([&] { world.restart(11, {"abcd", "short"}); }));
  EXPECT_TRUE(refuses([&] { world.restart(11, {"ab:cd", credentials_of(11).pwd}); }));
  EXPECT_EQ(world.patchbay.port_count(), 2U);
}

TEST(Patchbay, IgnoresIdsThatAreGone) {
  World world;
  world.close_port(77);
  world.close_bridge(77);
  world.restart(77, credentials_of(1));
  EXPECT_TRUE(world.events.empty());
}

TEST(Patchbay, SurvivesAThousandRestarts) {
  World world;
  world.connect_pair();
  for (std::uint64_t i = 100; i < 1100; ++i) {
    world.restart(11, credentials_of(i));
    if (i % 3 == 0) world.check(i, from("127.0.0.11"));
  }
  world.forget();
  world.close_bridge(1);
  world.check(1099, from("127.0.0.11"));
  EXPECT_TRUE(world.sent.empty());
  EXPECT_EQ(world.patchbay.learnt_count(), 0U);
}

TEST(Patchbay, TakesNoMemoryToCarryPackets) {
  World world;
  world.connect_pair();
  Datagram rtp = rtp_packet(1);
  Datagram consent = write(Check{.local = credentials_of(11)});
  Datagram stranger = write(Check{.local = credentials_of(99)});
  const ice::Path path = from("127.0.0.11");
  const ice::Path unknown = from("127.0.0.3");
  const auto round = [&](Instant now) {
    world.patchbay.on_datagram(rtp, path, now, world.out);
    world.patchbay.on_datagram(consent, path, now, world.out);
    world.patchbay.on_datagram(stranger, unknown, now, world.out);
    world.patchbay.on_datagram(rtp, unknown, now, world.out);
    world.out.clear_packets();
    for (std::uint8_t i = 0; i < 12; ++i) {
      world.patchbay.on_datagram(rtp, from("127.0.0.12"), now, world.out);
    }
    world.out.clear_packets();
    world.patchbay.on_time(now, world.out);
  };
  round(start);
  const std::uint64_t before = dering::testing::allocations();
  for (int i = 1; i <= 1000; ++i) round(start + i * 1s);
  EXPECT_EQ(dering::testing::allocations(), before);
}

TEST(Outbox, DropsAndCountsWhatIsTooMuch) {
  Outbox out;
  const Datagram packet = rtp_packet(1);
  for (std::size_t i = 0; i < Outbox::most_packets + 5; ++i) {
    out.forward(packet, from("127.0.0.1"));
  }
  EXPECT_EQ(out.packets().size(), Outbox::most_packets);
  EXPECT_EQ(out.dropped(), 5U);
}

}  // namespace
}  // namespace dering::engine
