// SPDX-License-Identifier: Apache-2.0
#include "app/dering/text_table.h"

#include <gtest/gtest.h>

namespace dering::app {
namespace {

TEST(TextTable, IsAsWideAsItsWidestCells) {
  EXPECT_EQ(text_table({{"id", "who"}, {"1", "Sukarno…"}, {"123", ""}}),
            "id   who\n"
            "1    Sukarno…\n"
            "123\n");
}

TEST(TextTable, ShowsNoSignThatSteersATerminal) {
  EXPECT_EQ(text_table({{"\x1b[2J\nx"}}), "\\x1b[2J x\n");
}

}  // namespace
}  // namespace dering::app
