// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/testing/conversation.h"
#include "rtp/rtcp.h"

namespace dering::engine {
namespace {

using namespace std::chrono_literals;
using media::v2::Event;
using testing::Conversation;
using testing::Datagram;
using testing::DeskPhone;
using testing::join;
using testing::pcmu;
using testing::WebPhone;

Datagram report_of(const rtp::SenderReport& sender,
                   const std::optional<rtp::ReportBlock>& block = std::nullopt) {
  Datagram buffer(200);
  buffer.resize(rtp::write_report(sender, block, "phone", buffer));
  return buffer;
}

struct Call {
  Conversation call;
  WebPhone siti{call, 11, "127.0.0.11:5000"};
  DeskPhone budi{call, 12, "127.0.0.12:4000"};

  Call() {
    siti.talks({pcmu()});
    budi.talks({pcmu()});
    call.events.clear();
  }
  /// What came to the desk phone's RTCP port.
  std::vector<rtp::Compound> reports_to_budi() {
    std::vector<rtp::Compound> found;
    for (const Datagram& bytes : call.take(testing::at("127.0.0.12:4001"))) {
      const auto compound = rtp::read_compound(bytes);
      EXPECT_TRUE(compound);
      if (compound) found.push_back(*compound);
    }
    return found;
  }
  media::v2::Quality quality_of(std::uint64_t port) const {
    media::v2::Quality last;
    for (const Event& event : call.events) {
      if (event.has_quality() && event.quality().port() == port) last = event.quality();
    }
    return last;
  }
};

TEST(Reports, GoToBothPhonesEveryFiveSeconds) {
  Call it;
  for (int i = 0; i < 40; ++i) {
    if (i != 7) it.budi.sends(it.budi.next(0));
    if (i == 7) it.budi.next(0);
    it.siti.sends(it.siti.next(0));
  }
  it.call.sent.clear();
  it.call.pass(5s);
  const auto to_budi = it.reports_to_budi();
  ASSERT_EQ(to_budi.size(), 1U);
  ASSERT_TRUE(to_budi[0].sender && to_budi[0].block);
  EXPECT_EQ(to_budi[0].sender->packets, 40U);
  EXPECT_EQ(to_budi[0].sender->octets, 40U * 160);
  EXPECT_EQ(to_budi[0].block->ssrc, it.budi.header.ssrc);
  EXPECT_EQ(to_budi[0].block->cumulative_lost, 1);
  const auto to_siti = it.call.take(it.siti.address());
  ASSERT_EQ(to_siti.size(), 1U);
  const auto opened = rtp::read_compound(it.siti.browser.open(to_siti[0]));
  ASSERT_TRUE(opened && opened->sender);
  EXPECT_EQ(opened->sender->packets, 39U);
  it.call.pass(5s);
  EXPECT_EQ(it.reports_to_budi().size(), 1U);
}

TEST(Reports, TellTheRoundTripAndWhatThePhoneLost) {
  Call it;
  it.siti.sends(it.siti.next(0));
  it.call.pass(5s);
  const auto ours = it.reports_to_budi().at(0).sender;
  ASSERT_TRUE(ours);
  const auto report = [&](std::uint32_t highest, std::int32_t lost) {
    const rtp::ReportBlock block{.ssrc = ours->ssrc,
                                 .cumulative_lost = lost,
                                 .highest_sequence = highest,
                                 .jitter = 80,
                                 .last_report = rtp::middle_of(ours->ntp),
                                 .since_last_report = 65'536 / 10};
    it.call.datagram(report_of({.ssrc = it.budi.header.ssrc, .packets = 1}, block),
                     testing::at("127.0.0.12:4001"),
                     static_cast<std::uint16_t>(it.budi.udp_port + 1));
  };
  it.call.pass(160ms);
  report(1000, 3);
  it.call.pass(5s);
  report(1250, 8);
  it.call.pass(5s);
  EXPECT_EQ(it.quality_of(12).to_phone().expected(), 250U);
  EXPECT_EQ(it.quality_of(12).to_phone().lost(), 5U);
  EXPECT_EQ(it.quality_of(12).to_phone().jitter(), 10'000U);
  EXPECT_EQ(it.quality_of(11).to_phone().expected(), 0U);
  EXPECT_FALSE(it.quality_of(11).has_to_phone());
}

// What passes undecoded keeps its gaps, and the one who hears it reports them.
TEST(Reports, WhatAnotherLineLostAndDelayedIsNotLaidToTheLineOfWhoHearsIt) {
  Call it;
  std::uint32_t highest = 0;
  std::int32_t lost = 0;
  std::uint32_t jitter = 0;
  const auto five_seconds = [&](int every) {
    for (int i = 1; i <= 250; ++i) {
      const auto packet = it.siti.next(0);
      if (i % every == 0) ++lost;
      // In pairs: one comes 20 ms late.
      if (i % 2 == 1) it.call.pass(40ms);
      if (i % every != 0) it.siti.sends(packet);
    }
    for (const auto& packet : it.budi.hears()) highest = packet.header.sequence;
    const rtp::ReportBlock block{.ssrc = 0xE0000000U + 12,
                                 .cumulative_lost = lost,
                                 .highest_sequence = highest,
                                 .jitter = jitter};
    it.call.datagram(report_of({.ssrc = it.budi.header.ssrc, .packets = 1}, block),
                     testing::at("127.0.0.12:4001"),
                     static_cast<std::uint16_t>(it.budi.udp_port + 1));
    it.call.pass(20ms);
  };
  five_seconds(10);
  five_seconds(10);
  jitter = 8 * 20;
  lost += 5;
  five_seconds(10);
  it.call.pass(5s);
  const auto way = it.quality_of(12).to_phone();
  EXPECT_NEAR(way.expected(), 225, 3);
  EXPECT_NEAR(way.lost(), 5, 2);
  EXPECT_LT(way.jitter(), 4'000U) << "the 20 ms were there before";
  std::uint32_t lost_by_siti = 0;
  for (const Event& event : it.call.events) {
    if (event.quality().port() == 11) lost_by_siti += event.quality().from_phone().lost();
  }
  EXPECT_NEAR(lost_by_siti, 75, 2);
}

TEST(Reports, WhatWasLateForAReportIsNotLost) {
  ReportedDirection line;
  const auto lost = [&](std::uint32_t highest, std::int32_t missing) {
    const rtp::Interval sent{.expected = 250, .received = 250, .jitter = {}};
    return line.take({{.cumulative_lost = missing, .highest_sequence = highest}, sent}, 8'000, {})
        .lost();
  };
  lost(1'000, 5);
  EXPECT_EQ(lost(1'250, 0), 0U);
  EXPECT_EQ(lost(1'500, 5), 0U);
  EXPECT_EQ(lost(1'750, 2), 0U);
  EXPECT_EQ(lost(2'000, 15), 10U);
  EXPECT_EQ(lost(2'250, 25), 10U);
  EXPECT_EQ(lost(100'000'000, 0), 0U) << "it counts anew";
  EXPECT_EQ(lost(100'000'250, 10), 10U);
}

TEST(Reports, RoundTripLeavesOutWhatThePhoneWaited) {
  Call it;
  it.siti.sends(it.siti.next(0));
  it.call.pass(5s);
  const auto ours = it.reports_to_budi().at(0).sender;
  it.call.pass(160ms);
  const rtp::ReportBlock block{.ssrc = ours->ssrc,
                               .last_report = rtp::middle_of(ours->ntp),
                               .since_last_report = 65'536 / 10};
  it.call.datagram(report_of({.ssrc = it.budi.header.ssrc, .packets = 1}, block),
                   testing::at("127.0.0.12:4001"),
                   static_cast<std::uint16_t>(it.budi.udp_port + 1));
  it.call.pass(5s);
  EXPECT_NEAR(it.quality_of(12).round_trip(), 60, 1);
}

// Hostile input C4.
TEST(Reports, NoGoodbyeEndsOrMutesAnything) {
  Call it;
  const auto goodbye = [](std::uint32_t ssrc) {
    Datagram bytes{0x80, 201, 0, 1, 0, 0, 0, 0, 0x81, 203, 0, 1, 0, 0, 0, 0};
    for (std::size_t i = 0; i < 4; ++i) {
      bytes[4 + i] = bytes[12 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
    }
    return bytes;
  };
  it.budi.sends(it.budi.next(0));
  EXPECT_EQ(it.siti.hears().size(), 1U);
  it.call.events.clear();
  for (const int offset : {0, 1}) {
    const auto udp_port = static_cast<std::uint16_t>(it.budi.udp_port + offset);
    for (const char* from : {"127.0.0.12:4000", "127.0.0.12:4001", "127.0.0.66:4001"}) {
      it.call.datagram(goodbye(it.budi.header.ssrc), testing::at(from), udp_port);
    }
  }
  it.call.datagram(goodbye(it.siti.header.ssrc), it.siti.address());
  it.call.datagram(it.siti.browser.seal(goodbye(it.siti.header.ssrc)), it.siti.address());
  EXPECT_TRUE(it.call.events.empty());
  it.budi.sends(it.budi.next(0));
  EXPECT_EQ(it.siti.hears().size(), 1U);
  it.siti.sends(it.siti.next(0));
  EXPECT_EQ(it.budi.hears().size(), 1U);
}

TEST(Silence, IsToldOfAPhoneThatIsExpectedToBeHeard) {
  Call it;
  it.call.command(join(12, true, true, true));
  it.budi.sends(it.budi.next(0));
  it.call.pass(4s);
  it.budi.sends(it.budi.next(0));
  it.call.events.clear();
  const auto silences = [&] { return it.call.count(&Event::has_port_silent); };
  it.call.pass(4900ms);
  EXPECT_EQ(silences(), 0U);
  it.call.pass(200ms);
  EXPECT_EQ(silences(), 1U);
  for (int i = 0; i < 60; ++i) it.call.pass(1s);
  EXPECT_EQ(silences(), 2U);
  it.call.events.clear();
  it.budi.sends(it.budi.next(0));
  EXPECT_EQ(it.call.count(&Event::has_port_connected), 1U);
}

// Complaint 4: a held phone is never taken for silent.
TEST(Silence, IsNotAskedOfAHeldPhone) {
  Call it;
  it.call.command(join(12, true, true, true));
  it.budi.sends(it.budi.next(0));
  it.call.command(join(12, false, false, false));
  it.call.events.clear();
  for (int i = 0; i < 100; ++i) it.call.pass(1s);
  EXPECT_EQ(it.call.count(&Event::has_port_silent), 0U);
  it.call.command(join(12, true, true, true));  // resumed: it has five seconds
  it.call.pass(4900ms);
  EXPECT_EQ(it.call.count(&Event::has_port_silent), 0U);
  it.call.pass(200ms);
  EXPECT_EQ(it.call.count(&Event::has_port_silent), 1U);
}

TEST(Silence, IsNoSignOfLifeThatAStrangerSends) {
  Call it;
  it.call.command(join(11, true, true, true));
  it.siti.sends(it.siti.next(0));
  it.call.events.clear();
  for (int i = 0; i < 6; ++i) {
    it.call.pass(1s);
    it.call.datagram(it.siti.next(0).bytes(), it.siti.address());  // not sealed
  }
  EXPECT_EQ(it.call.count(&Event::has_port_silent), 1U);
}

// RFC 6263: a router forgets where a phone that holds is, unless something goes there.
TEST(Reports, APhoneThatHoldsGetsAnEmptyDatagramEveryFifteenSeconds) {
  Call it;
  it.siti.sends(it.siti.next(0));
  ASSERT_EQ(it.budi.hears().size(), 1U);
  it.call.command(join(12, false, false));
  for (int seconds = 5; seconds <= 60; seconds += 5) {
    it.call.pass(5s);
    const auto came = it.call.take(it.budi.address());
    // The first five seconds had a packet.
    const bool is_due = seconds > 5 && (seconds - 5) % 15 == 0;
    ASSERT_EQ(came.size(), is_due ? 1U : 0U) << seconds;
    EXPECT_TRUE(!is_due || came[0].empty());
    EXPECT_FALSE(it.reports_to_budi().empty()) << "RTCP goes on";
  }
  // A browser is asked by its own checks.
  for (const Datagram& bytes : it.call.take(it.siti.address())) EXPECT_FALSE(bytes.empty());
}

TEST(Reports, NothingEmptyGoesToAPhoneThatHearsOrThatHasRtcpOnTheSamePort) {
  Call it;
  for (int seconds = 0; seconds < 60; seconds += 5) {
    it.siti.sends(it.siti.next(0));
    it.call.pass(5s);
  }
  for (const Datagram& bytes : it.call.take(it.budi.address())) EXPECT_FALSE(bytes.empty());
  Conversation other;
  DeskPhone muxed{other, 11, "127.0.0.13:4000"};
  muxed.open.mutable_open_port()->mutable_rtp()->set_rtcp_mux(true);
  muxed.talks({pcmu()});
  muxed.sends(muxed.next(0));
  for (int i = 0; i < 12; ++i) other.pass(5s);
  const auto came = other.take(muxed.address());
  EXPECT_EQ(came.size(), 12U);
  for (const Datagram& bytes : came) EXPECT_TRUE(rtp::is_rtcp(bytes));
}

}  // namespace
}  // namespace dering::engine
