// SPDX-License-Identifier: Apache-2.0
#include "api/quality_table.h"

#include <gmock/gmock.h>

#include "base/text.h"

namespace dering::api {
namespace {

using directory::CallRecord;
using directory::CallStay;
using directory::KeptCall;
using directory::LineQuality;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A call of 1001 with that sound.
KeptCall call(const LineQuality& quality, std::string peer = "1002") {
  CallRecord record{.call_id = "c",
                    .caller = "1001",
                    .callee = peer,
                    .started_at = 1'900'000'000,
                    .duration_ms = 61'500,
                    .outcome = "answered"};
  record.stays = {
      CallStay{
          .leg = 1, .person = "1001", .role = "caller", .why = "placed", .outcome = "answered"},
      CallStay{.leg = 2, .person = peer, .role = "callee", .why = "rung", .outcome = "answered"}};
  for (CallStay& stay : record.stays) {
    stay.from = record.started_at;
    stay.to = record.started_at + 62;
    stay.quality = quality;
  }
  return {.id = 7, .record = record};
}
LineQuality measured() {
  LineQuality quality;
  quality.codec = "opus";
  quality.round_trip = 41;
  quality.media = "dtls";
  quality.from_phone = {.packets = 3'000, .lost = 30, .late = 0, .jitter = 4'200, .mos = 421};
  quality.to_phone = {.packets = 3'000, .lost = 0, .late = 0, .jitter = 900, .mos = 438};
  return quality;
}
std::vector<std::string> lines_of(const std::vector<KeptCall>& calls) {
  std::vector<std::string> lines;
  const std::string table = quality_table("1001", calls);
  for (std::string_view rest = table; !rest.empty();) {
    lines.emplace_back(take_until(rest, '\n'));
    EXPECT_EQ(lines.back().back(), '\r');
    lines.back().pop_back();
  }
  return lines;
}

TEST(QualityTable, ACallIsALineOfWhatWasMeasured) {
  const auto lines = lines_of({call(measured())});
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[1], R"(7,2030-03-17T17:46:40Z,out,"1002",61.5,answered,"opus",dtls,20.5,)"
                      "4.2,1.00,4.21,0.9,0.00,4.38,very good,good,good,3.33");
  const auto columns = [](const std::string& line) { return std::ranges::count(line, ','); };
  EXPECT_EQ(columns(lines[0]), columns(lines[1]));
}

TEST(QualityTable, WhatIsNotKnownIsEmptyAndNoZero) {
  LineQuality quality = measured();
  quality.round_trip = 0;
  quality.to_phone = {};
  const auto lines = lines_of({call(quality)});
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[1], HasSubstr(",dtls,,4.2,1.00,4.21,,,,,good,good,3.00"));
}

TEST(QualityTable, CallsWithoutATalkOrAMeasurementAreLeftOut) {
  EXPECT_THAT(lines_of({call({})}), SizeIs(1));
  KeptCall missed = call(measured());
  missed.record.duration_ms = -1;
  missed.record.outcome = "no_answer";
  for (CallStay& stay : missed.record.stays) stay.outcome = "no_answer";
  EXPECT_THAT(lines_of({missed}), SizeIs(1));
}

TEST(QualityTable, NothingOfOthersIsAFormula) {
  EXPECT_THAT(lines_of({call(measured(), "=1+1")})[1], HasSubstr(R"(,"'=1+1",)"));
  EXPECT_THAT(lines_of({call(measured(), "+6221555")})[1], HasSubstr(R"(,"+6221555",)"));
  EXPECT_THAT(lines_of({call(measured(), "a\"b,c")})[1], HasSubstr(R"(,"a""b,c",)"));
}

TEST(QualityTable, TheCategoriesAreThoseOfTiphon) {
  EXPECT_EQ(delay_category(149).degree, 4);
  EXPECT_EQ(delay_category(150).degree, 3);
  EXPECT_EQ(delay_category(300).degree, 2);
  EXPECT_EQ(delay_category(451).degree, 1);
  EXPECT_EQ(jitter_category(0).word, "very good");
  EXPECT_EQ(jitter_category(75).word, "good");
  EXPECT_EQ(jitter_category(125).word, "medium");
  EXPECT_EQ(jitter_category(126).word, "poor");
  EXPECT_EQ(loss_category(0).degree, 4);
  EXPECT_EQ(loss_category(3).degree, 3);
  EXPECT_EQ(loss_category(15).degree, 2);
  EXPECT_EQ(loss_category(15.1).degree, 1);
}

}  // namespace
}  // namespace dering::api
