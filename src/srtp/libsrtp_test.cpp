// SPDX-License-Identifier: Apache-2.0
#ifdef DERING_HAS_LIBSRTP
#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <algorithm>

#include "base/random.h"
#include "srtp/protector.h"
#include "srtp/testing/keys.h"
#include "srtp/unprotector.h"

namespace dering::srtp {
namespace {

using namespace testing;

srtp_profile_t profile_of(Suite suite) {
  switch (suite) {
    case Suite::aes128_cm_sha1_80:
      return srtp_profile_aes128_cm_sha1_80;
    case Suite::aead_aes_128_gcm:
      return srtp_profile_aead_aes_128_gcm;
    case Suite::aead_aes_256_gcm:
      return srtp_profile_aead_aes_256_gcm;
  }
  return srtp_profile_reserved;
}

/// The other implementation, for one direction.
class Oracle {
 public:
  Oracle(Suite suite, const Keys& keys, srtp_ssrc_type_t direction) {
    static const srtp_err_status_t started = srtp_init();
    EXPECT_EQ(started, srtp_err_status_ok);
    key_ = keys.key;
    key_.insert(key_.end(), keys.salt.begin(), keys.salt.end());
    srtp_policy_t policy{};
    srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, profile_of(suite));
    srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, profile_of(suite));
    policy.ssrc.type = direction;
    policy.key = key_.data();
    policy.window_size = 128;
    EXPECT_EQ(srtp_create(&srtp_, &policy), srtp_err_status_ok);
  }
  ~Oracle() { srtp_dealloc(srtp_); }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  using Call = srtp_err_status_t (*)(srtp_t, void*, int*);
  /// Empty if it refuses.
  Packet apply(Call call, Packet packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN);
    const bool done = call(srtp_, packet.data(), &size) == srtp_err_status_ok;
    packet.resize(done ? static_cast<std::size_t>(size) : 0);
    return packet;
  }

 private:
  Packet key_;
  srtp_t srtp_ = nullptr;
};

Packet protect(Protector& protector, Packet packet) {
  const std::size_t size = packet.size();
  packet.resize(size + most_overhead);
  packet.resize(rtp::is_rtcp(packet) ? protector.protect_rtcp(packet, size).value_or(0)
                                     : protector.protect_rtp(packet, size).value_or(0));
  return packet;
}

Packet unprotect(Unprotector& unprotector, Packet packet) {
  const auto plain =
      rtp::is_rtcp(packet) ? unprotector.unprotect_rtcp(packet) : unprotector.unprotect_rtp(packet);
  packet.resize(plain ? plain->size() : 0);
  return packet;
}

/// Packets of every shape: lengths, sources and extensions, across wraps of the sequence number.
Packet any_packet(std::uint32_t n, Random& random) {
  Packet packet = rtp_packet(n * 1500, n % 3);
  packet.resize(12 + random.below(1200));
  random.fill(MutableBytes(packet).subspan(12));
  if (n % 4 == 1 && packet.size() > 100) {
    packet[0] |= 0x12;
    packet[20] = 0xBE;
    packet[21] = 0xDE;
    packet[22] = 0;
    packet[23] = 3;
  }
  return packet;
}

class AgainstLibsrtp : public ::testing::TestWithParam<Suite> {};
INSTANTIATE_TEST_SUITE_P(Suites, AgainstLibsrtp, ::testing::ValuesIn(suites));

TEST_P(AgainstLibsrtp, BothWriteTheSameBytesAndReadTheOthers) {
  const Keys keys(GetParam());
  Protector protector(GetParam(), keys.master());
  Unprotector unprotector(GetParam(), keys.master());
  Oracle sender(GetParam(), keys, ssrc_any_outbound);
  Oracle receiver(GetParam(), keys, ssrc_any_inbound);
  SeededRandom random(7);
  for (std::uint32_t n = 1; n < 500; ++n) {
    const Packet plain = any_packet(n, random);
    const Packet ours = protect(protector, plain);
    ASSERT_FALSE(ours.empty());
    ASSERT_EQ(ours, sender.apply(srtp_protect, plain)) << n;
    ASSERT_EQ(receiver.apply(srtp_unprotect, ours), plain);
    ASSERT_EQ(unprotect(unprotector, ours), plain);
  }
}

TEST_P(AgainstLibsrtp, BothReadTheReportsOfTheOther) {
  const Keys keys(GetParam());
  Protector protector(GetParam(), keys.master());
  Unprotector unprotector(GetParam(), keys.master());
  Oracle sender(GetParam(), keys, ssrc_any_outbound);
  Oracle receiver(GetParam(), keys, ssrc_any_inbound);
  for (int n = 0; n < 200; ++n) {
    ASSERT_EQ(receiver.apply(srtp_unprotect_rtcp, protect(protector, rtcp_packet())),
              rtcp_packet());
    ASSERT_EQ(unprotect(unprotector, sender.apply(srtp_protect_rtcp, rtcp_packet())),
              rtcp_packet());
  }
}

TEST_P(AgainstLibsrtp, BothTakeAndRefuseTheSameOfAShuffledStreamWithRepeats) {
  const Keys keys(GetParam());
  Protector protector(GetParam(), keys.master());
  Unprotector unprotector(GetParam(), keys.master());
  Oracle receiver(GetParam(), keys, ssrc_any_inbound);
  SeededRandom random(11);
  std::vector<Packet> sent;
  for (std::uint32_t n = 65'000; n < 66'500; ++n) sent.push_back(protect(protector, rtp_packet(n)));
  std::size_t refused = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const std::size_t back = std::min<std::size_t>(i, random.below(150));
    const Packet& packet = sent[i - back];
    const Packet ours = unprotect(unprotector, packet);
    ASSERT_EQ(ours, receiver.apply(srtp_unprotect, packet)) << i;
    if (ours.empty()) ++refused;
  }
  EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace dering::srtp
#endif
