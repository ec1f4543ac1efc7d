// SPDX-License-Identifier: Apache-2.0
#include "api/pickup_notices.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/world_test.h"

namespace dering::api {
namespace {

using directory::RingingChanged;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

const std::pair<std::string, std::string> ready{"ready", "{}"};

/// Ayu (1001), Budi (1002) and Citra (1003) are of one unit, Rara (1004) is of none.
class PickupNoticesTest : public World {
 protected:
  PickupNoticesTest() {
    add("citra", "Citra");
    provision("rara");
    ayu = stream_as(access_token_for("ayu"));
    budi = stream_as(access_token_for("budi"));
    reload();
  }
  static std::string rings(std::string_view at, std::string_view caller) {
    return fmt::format(R"({{"extension":"{}","rings":true,"caller":{}}})", at, caller);
  }
  static std::string ended(std::string_view at) {
    return fmt::format(R"({{"extension":"{}","rings":false,"caller":null}})", at);
  }
  void wants(std::string_view extension, bool notices) {
    forwardings.change(extension, {.pickup_notices = notices});
  }

  std::shared_ptr<FakeStream> ayu;
  std::shared_ptr<FakeStream> budi;
  const std::string from_citra = R"({"extension":"1003","name":"Citra"})";
};

TEST_F(PickupNoticesTest, ColleaguesAreToldWhatRingsAndWhenItEnds) {
  api.on_ringing({"1002", true, "1003"});
  api.on_ringing({"1002", false, ""});
  EXPECT_THAT(ayu->events, ElementsAre(ready, Pair("pickup", rings("1002", from_citra)),
                                       Pair("pickup", ended("1002"))));
}

TEST_F(PickupNoticesTest, WhoIsRungThemselvesIsNotToldOfTheirOwn) {
  api.on_ringing({"1002", true, "1003"});
  EXPECT_THAT(budi->events, ElementsAre(ready));
}

TEST_F(PickupNoticesTest, NobodyOfAnotherUnitOrOfNoneIsTold) {
  const auto rara = stream_as(sso_token("rara"));
  ASSERT_TRUE(rara);
  api.on_ringing({"1002", true, "1003"});
  api.on_ringing({"1004", true, "1003"});
  api.on_ringing({"1002", false, ""});
  EXPECT_THAT(rara->events, ElementsAre(ready));
  EXPECT_THAT(ayu->events, SizeIs(3)) << "of 1002 alone: who has no unit has no colleagues";
}

TEST_F(PickupNoticesTest, WhoHidesHasNoNumberAndNoName) {
  api.on_ringing({"1002", true, ""});
  EXPECT_THAT(ayu->events, ElementsAre(ready, Pair("pickup", rings("1002", "null"))));
}

TEST_F(PickupNoticesTest, APageThatOpensLaterLearnsWhatRingsAlready) {
  api.on_ringing({"1002", true, "1003"});
  api.on_ringing({"1001", true, "1003"});
  const auto late = stream_as(access_token_for("ayu"));
  EXPECT_THAT(late->events, ElementsAre(ready, Pair("pickup", rings("1002", from_citra))));
}

TEST_F(PickupNoticesTest, WhoSwitchedThemOffIsToldNoneAndLosesTheOneThatStands) {
  api.on_ringing({"1002", true, "1003"});
  wants("1001", false);
  ayu->events.clear();
  api.on_ringing({"1002", false, ""});
  api.on_ringing({"1002", true, "1003"});
  api.on_ringing({"1002", false, ""});
  EXPECT_THAT(ayu->events,
              ElementsAre(Pair("pickup", ended("1002")), Pair("pickup", ended("1002"))));
  wants("1001", true);
  ayu->events.clear();
  api.on_ringing({"1002", true, "1003"});
  EXPECT_THAT(ayu->events, ElementsAre(Pair("pickup", rings("1002", from_citra))));
}

TEST_F(PickupNoticesTest, OfEachPersonOneCallIsKeptUntilItEndsAndOfNobodyElseAny) {
  EventHub hub;
  hub.on_directory_changed(*store->load_directory());
  PickupNotices notices(hub, forwardings);
  notices.on_ringing({"1002", true, "1003"});
  notices.on_ringing({"1002", true, "1001"});
  notices.on_ringing({"9999", true, "1003"});
  EXPECT_EQ(notices.size(), 1U);
  notices.on_ringing({"1002", false, ""});
  EXPECT_EQ(notices.size(), 0U);
}

}  // namespace
}  // namespace dering::api
