// SPDX-License-Identifier: Apache-2.0
//
// Whatever a simulated world does to its switchboard can be played to another one, which then says
// the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "recording/recorder.h"
#include "recording/replay.h"
#include "sim/world.h"
#include "testing/phone.h"

namespace dering::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string recorded(std::uint64_t seed, Duration from) {
  log::set_level(log::Level::error);
  World world(seed, {.records_from = from});
  world.run();
  return world.recording();
}

TEST(RecordedWorlds, AreTheSameWhenTheyArePlayedAgain) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto replayed = recording::replay(recorded(seed, 0s));
    ASSERT_TRUE(replayed) << "seed " << seed << ": " << replayed.error();
    EXPECT_THAT(replayed->faults, IsEmpty()) << "seed " << seed;
    EXPECT_THAT(replayed->differences, IsEmpty()) << "seed " << seed;
  }
}

/// What was under way is left out, so not all is the same; but nothing may go wrong by that.
TEST(RecordedWorlds, CanBeginInTheMiddle) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto replayed = recording::replay(recorded(seed, 45s));
    ASSERT_TRUE(replayed) << "seed " << seed << ": " << replayed.error();
    EXPECT_THAT(replayed->faults, IsEmpty()) << "seed " << seed;
  }
}

/// A world of a script, recorded from some moment on.
class Taped : public testing::World {
 public:
  Taped() { people(3); }
  void begin() {
    const auto beginning = switchboard().begin_recording({1, 2}, now());
    const switchboard::Settings settings = plain_settings();
    recorder_.emplace(recording::Recorder::Start{.settings = settings,
                                                 .beginning = beginning,
                                                 .directory = directory_,
                                                 .ready = engine().ready(),
                                                 .wall = wall(),
                                                 .now = now()});
  }
  std::string text() { return recorder_->take_text(); }

 private:
  void on_input(const switchboard::Input& input, bool is_due) override {
    if (const auto* changed = std::get_if<directory::DirectoryChanged>(&input)) {
      directory_ = changed->snapshot;
    }
    if (recorder_) recorder_->on_input(input, now(), is_due);
  }
  void on_outputs(const switchboard::Outbox& outputs) override {
    if (recorder_) recorder_->on_outputs(outputs);
  }

  directory::DirectorySnapshot directory_;
  std::optional<recording::Recorder> recorder_;
};

TEST(RecordedPhones, ThatWereRegisteredBeforeAreCalledInTheReplay) {
  using testing::Phone;
  using testing::PhoneKind;
  log::set_level(log::Level::error);
  Taped world;
  Phone siti(world, "1001");
  Phone budi(world, "1002");
  Phone desk(world, "1003", PhoneKind::desk);
  Phone other_desk(world, "1003", PhoneKind::tcp_desk);
  siti.calls("1002");  // is under way when the recording begins
  budi.answers();
  world.pass(70s);
  world.begin();
  siti.hangs_up();
  siti.calls("1002");
  budi.answers();
  world.pass(1min);
  budi.loses_connection();
  world.pass(5s);
  budi.returns();
  siti.hangs_up();
  desk.calls("1003");
  desk.calls("1001");
  other_desk.calls("9999");
  world.pass(1min);
  ASSERT_THAT(world.faults(), IsEmpty());

  const auto replayed = recording::replay(world.text());
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_NE(replayed->left_out, "") << "and is named";
  EXPECT_THAT(replayed->faults, IsEmpty());
  ASSERT_THAT(replayed->differences, SizeIs(1));
  EXPECT_THAT(replayed->differences[0], HasSubstr("call records")) << "of that call";
}

// ---- What a replay tells ------------------------------------------------------------------------

class Replay : public ::testing::Test {
 protected:
  Replay() {
    log::set_level(log::Level::error);
    World world(17, {.records_from = 0s});
    world.run();
    text_ = world.recording();
  }
  /// The place of the n-th entry of that kind.
  std::size_t entry(std::string_view kind, int n) const {
    std::size_t at = 0;
    for (; n > 0; --n) at = text_.find("\n" + std::string(kind) + " ", at + 1);
    return at + 1;
  }

  std::string text_;
};

TEST_F(Replay, TellsWhatWasSaidOtherwiseThen) {
  const std::size_t at = text_.find("label=SIP/2.0%20200", entry("said", 5));
  text_.replace(at, 19, "label=SIP/2.0%20299");
  const auto replayed = recording::replay(text_);
  ASSERT_TRUE(replayed);
  ASSERT_THAT(replayed->differences, SizeIs(1));
  EXPECT_THAT(replayed->differences[0], HasSubstr("SIP/2.0 299"));
  EXPECT_THAT(replayed->faults, IsEmpty());
}

/// Names are counted for each purpose: what one more request draws changes nothing for the others.
TEST_F(Replay, ARequestMoreChangesNothingOfWhatOthersAreTold) {
  const std::string options =
      "OPTIONS sip:dering SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKo\r\n"
      "From: <sip:x@dering>;tag=1\r\nTo: <sip:dering>\r\nCall-ID: one-more\r\nCSeq: 1 OPTIONS\r\n"
      "Content-Length: 0\r\n\r\n";
  const std::size_t at = entry("message", 20);
  const std::string_view moment =
      std::string_view(text_).substr(at + 8, text_.find(' ', at + 8) - at - 8);
  text_.insert(at, "message " + std::string(moment) + " via=udp remote=192.0.2.9:5060 #" +
                       std::to_string(options.size()) + "\n" + options + "\n");
  const auto replayed = recording::replay(text_);
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_THAT(replayed->faults, IsEmpty());
  ASSERT_THAT(replayed->differences, SizeIs(1));
  EXPECT_THAT(replayed->differences[0], HasSubstr("one-more"));
}

TEST_F(Replay, AFileThatWasCutOffIsPlayedAsFarAsItGoes) {
  const auto whole = recording::replay(text_);
  const auto half = recording::replay(std::string_view(text_).substr(0, entry("message", 30) + 9));
  ASSERT_TRUE(whole && half);
  EXPECT_LT(half->inputs, whole->inputs);
  EXPECT_THAT(half->faults, IsEmpty());
}

TEST_F(Replay, WhatIsNoRecordingIsRefusedWithItsLine) {
  for (const char* text : {"", "\n", "INVITE sip:1002@dering SIP/2.0\r\n\r\n",
                           "dering-recording 0.000000000 version=2\n"}) {
    EXPECT_FALSE(recording::replay(text)) << text;
  }
  text_.insert(entry("message", 3), "message now\n");
  const auto replayed = recording::replay(text_);
  ASSERT_FALSE(replayed);
  EXPECT_THAT(replayed.error(), HasSubstr("line "));
}

TEST_F(Replay, ARecordingHoldsNoSecretOfAnybody) {
  for (const char* secret : {"c0ffee", "Bearer 1", "aaaaaaaaaaaaaaaaaaaaaaaa", "response=\"0"}) {
    EXPECT_THAT(text_, Not(HasSubstr(secret)));
  }
}

TEST_F(Replay, DrawsTheMessagesOfTheRecordingAsALadder) {
  const auto replayed = recording::replay(text_);
  ASSERT_TRUE(replayed);
  EXPECT_THAT(replayed->ladder.text(), HasSubstr("INVITE sip:"));
  EXPECT_THAT(replayed->ladder.text(), HasSubstr("== record "));
}

}  // namespace
}  // namespace dering::sim
