// SPDX-License-Identifier: Apache-2.0
#include "monitor/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace dering::monitor {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

std::vector<std::string> lines_of(const Ladder& ladder) {
  std::vector<std::string> lines;
  std::string text = ladder.text();
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.erase(0, lines.back().size() + 1);
  }
  return lines;
}

TEST(Ladder, DrawsAnArrowFromColumnToColumnWithItsWordBesideIt) {
  Ladder ladder("dering");
  ladder.add_column("p1");
  ladder.add_column("p2");
  ladder.add({Instant{} + 1500ms, "p2", "dering", "INVITE sip:1001@x"});
  ladder.add({Instant{} + 2s, "dering", "p1", "180 Ringing"});
  ladder.note(Instant{} + 3s, "p1 loses its connection");
  EXPECT_THAT(lines_of(ladder),
              ElementsAre("            dering     p1       p2",
                          "     1.500     |<----------------|    INVITE sip:1001@x",
                          "     2.000     |------->|        |    180 Ringing",
                          "     3.000 == p1 loses its connection"));
}

TEST(Ladder, WritesTheNamesWhereColumnsDoNotFit) {
  Ladder ladder("dering");
  for (int i = 1; i <= 13; ++i) ladder.add_column("p" + std::to_string(i));
  ladder.add({Instant{}, "dering", "p13", "BYE"});
  EXPECT_THAT(lines_of(ladder), ElementsAre("     0.000 dering → p13  BYE"));
}

TEST(Ladder, NoLineIsWiderThan160Characters) {
  Ladder ladder("dering");
  for (int i = 1; i <= 11; ++i) ladder.add_column("phone" + std::to_string(i));
  ladder.add({Instant{}, "dering", "phone3", std::string(300, 'x')});
  ladder.note(Instant{}, std::string(300, 'y'));
  for (std::string line : lines_of(ladder)) {
    for (auto at = line.find("…"); at != std::string::npos; at = line.find("…")) {
      line.replace(at, 3, ".");
    }
    EXPECT_THAT(line.size(), Le(160u)) << line;
    EXPECT_THAT(line.size(), Ge(100u)) << line;
  }
}

TEST(Ladder, NamesAMessageByItsFirstLineItsCSeqAndItsCall) {
  EXPECT_EQ(label_of_sip("INVITE sip:1002@x SIP/2.0\r\nVia: v\r\nCall-ID: 0123456789\r\n"
                         "CSeq: 1 INVITE\r\n\r\nCall-ID: of the body"),
            "INVITE sip:1002@x  1 INVITE  012345");
  EXPECT_EQ(label_of_sip("SIP/2.0 486 Busy Here\r\nCall-ID:ab\r\nCSeq:  7 INVITE\r\n\r\n"),
            "486 Busy Here  7 INVITE  ab");
  EXPECT_EQ(label_of_sip(""), "    ");
}

}  // namespace
}  // namespace dering::monitor
