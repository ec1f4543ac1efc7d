// SPDX-License-Identifier: Apache-2.0
#include "routing/route.h"

#include <gtest/gtest.h>

namespace dering::routing {
namespace {

const directory::Directory& people() {
  static const directory::Directory directory(
      {{directory::UserId{1}, {}, "s1", "siti", "Siti", {}, "1001"},
       {directory::UserId{2}, {}, "s2", "budi", "Budi", {}, "1002"}},
      {});
  return directory;
}
Destination lead(std::string_view dialled, const Plan& plan = {}) {
  return route({"1001", dialled}, plan, people()).destination;
}

TEST(Route, APersonsNumberLeadsToTheirPhones) {
  EXPECT_EQ(lead("1002"), Destination(Person{"1002"}));
}

TEST(Route, TheEchoHasTheNumberThatThePlanGivesIt) {
  EXPECT_EQ(lead("*43"), Destination(Echo{}));
  EXPECT_EQ(lead("600", {"600"}), Destination(Echo{}));
  EXPECT_EQ(lead("*43", {"600"}), Destination(End{End::Why::unknown_number}));
}

TEST(Route, APickupCodeLeadsToWhatRingsElsewhere) {
  EXPECT_EQ(lead("*8"), Destination(Pickup{}));
  EXPECT_EQ(lead("**1002"), Destination(Pickup{"1002"}));
  EXPECT_EQ(lead("**1001"), Destination(Pickup{"1001"})) << "one's other phones";
  EXPECT_EQ(lead("**1003"), Destination(End{End::Why::unknown_number}));
  EXPECT_EQ(lead("**"), Destination(End{End::Why::unknown_number}));
}

TEST(Route, WhoCannotBeCalledEndsTheCallWithAReason) {
  EXPECT_EQ(lead("1001"), Destination(End{End::Why::self_call}));
  EXPECT_EQ(lead("1003"), Destination(End{End::Why::unknown_number}));
  EXPECT_EQ(lead(""), Destination(End{End::Why::unknown_number}));
}

TEST(Route, EachDecisionSaysWhy) {
  EXPECT_EQ(route({"1001", "1002"}, {}, people()).because, "a person's number");
  EXPECT_EQ(route({"1001", "*43"}, {}, people()).because, "the number of the echo");
}

}  // namespace
}  // namespace dering::routing
