// SPDX-License-Identifier: Apache-2.0
#include "monitor/trace_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dering::monitor {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

const sip::Flow flow{sip::Transport::wss, SocketAddress::from_ipv4(0xc0000207, 50'000), 7,
                     SocketAddress::from_ipv4(0xc0000201, 8'443)};

std::vector<std::string> texts_of(const TracePart& part) {
  std::vector<std::string> texts;
  for (const TraceEntry& entry : part.entries) texts.emplace_back(part.text_of(entry));
  return texts;
}

TEST(TraceRing, GivesWhatWentByInItsOrder) {
  TraceRing ring(4096);
  ring.keep(Direction::in, flow, "INVITE", Instant{} + std::chrono::seconds(1));
  ring.keep(Direction::out, flow, "100", Instant{} + std::chrono::seconds(2));
  const TracePart part = ring.part(0);
  EXPECT_THAT(texts_of(part), ElementsAre("INVITE", "100"));
  EXPECT_EQ(part.entries[0].theirs, flow.remote);
  EXPECT_EQ(part.entries[0].ours, flow.local);
  EXPECT_EQ(part.entries[0].transport, sip::Transport::wss);
  EXPECT_EQ(part.entries[1].direction, Direction::out);
  EXPECT_EQ(part.entries[1].at, Instant{} + std::chrono::seconds(2));
  EXPECT_TRUE(part.is_last);
  EXPECT_THAT(ring.part(part.next).entries, SizeIs(0));
  ring.keep(Direction::out, flow, "180", Instant{});
  EXPECT_THAT(texts_of(ring.part(part.next)), ElementsAre("180"));
}

/// Whatever its sizes are, what comes out is the end of what went in.
TEST(TraceRing, KeepsTheYoungestWithinItsBytesAndItsCount) {
  constexpr std::size_t bytes = 2048;
  TraceRing ring(bytes);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < 500; ++i) {
    all.push_back(std::string(1 + i * 37 % 700, static_cast<char>('a' + i % 26)));
    ring.keep(Direction::in, flow, all.back(), Instant{});
    const TracePart part = ring.part(0);
    const auto kept = texts_of(part);
    ASSERT_FALSE(kept.empty());
    ASSERT_LE(kept.size(), bytes / TraceRing::bytes_for_each);
    ASSERT_LE(part.texts.size(), bytes);
    ASSERT_EQ(part.next, all.size());
    ASSERT_EQ(part.missed + kept.size(), all.size());
    ASSERT_TRUE(std::equal(kept.rbegin(), kept.rend(), all.rbegin()));
  }
}

TEST(TraceRing, AsksForNoMoreThanIsBoundedAtOnce) {
  TraceRing ring(4U << 20U);
  for (int i = 0; i < 2000; ++i) ring.keep(Direction::in, flow, std::string(700, 'x'), Instant{});
  std::size_t seen = 0;
  TracePart part;
  do {
    part = ring.part(part.next);
    EXPECT_LE(part.texts.size(), TraceRing::most_bytes_of_a_part);
    EXPECT_LE(part.entries.size(), TraceRing::most_messages_of_a_part);
    seen += part.entries.size();
  } while (!part.is_last);
  EXPECT_EQ(seen, 2000U);
}

TEST(TraceRing, TakesNoNumberForMoreThanANumber) {
  TraceRing ring(1024);
  ring.keep(Direction::in, flow, "OPTIONS", Instant{});
  EXPECT_THAT(ring.part(1'000'000).entries, SizeIs(0));
  EXPECT_EQ(ring.part(1'000'000).next, 1U);
  ring.keep(Direction::in, flow, std::string(1025, 'x'), Instant{});
  EXPECT_THAT(texts_of(ring.part(0)), ElementsAre("OPTIONS"));
  TraceRing off(0);
  off.keep(Direction::in, flow, "OPTIONS", Instant{});
  EXPECT_THAT(off.part(0).entries, SizeIs(0));
}

}  // namespace
}  // namespace dering::monitor
