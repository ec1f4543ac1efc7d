// SPDX-License-Identifier: Apache-2.0
#include "ua/reliable_responses.h"

#include <gtest/gtest.h>

#include <vector>

namespace dering::ua {
namespace {

using namespace std::chrono_literals;
using Due = ReliableResponses::Due;

constexpr Instant start = Instant{} + 1h;

sip::RAck rack(std::uint32_t response, std::uint32_t cseq = 7,
               sip::Method method = sip::Method::invite) {
  return {response, {cseq, method, {}}};
}

class Reliable : public ::testing::Test {
 protected:
  Reliable() { responses.on_sent({180, "ringing", false}, start); }
  /// When it is repeated, until it is given up.
  std::vector<Duration> repetitions() {
    std::vector<Duration> times;
    while (const auto at = responses.next_deadline()) {
      const Due due = responses.on_time(*at);
      times.push_back(*at - start);
      if (due == Due::given_up) break;
      EXPECT_EQ(due, Due::repeat);
    }
    return times;
  }

  ReliableResponses responses{100, 7};
};

TEST_F(Reliable, IsRepeatedInDoublingIntervalsAndGivenUpAfterHalfAMinute) {
  EXPECT_EQ(responses.on_time(start + 499ms), Due::nothing);
  EXPECT_EQ(repetitions(),
            (std::vector<Duration>{500ms, 1500ms, 3500ms, 7500ms, 15500ms, 31500ms, 32s}));
  EXPECT_EQ(responses.next_deadline(), std::nullopt);
}

TEST_F(Reliable, IsRepeatedNoMoreOnceItIsAcknowledged) {
  EXPECT_EQ(responses.on_time(start + 500ms), Due::repeat);
  EXPECT_TRUE(responses.on_prack(rack(100)));
  EXPECT_EQ(responses.waiting(), nullptr);
  EXPECT_EQ(responses.next_deadline(), std::nullopt);
  EXPECT_FALSE(responses.on_prack(rack(100))) << "a second PRACK acknowledges nothing";
}

TEST_F(Reliable, IsAcknowledgedByNothingThatMeansAnother) {
  EXPECT_FALSE(responses.on_prack(rack(99)));
  EXPECT_FALSE(responses.on_prack(rack(101)));
  EXPECT_FALSE(responses.on_prack(rack(100, 8)));
  EXPECT_FALSE(responses.on_prack(rack(100, 7, sip::Method::update)));
  ASSERT_NE(responses.waiting(), nullptr);
  EXPECT_EQ(responses.waiting()->bytes, "ringing");
}

TEST_F(Reliable, IsFollowedByTheNextNumber) {
  EXPECT_EQ(responses.next_rseq(), 101U);
  ASSERT_TRUE(responses.on_prack(rack(100)));
  responses.on_sent({183, "progress", true}, start + 1s);
  EXPECT_FALSE(responses.on_prack(rack(100)));
  EXPECT_TRUE(responses.on_prack(rack(101)));
}

TEST_F(Reliable, IsNotRepeatedAfterAFinalResponseButStillAcknowledged) {
  responses.stop();
  EXPECT_EQ(responses.next_deadline(), std::nullopt);
  EXPECT_TRUE(responses.on_prack(rack(100)));
}

}  // namespace
}  // namespace dering::ua
