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
Destination lead(std::string_view dialled, const Codes& codes = {}) {
  return route({"1001", dialled}, Plan({}, codes), people()).destination;
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

TEST(Route, TheNumbersOfParkingLeadThereUnlessSomebodyHasOneOfThem) {
  EXPECT_EQ(lead("70"), Destination(Parking{}));
  EXPECT_EQ(lead("71"), Destination(ParkingPlace{"71"}));
  EXPECT_EQ(lead("79"), Destination(ParkingPlace{"79"}));
  for (const char* nobody : {"69", "80", "071", "7", "710", "70#", "71 "}) {
    EXPECT_EQ(lead(nobody), Destination(End{End::Why::unknown_number})) << nobody;
  }
  const directory::Directory small({{directory::UserId{1}, {}, "s1", "siti", "Siti", {}, "70"},
                                    {directory::UserId{2}, {}, "s2", "budi", "Budi", {}, "71"}},
                                   {});
  EXPECT_EQ(route({"1001", "70"}, {}, small).destination, Destination(Person{"70"}));
  EXPECT_EQ(route({"1001", "71"}, {}, small).destination, Destination(Person{"71"}));
  EXPECT_EQ(route({"1001", "72"}, {}, small).destination, Destination(ParkingPlace{"72"}));
}

Setting setting(std::string_view dialled) {
  const Destination destination = lead(dialled);
  const auto* found = std::get_if<Setting>(&destination);
  EXPECT_NE(found, nullptr) << dialled;
  return found ? *found : Setting{};
}

TEST(Route, ACodeSaysWhereOnesCallsGo) {
  EXPECT_EQ(setting("*721002").change, (directory::ForwardingChange{.always = "1002"}));
  EXPECT_EQ(setting("*73").change, (directory::ForwardingChange{.always = ""}));
  EXPECT_EQ(setting("*901002").change, (directory::ForwardingChange{.busy = "1002"}));
  EXPECT_EQ(setting("*91").change, (directory::ForwardingChange{.busy = ""}));
  EXPECT_EQ(setting("*521002").change, (directory::ForwardingChange{.no_answer = "1002"}));
  EXPECT_EQ(setting("*53").change, (directory::ForwardingChange{.no_answer = ""}));
  EXPECT_EQ(setting("*78").change, (directory::ForwardingChange{.do_not_disturb = true}));
  EXPECT_EQ(setting("*79").change, (directory::ForwardingChange{.do_not_disturb = false}));
  for (const char* good : {"*721002", "*73", "*901002", "*91", "*521002", "*53", "*78", "*79"}) {
    EXPECT_EQ(setting(good).fault, Setting::Fault::none) << good;
  }
}

TEST(Route, ACodeIsTypedAsOtherExchangesWantIt) {
  for (const char* same : {"*72*1002", "*72*1002#", "*721002#"}) {
    EXPECT_EQ(setting(same), setting("*721002")) << same;
  }
  EXPECT_EQ(setting("*73#"), setting("*73"));
}

TEST(Route, ACodeThatCannotBeTakenSaysWhy) {
  using Fault = Setting::Fault;
  EXPECT_EQ(setting("*72").fault, Fault::incomplete);
  EXPECT_EQ(setting("*72*").fault, Fault::incomplete);
  EXPECT_EQ(setting("*72#").fault, Fault::incomplete);
  EXPECT_EQ(setting("*731002").fault, Fault::incomplete) << "off needs no number";
  EXPECT_EQ(setting("*781").fault, Fault::incomplete);
  EXPECT_EQ(setting("*721001").fault, Fault::own_number);
  for (const char* nobody :
       {"*721003", "*72*43", "*72**1002", "*72*721002", "*7270", "*72+1002", "*721002##"}) {
    EXPECT_EQ(setting(nobody).fault, Fault::unknown_number) << nobody;
  }
  EXPECT_EQ(setting("*72" + std::string(300, '1')).fault, Fault::unknown_number);
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
