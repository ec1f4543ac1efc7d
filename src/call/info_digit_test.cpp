// SPDX-License-Identifier: Apache-2.0
#include "call/info_digit.h"

#include <gtest/gtest.h>

#include <string>

namespace dering::call {
namespace {

using namespace std::chrono_literals;

char key_in(InfoForm form, std::string_view body) {
  const auto digit = parse_info_digit(form, body);
  return digit ? digit->key.value_or('!') : '?';
}

TEST(InfoDigit, FR18IsKnownByItsMediaTypeWithWhateverParameters) {
  EXPECT_EQ(info_form("Application/DTMF-Relay; charset=utf-8"), InfoForm::relay);
  EXPECT_EQ(info_form("application/dtmf"), InfoForm::bare);
  EXPECT_FALSE(info_form("application/dtmf-relayed"));
  EXPECT_FALSE(info_form(""));
}

TEST(InfoDigit, IsReadInEachSpelling) {
  for (const char* body : {"Signal=5\r\nDuration=100", "signal = 5\nduration = 100\n",
                           "Duration=100\r\nSignal=5\r\n", "Signal=5"}) {
    EXPECT_EQ(key_in(InfoForm::relay, body), '5') << body;
  }
  EXPECT_EQ(key_in(InfoForm::relay, "Signal=*"), '*');
  EXPECT_EQ(key_in(InfoForm::relay, "Signal=11"), '#') << "the number of the telephone-event";
  EXPECT_EQ(key_in(InfoForm::relay, "Signal=d"), 'D');
  EXPECT_EQ(key_in(InfoForm::relay, "Signal=16"), '!') << "a flash of the hook is no key";
  EXPECT_EQ(key_in(InfoForm::bare, "7\r\n"), '7');
}

TEST(InfoDigit, LastsAsLongAsSaidWithinReason) {
  const auto lasts = [](std::string_view duration) {
    const auto digit = parse_info_digit(InfoForm::relay, "Signal=1\r\n" + std::string(duration));
    return digit ? digit->duration : Duration{};
  };
  EXPECT_EQ(lasts("Duration=250"), 250ms);
  EXPECT_EQ(lasts("Duration=1"), 40ms);
  EXPECT_EQ(lasts("Duration=999999"), 8s);
  EXPECT_EQ(lasts("Duration=x"), lasts(""));
}

TEST(InfoDigit, WhatIsNoneIsNone) {
  for (const char* body : {"", "Signal=", "Signal=17", "Signal=E", "Signal=1\r\nSignal=2",
                           "Signal=12345", "Duration=100"}) {
    EXPECT_EQ(key_in(InfoForm::relay, body), '?') << body;
  }
  EXPECT_EQ(key_in(InfoForm::bare, "12"), 'A') << "event 12";
  EXPECT_EQ(key_in(InfoForm::bare, "x"), '?');
  EXPECT_EQ(key_in(InfoForm::relay, "Signal=1\r\n" + std::string(300, ' ')), '?');
}

}  // namespace
}  // namespace dering::call
