// SPDX-License-Identifier: Apache-2.0
#include "net/admission.h"

#include <gtest/gtest.h>

#include <vector>

namespace dering::net {
namespace {

using namespace std::chrono_literals;
using Kind = Admission::Kind;

SocketAddress ip(std::string_view text) {
  return *SocketAddress::from_text(text, 40'000);
}

class AdmissionTest : public ::testing::Test {
 protected:
  bool fills(const SocketAddress& peer, Kind kind, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      auto ticket = admission_.admit(peer, kind);
      if (!ticket) return false;
      tickets_.push_back(std::move(*ticket));
    }
    return true;
  }

  Admission admission_{10, 3};
  std::vector<Admission::Ticket> tickets_;
  Instant now_{100s};
};

TEST_F(AdmissionTest, CountsASourceWhichIsAnIpv4AddressOrAnIpv6Subnet) {
  ASSERT_TRUE(fills(ip("192.0.2.1"), Kind::web, 3));
  EXPECT_FALSE(admission_.admit(ip("192.0.2.1"), Kind::web));
  EXPECT_TRUE(admission_.admit(ip("192.0.2.2"), Kind::web));
  ASSERT_TRUE(fills(ip("2001:db8::1"), Kind::web, 3));
  EXPECT_FALSE(admission_.admit(ip("2001:db8::2"), Kind::web)) << "the same /64";
  EXPECT_TRUE(admission_.admit(ip("2001:db8:0:1::1"), Kind::web)) << "another /64";
}

// FR3: a campus behind one address.
TEST_F(AdmissionTest, WhoeverHasSignedInShutsNoNeighbourOut) {
  ASSERT_TRUE(fills(ip("192.0.2.1"), Kind::sip, 3));
  for (auto& ticket : tickets_) ticket.count_for_nobody();
  EXPECT_TRUE(fills(ip("192.0.2.1"), Kind::sip, 3));
  EXPECT_EQ(admission_.open(), 6U);
  EXPECT_FALSE(admission_.admit(ip("192.0.2.1"), Kind::sip));
}

TEST_F(AdmissionTest, PagesAndPhonesOfASourceDoNotShutEachOtherOut) {
  ASSERT_TRUE(fills(ip("192.0.2.1"), Kind::sip, 3));
  EXPECT_TRUE(fills(ip("192.0.2.1"), Kind::web, 3));
}

TEST_F(AdmissionTest, AConnectionOfAProxyIsThatOfWhomItSpeaksFor) {
  auto proxy = admission_.admit();
  ASSERT_TRUE(proxy);
  ASSERT_TRUE(fills(ip("192.0.2.1"), Kind::web, 2));
  EXPECT_TRUE(proxy->count_for(ip("192.0.2.1"), Kind::web));
  EXPECT_FALSE(admission_.admit(ip("192.0.2.1"), Kind::web));
  EXPECT_TRUE(proxy->count_for(ip("192.0.2.9"), Kind::web));
  EXPECT_TRUE(fills(ip("192.0.2.1"), Kind::web, 1));
  EXPECT_FALSE(proxy->count_for(ip("192.0.2.1"), Kind::web));
}

TEST_F(AdmissionTest, OffersTheOldestIdleConnectionOfTheSameSource) {
  ASSERT_TRUE(fills(ip("192.0.2.1"), Kind::web, 2));
  ASSERT_TRUE(fills(ip("192.0.2.2"), Kind::web, 1));
  tickets_[2].offer(12, now_);
  tickets_[1].offer(11, now_);
  tickets_[0].offer(10, now_);
  EXPECT_EQ(admission_.offered(ip("192.0.2.1"), Kind::web, now_), 11U);
  EXPECT_FALSE(admission_.offered(ip("192.0.2.1"), Kind::sip, now_));
  EXPECT_EQ(admission_.offered(now_), 12U);
  tickets_[1].take_back();
  EXPECT_EQ(admission_.offered(ip("192.0.2.1"), Kind::web, now_), 10U);
  tickets_[0].count_for_nobody();
  EXPECT_FALSE(admission_.offered(ip("192.0.2.1"), Kind::web, now_)) << "it has signed in";
}

TEST_F(AdmissionTest, AConnectionThatIsYoungIsNotTakenAway) {
  ASSERT_TRUE(fills(ip("192.0.2.1"), Kind::sip, 1));
  tickets_[0].offer(10, now_ + 10s);
  EXPECT_FALSE(admission_.offered(ip("192.0.2.1"), Kind::sip, now_ + 9s));
  EXPECT_EQ(admission_.offered(ip("192.0.2.1"), Kind::sip, now_ + 10s), 10U);
}

TEST_F(AdmissionTest, KeepsNothingOfWhoHasLeft) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(fills(ip("192.0.2.1"), Kind::web, 3));
    for (auto& ticket : tickets_) ticket.offer(1, now_);
    tickets_.clear();
    EXPECT_EQ(admission_.open(), 0U);
    EXPECT_FALSE(admission_.offered(now_));
  }
}

}  // namespace
}  // namespace dering::net
