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

}  // namespace
}  // namespace dering::recording
