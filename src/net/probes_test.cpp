// SPDX-License-Identifier: Apache-2.0
#include "net/probes.h"

#include <gtest/gtest.h>

namespace dering::net {
namespace {

using namespace std::chrono_literals;

class ProbesTest : public ::testing::Test {
 protected:
  int status(std::string_view path = "/readyz") const { return probes_.answer(path, now_)->status; }

  Probes probes_;
  Instant now_ = Instant() + 1h;
};

TEST_F(ProbesTest, AliveIsWhoeverAnswers) {
  EXPECT_EQ(probes_.answer("/healthz", now_)->body, "ok");
}

TEST_F(ProbesTest, NothingIsReadyThatNobodyLookedAt) {
  EXPECT_EQ(status(), 503);
}

TEST_F(ProbesTest, ReadyIsWhatWasFoundReady) {
  probes_.on_readiness({true, R"({"ready":true})"}, now_);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(probes_.answer("/readyz", now_)->body, R"({"ready":true})");
  probes_.on_readiness({false, R"({"ready":false})"}, now_);
  EXPECT_EQ(status(), 503);
}

TEST_F(ProbesTest, WhoLooksMustGoOnLooking) {
  probes_.on_readiness({true, "{}"}, now_);
  now_ += 9s;
  EXPECT_EQ(status(), 200);
  now_ += 2s;
  EXPECT_EQ(status(), 503);
  EXPECT_EQ(status("/healthz"), 200);
}

TEST_F(ProbesTest, OtherPathsAreNoProbes) {
  EXPECT_FALSE(probes_.answer("/", now_));
  EXPECT_FALSE(probes_.answer("/readyz/", now_));
  EXPECT_FALSE(probes_.answer("/healthzz", now_));
}

}  // namespace
}  // namespace dering::net
