// SPDX-License-Identifier: Apache-2.0
#include "registrar/phone_rate.h"

#include <gtest/gtest.h>

#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using refusal::Reason;
using testing::browser_contact;
using testing::Register;

class PhoneRateTest : public ::testing::Test {
 protected:
  bool spends(std::string_view phone) { return !rate.try_spend("1001", phone, now); }
  int spent_by(std::string_view phone, int tries) {
    int spent = 0;
    for (int i = 0; i < tries; ++i) spent += spends(phone) ? 1 : 0;
    return spent;
  }

  SeededRandom random{7};
  PhoneRate rate{10, random};
  Instant now = Instant{} + std::chrono::hours(1);
};

TEST_F(PhoneRateTest, AWildPhoneLeavesTheOthersOfItsUserTheirShare) {
  EXPECT_EQ(spent_by("desk", 1000), 10);
  EXPECT_EQ(spent_by("kitchen", 1000), 10);
}

TEST_F(PhoneRateTest, ManyPhonesOfOneUserAreBoundedTogether) {
  int spent = 0;
  for (int i = 0; i < 50; ++i) spent += spent_by("phone-" + std::to_string(i), 20);
  EXPECT_EQ(spent, 40);
  EXPECT_FALSE(rate.try_spend("1002", "desk", now)) << "another user";
}

TEST_F(PhoneRateTest, ItComesBackAndTellsWhen) {
  EXPECT_EQ(spent_by("desk", 10), 10);
  const auto wait = rate.try_spend("1001", "desk", now);
  ASSERT_TRUE(wait);
  EXPECT_LE(*wait, std::chrono::seconds(6));
  now += *wait;
  EXPECT_TRUE(spends("desk"));
}

/// Twice a minute for each phone.
class RegistrationRate : public testing::World {
 protected:
  RegistrationRate() : World(Settings{.registrations_per_minute = 2}) {}

  static Register with_cseq(int cseq) { return {.cseq = cseq}; }
};

TEST_F(RegistrationRate, ARegisterPastTheRateIs503WithRetryAfterAndIsTold) {
  for (int i = 1; i <= 2; ++i) {
    sign_in_by_digest(desk(), with_cseq(i * 10));
    EXPECT_EQ(status(), 200);
  }
  sign_in_by_digest(desk(), with_cseq(50));
  EXPECT_EQ(status(), 503);
  EXPECT_NE(response().find("Retry-After: "), std::string::npos);
  EXPECT_EQ(last<refusal::Refusal>().reason, Reason::too_many);
  EXPECT_EQ(last<refusal::Refusal>().note, "limits.registrations_per_minute");
  now += std::chrono::minutes(1);
  sign_in_by_digest(desk(), with_cseq(70));
  EXPECT_EQ(status(), 200) << "and it comes back";
}

TEST_F(RegistrationRate, AWildBrowserKeepsNoOtherPhoneOfItsUserOut) {
  for (int i = 0; i < 5; ++i) {
    sign_in(browser(1), of_browser(i + 1));
  }
  EXPECT_EQ(status(), 503);
  sign_in_by_digest(desk(), with_cseq(10));
  EXPECT_EQ(status(), 200);
  auto other = of_browser(1);
  other.contact = browser_contact("other", "urn:uuid:2222");
  other.call_id = "other";
  sign_in(browser(2), other);
  EXPECT_EQ(status(), 200);
}

}  // namespace
}  // namespace dering::registrar
