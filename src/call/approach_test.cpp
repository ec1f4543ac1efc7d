// SPDX-License-Identifier: Apache-2.0
#include "call/approach.h"

#include <gtest/gtest.h>

namespace dering::call {
namespace {

const Party budi{"1002", "Budi"};
const Party siti{"1003", "Siti \"S\" <x>"};
const Party hidden{"1004", "Secret", true};

std::string field(const Approach& approach, std::string_view name, const Party& callee = siti) {
  for (const ua::ToldField& field : fields_of(approach, callee, "pbx.test")) {
    if (field.name == name) return field.value;
  }
  return "";
}

TEST(Approach, WhoWasCalledThemselvesIsToldNothing) {
  EXPECT_TRUE(fields_of({}, budi, "pbx.test").empty());
}

TEST(Approach, AForwardedCallNamesWhoseItWasAndWhy) {
  const Approach approach{"forwarded_busy", {{budi, Diverted::busy}}};
  EXPECT_EQ(field(approach, "Diversion"),
            "\"Budi\" <sip:1002@pbx.test>;reason=user-busy;counter=1");
  EXPECT_EQ(field(approach, "History-Info"),
            "<sip:1002@pbx.test>;index=1, <sip:1003@pbx.test;cause=486>;index=1.1;mp=1");
  EXPECT_EQ(field(approach, "Referred-By"), "");
}

TEST(Approach, TheLastWhoSentItOnStandsFirst) {
  const Approach approach{"forwarded_no_answer",
                          {{budi, Diverted::always}, {siti, Diverted::no_answer}}};
  const Party callee{"1005", "Tuti"};
  EXPECT_EQ(field(approach, "Diversion", callee),
            "\"Siti \\\"S\\\" <x>\" <sip:1003@pbx.test>;reason=no-answer;counter=1, "
            "\"Budi\" <sip:1002@pbx.test>;reason=unconditional;counter=1");
  EXPECT_EQ(field(approach, "History-Info", callee),
            "<sip:1002@pbx.test>;index=1, <sip:1003@pbx.test;cause=302>;index=1.1;mp=1, "
            "<sip:1005@pbx.test;cause=408>;index=1.1.1;mp=1.1");
}

TEST(Approach, EachReasonHasItsWord) {
  const std::vector<std::pair<Diverted, std::string>> all{
      {Diverted::always, "unconditional"}, {Diverted::busy, "user-busy"},
      {Diverted::no_answer, "no-answer"},  {Diverted::unreachable, "unavailable"},
      {Diverted::by_phone, "deflection"},  {Diverted::do_not_disturb, "do-not-disturb"}};
  for (const auto& [why, word] : all) {
    const std::string value = field({"", {{budi, why}}}, "Diversion");
    EXPECT_NE(value.find(";reason=" + word + ";"), std::string::npos) << value;
  }
}

TEST(Approach, WhoHidesIsNotNamed) {
  const Approach approach{"forwarded_always", {{hidden, Diverted::always}}, hidden};
  for (const ua::ToldField& told : fields_of(approach, siti, "pbx.test")) {
    EXPECT_EQ(told.value.find("1004"), std::string::npos) << told.value;
    EXPECT_EQ(told.value.find("Secret"), std::string::npos) << told.value;
  }
  EXPECT_EQ(field(approach, "Diversion"),
            "\"Anonymous\" <sip:anonymous@anonymous.invalid>;reason=unconditional;counter=1;"
            "privacy=full");
  EXPECT_EQ(field(approach, "Referred-By"), "");
}

TEST(Approach, WhoWasSentOnIsToldWhoDidIt) {
  EXPECT_EQ(field({"rung", {}, budi}, "Referred-By"), "\"Budi\" <sip:1002@pbx.test>");
}

}  // namespace
}  // namespace dering::call
