// SPDX-License-Identifier: Apache-2.0
#include "recording/lists.h"

#include <gtest/gtest.h>

namespace dering::recording {
namespace {

using sdp::Encoding;

TEST(SettingsOfARecording, NameTheCodecsOfEachKindOfPhone) {
  switchboard::Settings settings;
  settings.media.codecs.browser = {Encoding::opus, Encoding::pcma};
  settings.media.codecs.desk = {Encoding::g722};
  const auto read = settings_from(entry_of(settings));
  EXPECT_EQ(read.media.codecs.browser, settings.media.codecs.browser);
  EXPECT_EQ(read.media.codecs.desk, settings.media.codecs.desk);
}

TEST(SettingsOfARecording, AreTheUsualOnesWhereItNamesNone) {
  const auto read = settings_from(Entry{.kind = "settings"}.add("desk-codecs", "amr,,"));
  EXPECT_EQ(read.media.codecs.browser, switchboard::Settings{}.media.codecs.browser);
  EXPECT_EQ(read.media.codecs.desk, switchboard::Settings{}.media.codecs.desk);
}

TEST(SettingsOfARecording, SayWhetherSoundNeedsKeysAndWhoseTonesAreHeard) {
  switchboard::Settings settings;
  settings.media.clear_over_tls = sdp::ClearSound::refused;
  settings.media.tones = "uk";
  const auto read = settings_from(entry_of(settings));
  EXPECT_EQ(read.media.clear_over_tls, sdp::ClearSound::refused);
  EXPECT_EQ(read.media.tones, "uk");
  EXPECT_EQ(settings_from(Entry{.kind = "settings"}).media.tones, "id");
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

TEST(DirectoryOfARecording, NamesTheCodecsOfEachDeskPhone) {
  const directory::Directory house({{{1}, "", "s1", "siti", "Siti", "", "1001"}},
                                   {{"hall", "1001", "x", "y", "pcma,opus"}});
  const auto read = directory_from(text_of(house), "dering");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ((*read)->device("hall")->codecs, "pcma,opus");
}

TEST(PhonesOfARecording, KeepTheDeviceThatSignedIn) {
  directory::StoredBinding stored;
  stored.extension = "1001";
  stored.device = "hall";
  const auto read = bindings_from(text_of(std::vector{stored}));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->at(0).device, "hall");
  registrar::Held held;
  registrar::HeldBinding& binding = held.bindings.emplace_back();
  binding.device = "hall";
  binding.flow = {sip::Transport::udp, *SocketAddress::from_text("192.0.2.1", 5060), 0};
  const auto again = held_from(text_of(held));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->bindings.at(0).device, "hall");
}

}  // namespace
}  // namespace dering::recording
