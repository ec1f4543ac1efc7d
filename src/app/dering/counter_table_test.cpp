// SPDX-License-Identifier: Apache-2.0
#include "app/dering/counter_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace dering::app {
namespace {

using ::testing::HasSubstr;

std::string documentation() {
  std::ifstream file(DERING_DOCS_FOLDER "/counters.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Counters, EachIsDocumentedWithItsMeaningAndNothingElseIs) {
  std::string rows;
  for (const Counter& counter : counters_of({})) {
    rows +=
        fmt::format("| `{}` | {} | {} |\n", counter.name, name_of(counter.kind), counter.meaning);
  }
  EXPECT_THAT(documentation(), HasSubstr("|---|---|---|\n" + rows + "\n"));
}

TEST(Counters, EachNameIsThereOnce) {
  std::set<std::string_view> names;
  const auto counters = counters_of({});
  for (const Counter& counter : counters) names.insert(counter.name);
  EXPECT_EQ(names.size(), counters.size());
}

TEST(Counters, WhatFoundNoRoomIsWatched) {
  CountedParts parts;
  parts.edge.letters_refused = 3;
  parts.signalling.errands_lost = 4;
  OverflowWatch watch;
  const auto line = watch.look(overflows_in(counters_of(parts)), Instant{});
  ASSERT_TRUE(line);
  EXPECT_THAT(*line, HasSubstr("answers_dropped 3 (+3)"));
  EXPECT_THAT(*line, HasSubstr("errands_lost 4 (+4)"));
}

}  // namespace
}  // namespace dering::app
