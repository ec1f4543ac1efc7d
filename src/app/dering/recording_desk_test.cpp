// SPDX-License-Identifier: Apache-2.0
#include "app/dering/recording_desk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "recording/replay.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;
using api::RecordingOrder;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using What = RecordingOrder::What;

class Desk : public ::testing::Test {
 protected:
  Desk() { log::set_level(log::Level::error); }

  static switchboard::Settings settings() {
    switchboard::Settings settings;
    settings.names.host = "192.0.2.1";
    settings.realm = "dering";
    return settings;
  }
  void start() {
    take(directory::DirectoryChanged{std::make_shared<const directory::Directory>(
        std::vector<directory::User>{}, std::vector<directory::DeviceCredential>{})});
  }
  api::RecordingPart order(What what) { return desk_.carry_out({++orders_, what}, now_); }
  void take(switchboard::Input input) {
    switchboard::Outbox outbox;
    desk_.on_input(input, now_);
    switchboard_.take(std::move(input), now_, outbox);
    desk_.on_outputs(outbox);
  }
  /// An entry of some 60,000 bytes.
  void take_long_message() {
    const std::string body(60'000, 'x');
    take(sip::Received{{sip::Transport::tcp, *SocketAddress::from_text("192.0.2.7", 5060), 1},
                       *sip::Message::parse(fmt::format(
                           "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKa\r\n"
                           "From: <sip:1001@dering>;tag=1\r\nTo: <sip:1002@dering>;tag=2\r\n"
                           "Call-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Type: text/plain\r\n"
                           "Content-Length: {}\r\n\r\n{}",
                           body.size(), body))});
  }
  /// All that waits, as whoever fetches puts it together.
  std::string fetch() {
    std::string all;
    for (auto part = order(What::next); part.status == 200 && !part.text.empty();
         part = order(What::next)) {
      EXPECT_LE(part.text.size(), RecordingDesk::most_of_a_part);
      all += part.text;
    }
    return all;
  }

  Instant now_ = Instant{} + 1h;
  SeededRandom random_{1};
  switchboard::Switchboard switchboard_{settings(), random_};
  RecordingDesk desk_{switchboard_, settings(), random_};
  std::uint64_t orders_ = 0;
};

TEST_F(Desk, RefusesBeforeTheSwitchboardHasItsDirectory) {
  EXPECT_EQ(order(What::begin).status, 503);
  start();
  EXPECT_EQ(order(What::begin).status, 201);
  EXPECT_EQ(order(What::begin).status, 409) << "one at a time";
}

TEST_F(Desk, AnswersEachOrderByItsNumber) {
  start();
  const auto begun = order(What::begin);
  EXPECT_EQ(begun.order, orders_);
  EXPECT_THAT(order(What::next).text, StartsWith("dering-recording "));
  EXPECT_EQ(order(What::next).text, "") << "nothing has happened since";
  const auto last = order(What::end);
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.order, orders_);
  const auto after = order(What::next);
  EXPECT_EQ(after.status, 404);
  EXPECT_EQ(after.text, "It was ended.");
}

TEST_F(Desk, EndsARecordingThatNobodyFetches) {
  start();
  order(What::begin);
  now_ += RecordingDesk::patience - 1s;
  desk_.on_time(now_);
  EXPECT_TRUE(desk_.is_recording());
  order(What::next);
  now_ += RecordingDesk::patience;
  desk_.on_time(now_);
  EXPECT_FALSE(desk_.is_recording());
  const auto part = order(What::next);
  EXPECT_EQ(part.status, 404);
  EXPECT_THAT(part.text, HasSubstr("Nobody fetched it"));
  EXPECT_EQ(order(What::begin).status, 201) << "the next one";
}

TEST_F(Desk, KeepsNoMoreThanMayWaitToBeFetched) {
  start();
  order(What::begin);
  constexpr std::size_t enough = RecordingDesk::most_waiting / 60'000 + 10;
  std::size_t taken = 0;
  for (; desk_.is_recording() && taken < enough; ++taken) take_long_message();
  EXPECT_FALSE(desk_.is_recording());
  EXPECT_GT(taken, enough - 30);
  const std::string kept = fetch();
  EXPECT_GT(kept.size(), RecordingDesk::most_waiting) << "what was written is fetched still";
  EXPECT_LT(kept.size(), RecordingDesk::most_waiting + 100'000);
  EXPECT_THAT(order(What::next).text, HasSubstr("not fetched fast enough"));
  EXPECT_TRUE(recording::replay(kept));
}

TEST_F(Desk, EndsARecordingThatIsAsLongAsOneMayBe) {
  start();
  order(What::begin);
  constexpr std::size_t enough = recording::Recorder::most_bytes / 60'000 + 10;
  std::size_t fetched = 0;
  for (std::size_t taken = 0; desk_.is_recording() && taken < enough; ++taken) {
    take_long_message();
    fetched += order(What::next).text.size();
  }
  EXPECT_FALSE(desk_.is_recording());
  fetched += fetch().size();
  EXPECT_GE(fetched, recording::Recorder::most_bytes);
  EXPECT_LT(fetched, recording::Recorder::most_bytes + 100'000);
  EXPECT_THAT(order(What::next).text, HasSubstr("as long as a recording may be"));
}

}  // namespace
}  // namespace dering::app
