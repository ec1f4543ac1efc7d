// SPDX-License-Identifier: Apache-2.0
//
// The plan in force: what a number means changes with it, and ends in a clear word where no feature
// carries the call yet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using namespace std::chrono_literals;
using sip::HeaderId;
using ::testing::HasSubstr;

/// 112 and mobile numbers go out, the latter for 1101 alone; 600 is a group, 700 a door.
routing::Draft way_out() {
  routing::Draft draft;
  draft.trunks = {{.id = "telkom", .servers = {"192.0.2.1"}}};
  draft.emergency = {{"112"}, {"telkom"}, "+622155510"};
  draft.outbound = {{.id = "mobile", .patterns = {{.match = "08."}}, .trunks = {"telkom"}}};
  draft.classes = {{.id = "mobiles", .routes = {"mobile"}, .members = {.people = {"1101"}}}};
  draft.groups = {{.id = "desk", .number = "600"}};
  draft.groups[0].members = {{routing::Target::Kind::person, "1102"}};
  draft.extensions = {{"700", "Gate", routing::Extension::Kind::door}};
  return draft;
}

class PlanInForce : public testing::DeskWorld {
 protected:
  void apply(routing::Draft draft) {
    feed(PlanApplied{std::make_shared<const routing::Plan>(std::move(draft))});
  }
  /// The Reason of the final response.
  std::string end_of(unsigned caller, const std::string& number) {
    out.clear();
    dials(caller, number);
    const auto final = take_final();
    return std::string(final.message.header(HeaderId::reason).value_or("none"));
  }
};

TEST_F(PlanInForce, DecidesWhatANumberMeansUntilTheNextOneComes) {
  EXPECT_THAT(end_of(1, "08123456789"), HasSubstr("text=\"unknown_number\""));
  apply(way_out());
  EXPECT_EQ(end_of(1, "08123456789"), "SIP;cause=503;text=\"no_way_out\"");
  EXPECT_EQ(end_of(2, "08123456789"), "SIP;cause=403;text=\"not_allowed\"");
  apply({});
  EXPECT_THAT(end_of(1, "08123456789"), HasSubstr("text=\"unknown_number\""));
}

TEST_F(PlanInForce, EndsCallsThatNoFeatureCarriesWithAWordAndNotWithSilence) {
  apply(way_out());
  for (const char* number : {"600", "700"}) {
    EXPECT_EQ(end_of(1, number), "SIP;cause=501;text=\"not_yet\"") << number;
  }
}

TEST_F(PlanInForce, IsPartOfWhatARecordingBeginsWith) {
  apply(way_out());
  const auto beginning = switchboard.begin_recording({1, 2}, now);
  ASSERT_TRUE(beginning.plan);
  EXPECT_EQ(beginning.plan->draft(), way_out());
}

}  // namespace
}  // namespace dering::switchboard
