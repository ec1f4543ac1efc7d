// SPDX-License-Identifier: Apache-2.0
#include "sip/message/dialled_number.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

namespace dering::sip {
namespace {

/// Empty if the URI asks for no number.
std::string dialled(std::string_view text) {
  const auto uri = parse_uri(text);
  EXPECT_TRUE(uri) << text;
  const auto number = uri ? dialled_number(*uri) : std::nullopt;
  return number ? number->text : std::string();
}

TEST(DialledNumber, FR20_IsTheSameHoweverAPhoneSpellsIt) {
  for (const std::string_view text :
       {"sip:1002@pbx", "SIPS:1002@pbx:5061;transport=tls", "sip:1002:secret@pbx", "sip:1-00.2@pbx",
        "sip:(10)02@pbx", "sip:1%30%302@pbx", "sip:10%2002@pbx",
        "sip:1002;phone-context=pbx.example@pbx;user=phone", "sip:1002;ext=7;isub=12@pbx",
        "sip:10%2d02;PHONE-CONTEXT=%2b62@pbx;user=phone", "sip:1002;@pbx", "tel:1002",
        "TEL:1-0-0-2;phone-context=pbx.example", "tel:(1)002;isub=1%20;ext=-5",
        "tel:%31002;phone-context=+62"}) {
    EXPECT_EQ(dialled(text), "1002") << text;
  }
  for (const std::string_view text :
       {"sip:+62-21-555-0123@pbx;user=phone", "sip:%2B62215550123@pbx", "tel:+62(21)555.0123",
        "tel:+62-21-5550123;ext=1002", "tel:-+62215550123"}) {
    EXPECT_EQ(dialled(text), "+62215550123") << text;
  }
  EXPECT_EQ(dialled("sip:*43@pbx"), "*43");
  EXPECT_EQ(dialled("sip:%2a43%23@pbx"), "*43#");
  EXPECT_EQ(dialled("sip:*43#@pbx"), "*43#");
  EXPECT_EQ(dialled("tel:*43%23"), "*43#");
}

TEST(DialledNumber, AT12_IsNothingThatANumberMayNotHold) {
  for (const std::string_view text : {"sip:pbx",
                                      "sip:siti@pbx",
                                      "sip:1002a@pbx",
                                      "sip:10%0002@pbx",
                                      "sip:1002%0d%0a@pbx",
                                      "sip:1002%07@pbx",
                                      "sip:1002%ff@pbx",
                                      "sip:%c3%a91002@pbx",
                                      "sip:1002%e2%80%ae@pbx",
                                      "sip:1002%7f@pbx",
                                      "sip:1002;x=%00@pbx",
                                      "sip:1002;x=%ff%fe@pbx",
                                      "sip:1002%3bext=5@pbx",
                                      "sip:10&02@pbx",
                                      "sip:10,02@pbx",
                                      "sip:10%7b02%7d@pbx",
                                      "sip:10%25n@pbx",
                                      "sip:10%40x@pbx",
                                      "sip:10/02@pbx",
                                      "sip:10?02@pbx",
                                      "sip:+@pbx",
                                      "sip:1+002@pbx",
                                      "sip:++1002@pbx",
                                      "sip:+62*5@pbx",
                                      "sip:-.()@pbx",
                                      "sip:%20@pbx",
                                      "sip:;ext=5@pbx",

                                      "tel:siti",
                                      "tel:;phone-context=+62",
                                      "tel:10%zz",
                                      "tel:10%4",
                                      "mailto:1002@pbx",
                                      "urn:1002",
                                      "im:1002@pbx"}) {
    EXPECT_EQ(dialled(text), "") << text;
  }
}

TEST(DialledNumber, HasAtMost64DigitsWithoutItsSeparators) {
  const std::string longest(64, '7');
  EXPECT_EQ(dialled("sip:" + longest + "@pbx"), longest);
  EXPECT_EQ(dialled("sip:" + longest + "-()@pbx"), longest);
  EXPECT_EQ(dialled("sip:" + longest + "7@pbx"), "");
  EXPECT_EQ(dialled("tel:+" + longest), "");
}

TEST(DialledNumber, SaysWhereALocalNumberIsValid) {
  const auto context = [](std::string_view text) {
    return std::string(dialled_number(*parse_uri(text))->context);
  };
  EXPECT_EQ(context("sip:1002;ext=5;phone-context=pbx.example@pbx;user=phone"), "pbx.example");
  EXPECT_EQ(context("tel:1002;Phone-Context=+62-21"), "+62-21");
  EXPECT_EQ(context("tel:1002;phone-context"), "");
  EXPECT_EQ(context("sip:1002@pbx;phone-context=elsewhere"), "");
}

TEST(HostileInput, G6_ANumberOfSixtyKilobytesCostsOneLook) {
  EXPECT_EQ(dialled("sip:" + std::string(60'000, '1') + "@pbx"), "");
  EXPECT_EQ(dialled("tel:1" + std::string(30'000, ';')), "1");
  const auto cost_of_numbers_of = [](std::size_t size) {
    const std::clock_t begin = std::clock();
    for (std::size_t done = 0; done < 3'000'000; done += size) {
      EXPECT_EQ(dialled("sip:1" + std::string(size, '-') + "@pbx"), "1");
    }
    return std::clock() - begin;
  };
  EXPECT_LT(cost_of_numbers_of(60'000), 4 * cost_of_numbers_of(3'000))
      << "of the same bytes in all";
}

}  // namespace
}  // namespace dering::sip
