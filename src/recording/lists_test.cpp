// SPDX-License-Identifier: Apache-2.0
#include "recording/lists.h"

#include <gtest/gtest.h>

namespace dering::recording {
namespace {

using sdp::Encoding;

TEST(SettingsOfARecording, NameTheCodecsOfEachKindOfPhone) {
  switchboard::Settings settings;
  settings.codecs.browser = {Encoding::opus, Encoding::pcma};
  settings.codecs.desk = {Encoding::g722};
  const auto read = settings_from(entry_of(settings));
  EXPECT_EQ(read.codecs.browser, settings.codecs.browser);
  EXPECT_EQ(read.codecs.desk, settings.codecs.desk);
}

TEST(SettingsOfARecording, AreTheUsualOnesWhereItNamesNone) {
  const auto read = settings_from(Entry{.kind = "settings"}.add("desk-codecs", "amr,,"));
  EXPECT_EQ(read.codecs.browser, switchboard::Settings{}.codecs.browser);
  EXPECT_EQ(read.codecs.desk, switchboard::Settings{}.codecs.desk);
}

TEST(SettingsOfARecording, NameEachLimit) {
  switchboard::Settings settings;
  settings.bindings_per_user = 3;
  settings.calls = 5;
  settings.calls_per_user = 2;
  settings.new_calls_per_minute = 7;
  settings.refreshes_per_minute = 8;
  settings.registrations_per_minute = 9;
  settings.subscriptions = 30;
  settings.subscriptions_per_user = 4;
  settings.subscriptions_per_minute = 11;
  settings.texts_per_minute = 6;
  const auto read = settings_from(entry_of(settings));
  EXPECT_EQ(text_of(entry_of(read)), text_of(entry_of(settings)));
  EXPECT_EQ(read.subscriptions_per_user, 4U);
  EXPECT_EQ(read.subscriptions_per_minute, 11U);
  EXPECT_EQ(read.texts_per_minute, 6U);
  EXPECT_EQ(read.subscriptions, 30U);
  EXPECT_EQ(read.calls, 5U);
}

/// Who may pick up whose calls depends on the unit.
TEST(DirectoryOfARecording, NamesTheUnitOfEachPerson) {
  const directory::Directory house({{{1}, "", "s1", "siti", "Siti", "Room 7, left", "1001"}}, {});
  const auto read = directory_from(text_of(house), "dering");
  ASSERT_TRUE(read) << read.error();
  ASSERT_EQ((*read)->users().size(), 1U);
  EXPECT_EQ((*read)->users().front().unit, "Room 7, left");
  EXPECT_EQ((*read)->users().front().username, "") << "nobody signs in with a recording";
}

}  // namespace
}  // namespace dering::recording
