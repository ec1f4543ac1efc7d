// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "base/random.h"
#include "srtp/protector.h"
#include "srtp/replay_window.h"
#include "srtp/rollover.h"
#include "srtp/testing/keys.h"
#include "srtp/unprotector.h"

namespace dering::srtp {
namespace {

using namespace testing;

/// Both ends of one direction.
struct Pair {
  explicit Pair(Suite suite)
      : keys(suite), protector(suite, keys.master()), unprotector(suite, keys.master()) {}

  Packet protect(Packet packet) {
    const std::size_t size = packet.size();
    packet.resize(size + most_overhead);
    const auto protected_size = rtp::is_rtcp(packet) ? protector.protect_rtcp(packet, size)
                                                     : protector.protect_rtp(packet, size);
    packet.resize(protected_size.value_or(0));
    return packet;
  }
  /// Nothing on success, with the plain packet left in place.
  std::optional<Fault> unprotect(Packet& packet) {
    const auto plain = rtp::is_rtcp(packet) ? unprotector.unprotect_rtcp(packet)
                                            : unprotector.unprotect_rtp(packet);
    if (!plain) return plain.error();
    packet.resize(plain->size());
    return std::nullopt;
  }
  std::optional<Fault> unprotect_copy(Packet packet) { return unprotect(packet); }

  Keys keys;
  Protector protector;
  Unprotector unprotector;
};

class Srtp : public ::testing::TestWithParam<Suite> {};
INSTANTIATE_TEST_SUITE_P(Suites, Srtp, ::testing::ValuesIn(suites));

TEST_P(Srtp, GivesBackWhatWasProtected) {
  Pair pair(GetParam());
  for (std::uint32_t n = 0; n < 100; ++n) {
    Packet packet = pair.protect(rtp_packet(n));
    EXPECT_EQ(packet.size(), 172 + sizes_of(GetParam()).tag);
    EXPECT_FALSE(std::equal(packet.begin() + 12, packet.begin() + 28, rtp_packet(n).begin() + 12));
    ASSERT_EQ(pair.unprotect(packet), std::nullopt);
    EXPECT_EQ(packet, rtp_packet(n));

    Packet report = pair.protect(rtcp_packet());
    ASSERT_EQ(pair.unprotect(report), std::nullopt);
    EXPECT_EQ(report, rtcp_packet());
  }
}

TEST_P(Srtp, TakesAPacketWithoutPayload) {
  Pair pair(GetParam());
  Packet plain = rtp_packet(1);
  plain.resize(12);
  Packet packet = pair.protect(plain);
  EXPECT_EQ(pair.unprotect(packet), std::nullopt);
  EXPECT_EQ(packet, plain);
}

TEST_P(Srtp, RefusesAPacketWithAnyBitChanged) {
  Pair pair(GetParam());
  for (const Packet& original : {pair.protect(rtp_packet(1)), pair.protect(rtcp_packet())}) {
    const bool is_rtcp = rtp::is_rtcp(original);
    for (std::size_t bit = 0; bit < original.size() * 8; ++bit) {
      Packet packet = original;
      packet[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const auto plain = is_rtcp ? pair.unprotector.unprotect_rtcp(packet)
                                 : pair.unprotector.unprotect_rtp(packet);
      EXPECT_FALSE(plain) << bit;
    }
    EXPECT_EQ(pair.unprotect_copy(original), std::nullopt);
  }
}

TEST_P(Srtp, RefusesAPacketCutAnywhere) {
  Pair pair(GetParam());
  for (const Packet& original : {pair.protect(rtp_packet(1)), pair.protect(rtcp_packet())}) {
    for (std::size_t size = 0; size < original.size(); ++size) {
      Packet packet(original.begin(), original.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_NE(pair.unprotect(packet), std::nullopt) << size;
    }
    EXPECT_EQ(pair.unprotect_copy(original), std::nullopt);
  }
}

TEST_P(Srtp, FindsHowOftenASourceHasWrappedThatItMeetsInTheMiddle) {
  Pair pair(GetParam());
  std::uint32_t n = 0;
  for (; n < 3 * 65'536 + 100; n += 30'000) pair.protect(rtp_packet(n));
  for (std::uint32_t i = 0; i < 10; ++i) {
    Packet packet = pair.protect(rtp_packet(n + i));
    ASSERT_EQ(pair.unprotect(packet), std::nullopt) << i;
    EXPECT_EQ(packet, rtp_packet(n + i));
  }
}

TEST_P(Srtp, SearchesForAFewPacketsAloneSoThatForgedOnesCostNoMoreThanOthers) {
  Pair pair(GetParam());
  Packet forged = pair.protect(rtp_packet(0));
  forged.back() ^= 1;
  for (unsigned i = 0; i < Unprotector::most_searches; ++i) {
    EXPECT_EQ(pair.unprotect_copy(forged), Fault::unauthenticated);
  }
  std::uint32_t n = 0;
  for (; n < 65'536 + 100; n += 30'000) pair.protect(rtp_packet(n));
  EXPECT_EQ(pair.unprotect_copy(pair.protect(rtp_packet(n))), Fault::unauthenticated);
  Pair other(GetParam());
  EXPECT_EQ(pair.unprotect_copy(other.protect(rtp_packet(1))), std::nullopt) << "the first ones";
}

// Hostile input C3.
TEST_P(Srtp, RefusesWhatCameBefore) {
  Pair pair(GetParam());
  std::vector<Packet> captured;
  for (std::uint32_t n = 0; n < 300; ++n) {
    captured.push_back(pair.protect(rtp_packet(n)));
    captured.push_back(pair.protect(rtcp_packet()));
  }
  for (const Packet& packet : captured) EXPECT_EQ(pair.unprotect_copy(packet), std::nullopt);
  for (const Packet& packet : captured) EXPECT_EQ(pair.unprotect_copy(packet), Fault::replayed);
}

TEST_P(Srtp, TakesPacketsInAnyOrderWithinTheWindow) {
  Pair pair(GetParam());
  std::vector<Packet> sent;
  for (std::uint32_t n = 65'472; n < 65'600; ++n) sent.push_back(pair.protect(rtp_packet(n)));
  std::ranges::reverse(sent);
  // The first to come tells the rollover count, so it must be from before the wrap.
  std::swap(sent.front(), sent.back());
  Packet latest = sent[1];
  EXPECT_EQ(pair.unprotect(sent[0]), std::nullopt);
  for (std::size_t i = 1; i < sent.size(); ++i) EXPECT_EQ(pair.unprotect(sent[i]), std::nullopt);
  EXPECT_EQ(pair.unprotect(latest), Fault::replayed);
}

TEST_P(Srtp, FollowsTheSequenceNumberThroughManyWraps) {
  Pair pair(GetParam());
  for (std::uint32_t n = 60'000; n < 400'000; n += 997) {
    Packet packet = pair.protect(rtp_packet(n));
    ASSERT_EQ(pair.unprotect(packet), std::nullopt) << n;
    ASSERT_EQ(packet, rtp_packet(n));
  }
}

// Hostile input C2.
TEST_P(Srtp, IsNotThrownOffByTenThousandForgedPackets) {
  Pair pair(GetParam());
  SeededRandom random(1);
  std::size_t refused = 0;
  for (std::uint32_t n = 0; n < 10'000; ++n) {
    Packet forged = rtp_packet(static_cast<std::uint32_t>(random.number()), n % 20);
    if (n % 2 == 0) forged = rtcp_packet();
    forged.resize(forged.size() + 14 + random.below(30));
    forged[forged.size() - 17] |= 0x80;
    random.fill(MutableBytes(forged).subspan(8));
    if (pair.unprotect(forged)) ++refused;
  }
  EXPECT_EQ(refused, 10'000U);
  for (std::uint32_t source = 100; source < 100 + SourceTable<int>::capacity; ++source) {
    EXPECT_EQ(pair.unprotect_copy(pair.protect(rtp_packet(1, source))), std::nullopt);
  }
}

TEST_P(Srtp, TakesOnlySoManySources) {
  const Keys keys(GetParam());
  Pair pair(GetParam());
  for (std::uint32_t source = 0; source < 20; ++source) {
    Protector other(GetParam(), keys.master());
    Packet packet = rtp_packet(1, source);
    packet.resize(200);
    packet.resize(other.protect_rtp(packet, 172).value());
    const bool fits = source < SourceTable<int>::capacity;
    EXPECT_EQ(pair.unprotect(packet), fits ? std::nullopt : std::optional(Fault::too_many));
    Packet own = rtp_packet(1, source);
    own.resize(200);
    EXPECT_EQ(pair.protector.protect_rtp(own, 172).has_value(), fits);
  }
}

TEST_P(Srtp, NeverUsesAnIndexTwice) {
  Pair pair(GetParam());
  Packet packet = rtp_packet(5);
  packet.resize(200);
  EXPECT_TRUE(pair.protector.protect_rtp(packet, 172));
  packet = rtp_packet(5);
  packet.resize(200);
  EXPECT_EQ(pair.protector.protect_rtp(packet, 172).error(), Fault::replayed);
}

// What was overtaken on its way to us goes on to the other side, where its place may still be open.
TEST_P(Srtp, ProtectsWhatComesLateOnceAndNothingThatIsTooOldToTell) {
  Pair pair(GetParam());
  const auto protect = [&](std::uint16_t sequence) {
    Packet packet = rtp_packet(sequence);
    packet.resize(200);
    const auto size = pair.protector.protect_rtp(packet, 172);
    if (!size) return size.error() == Fault::replayed ? 'r' : 'x';
    packet.resize(*size);
    return pair.unprotector.unprotect_rtp(packet) ? 'o' : 'u';
  };
  EXPECT_EQ(protect(1'000), 'o');
  EXPECT_EQ(protect(1'002), 'o');
  EXPECT_EQ(protect(1'001), 'o');
  EXPECT_EQ(protect(1'001), 'r');
  EXPECT_EQ(protect(1'200), 'o');
  EXPECT_EQ(protect(1'001), 'r');
  EXPECT_EQ(protect(1'200 - ReplayWindow::size), 'r');
  EXPECT_EQ(protect(1'201 - ReplayWindow::size), 'o');
  EXPECT_EQ(protect(1'201 - ReplayWindow::size), 'r');
}

TEST_P(Srtp, DoesNotWriteBeyondTheBuffer) {
  Pair pair(GetParam());
  Packet packet = rtp_packet(1);
  packet.resize(172 + sizes_of(GetParam()).tag - 1);
  EXPECT_EQ(pair.protector.protect_rtp(packet, 172).error(), Fault::no_room);
  Packet report = rtcp_packet();
  const std::size_t size = report.size();
  report.resize(size + sizes_of(GetParam()).tag + 3);
  EXPECT_EQ(pair.protector.protect_rtcp(report, size).error(), Fault::no_room);
  EXPECT_EQ(pair.protector.protect_rtp(packet, 999).error(), Fault::no_room);
}

TEST_P(Srtp, RefusesPacketsOfAnotherKey) {
  Pair pair(GetParam());
  const Keys other(GetParam(), 2);
  Unprotector stranger(GetParam(), other.master());
  Packet packet = pair.protect(rtp_packet(1));
  EXPECT_EQ(stranger.unprotect_rtp(packet).error(), Fault::unauthenticated);
}

TEST(ReplayWindow, KeepsTheLastHundredAndTwentyEight) {
  ReplayWindow window;
  EXPECT_TRUE(window.is_new(0));
  window.note(0);
  EXPECT_FALSE(window.is_new(0));
  window.note(127);
  EXPECT_TRUE(window.is_new(1));
  EXPECT_FALSE(window.is_new(0));
  window.note(128);
  EXPECT_FALSE(window.is_new(0));
  EXPECT_TRUE(window.is_new(1));
  window.note(1);
  EXPECT_FALSE(window.is_new(1));
  window.note(1'000'000);
  EXPECT_FALSE(window.is_new(128));
  EXPECT_FALSE(window.is_new(1'000'000));
  EXPECT_TRUE(window.is_new(999'999));
}

TEST(Rollover, GuessesTheNearestIndex) {
  EXPECT_EQ(guess_index(10, 11), 11U);
  EXPECT_EQ(guess_index(0xFFFF, 0), 0x1'0000U);
  EXPECT_EQ(guess_index(0x1'0000, 0xFFFF), 0xFFFFU);
  EXPECT_EQ(guess_index(0x5'8000, 0x7FFF), 0x5'7FFFU);
  EXPECT_EQ(guess_index(0, 0xFFFF), std::nullopt);
  EXPECT_EQ(guess_index(0xFFFF'FFFF'FFFF, 0), std::nullopt);
}

}  // namespace
}  // namespace dering::srtp
