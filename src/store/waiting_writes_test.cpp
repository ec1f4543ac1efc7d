// SPDX-License-Identifier: Apache-2.0
#include "store/waiting_writes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dering::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A disk that has room or not, and refuses bindings without an extension.
class WaitingWritesTest : public ::testing::Test {
 protected:
  Attempt attempt(std::span<const Write> some) {
    if (is_full) return {Attempt::Result::no_room, "the disk is full"};
    for (const Write& write : some) {
      const auto* binding = std::get_if<DropBinding>(&write);
      if (binding && binding->extension.empty()) return {Attempt::Result::refused, "no extension"};
    }
    for (const Write& write : some) {
      const auto* record = std::get_if<SaveCallRecord>(&write);
      if (record) written.push_back(record->record.call_id);
    }
    return {};
  }
  static Write call(std::string id) {
    directory::CallRecord record;
    record.call_id = std::move(id);
    return SaveCallRecord{record};
  }

  bool is_full = false;
  std::vector<std::string> written;
  WaitingWrites writes{[this](std::span<const Write> batch) { return attempt(batch); }};
};

TEST_F(WaitingWritesTest, IP4WhatFindsNoRoomWaitsAndIsThenAllThereInItsOrder) {
  is_full = true;
  for (const std::string id : {"a", "b", "c"}) EXPECT_TRUE(writes.add(call(id)));
  writes.flush();
  EXPECT_EQ(writes.waiting(), 3U);
  EXPECT_EQ(writes.obstacle(), "the disk is full");
  is_full = false;
  EXPECT_TRUE(writes.add(call("d")));
  writes.flush();
  EXPECT_THAT(written, ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(writes.waiting(), 0U);
  EXPECT_EQ(writes.obstacle(), "");
}

TEST_F(WaitingWritesTest, OneThatTheDatabaseNeverTakesHoldsNoOtherUp) {
  EXPECT_TRUE(writes.add(call("a")));
  EXPECT_TRUE(writes.add(DropBinding{"", "sip:x"}));
  EXPECT_TRUE(writes.add(call("b")));
  writes.flush();
  EXPECT_THAT(written, ElementsAre("a", "b"));
  EXPECT_THAT(writes.take_refusals(), ElementsAre("no extension"));
  EXPECT_THAT(writes.take_refusals(), IsEmpty());
}

TEST_F(WaitingWritesTest, WhatCanNotWaitAnyMoreIsCounted) {
  is_full = true;
  for (std::size_t i = 0; i < WaitingWrites::most_waiting; ++i) writes.add(call("x"));
  EXPECT_FALSE(writes.add(call("y")));
  EXPECT_EQ(writes.lost(), 1U);
}

TEST_F(WaitingWritesTest, IP4WhatWaitsOfRefreshTokensCountsAsWritten) {
  is_full = true;
  directory::RefreshToken token;
  token.hash = "h";
  token.family = "f";
  EXPECT_TRUE(writes.add(KeepRefreshToken{token}));
  ASSERT_TRUE(writes.kept_token("h"));
  EXPECT_EQ(writes.kept_token("h")->family, "f");
  EXPECT_FALSE(writes.is_used("h"));
  EXPECT_TRUE(writes.add(UseRefreshToken{"h"}));
  EXPECT_TRUE(writes.add(RevokeFamily{"f"}));
  writes.flush();
  EXPECT_TRUE(writes.is_used("h"));
  EXPECT_TRUE(writes.is_revoked("f"));
  is_full = false;
  writes.flush();
  EXPECT_FALSE(writes.kept_token("h")) << "from now on the database says it";
  EXPECT_FALSE(writes.is_used("h"));
}

}  // namespace
}  // namespace dering::store
