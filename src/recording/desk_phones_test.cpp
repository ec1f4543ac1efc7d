// SPDX-License-Identifier: Apache-2.0
//
// What desk phones do with calls and beside them, recorded and played again: calls picked up and
// sent on, busy lamps, short texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "recording/recorder.h"
#include "recording/replay.h"
#include "switchboard/testing/desk_world.h"

namespace dering::recording {
namespace {

using namespace std::chrono_literals;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;
using switchboard::testing::Sent;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RecordedDeskPhones : public switchboard::testing::DeskWorld {
 protected:
  void begin() {
    const switchboard::Settings now_settings = settings();
    const auto beginning = switchboard.begin_recording({1, 2}, now);
    recorder_.emplace(Recorder::Start{now_settings, beginning, directory,
                                      switchboard::testing::engine_ready(), wall_, now});
    before_input = [this](const switchboard::Input& input) {
      const auto due = switchboard.next_deadline();
      recorder_->on_input(input, now, due && *due <= now);
    };
    after_input = [this](std::span<const switchboard::Output> outputs) {
      recorder_->on_outputs(outputs);
    };
  }
  std::string text() { return recorder_->take_text(); }

  int watches(unsigned i, const std::string& number, const std::string& event) {
    RequestText text = request(i, "SUBSCRIBE", "sip:" + number + "@dering");
    text.more = "Event: " + event + "\r\n";
    ask(phone(i), text, i);
    const auto taken = sent_if([](const auto& message) { return message.status() == 200; });
    return static_cast<int>(taken.size());
  }
  /// Each NOTIFY and MESSAGE that this phone was sent is taken; how many that were.
  int takes(unsigned i, Method method) {
    const std::vector<Sent> requests = sent(method);
    out.clear();
    int count = 0;
    for (const Sent& one : requests) {
      if (one.to.remote != phone(i).remote) continue;
      receive(phone(i), answer_text(one.message, 200, "t"));
      ++count;
    }
    return count;
  }
  int says(unsigned i, const std::string& number, const std::string& words) {
    RequestText text = request(i, "MESSAGE", "sip:" + number + "@dering");
    text.content_type = "text/plain";
    text.contact.clear();
    text.body = words;
    ask(phone(i), text, i);
    const auto finals = sent_if([](const auto& message) { return message.status() >= 200; });
    return finals.empty() ? 0 : finals.back().message.status();
  }
  void comes(unsigned i) {
    RequestText text = request(i, "REGISTER", "sip:dering");
    text.to = text.from;
    ask(phone(i), text, i);
  }

  /// Timers come when they are due, as in a switchboard that is not busy.
  void goes_by(Duration time) {
    const Instant end = now + time;
    while (const auto due = switchboard.next_deadline()) {
      if (*due > end) break;
      pass(std::max(*due, now) - now);
    }
    now = end;
  }

  static constexpr UnixSeconds wall_{1'800'000'000};

 private:
  std::optional<Recorder> recorder_;
};

TEST_F(RecordedDeskPhones, ACallIsPickedUpAgainByAColleague) {
  for (const unsigned i : {1U, 2U, 3U, 5U}) registers(i);
  begin();
  dials(5, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two", "<sip:1102@192.0.2.2:5060>"));
  dials(3, "*8");
  EXPECT_EQ(take_final().message.status(), 200);
  goes_by(5s);
  feed(switchboard::EndAllCalls{});
  goes_by(70s);

  const auto replayed = replay(text());
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_THAT(replayed->faults, IsEmpty());
  EXPECT_THAT(replayed->differences, IsEmpty());
}

TEST_F(RecordedDeskPhones, ACallIsSentOnAgain) {
  registers(3);
  begin();
  const Talk call = talk();
  RequestText refer = in(call, "REFER");
  refer.more = "Refer-To: <sip:1103@dering>\r\n";
  receive(phone(1), refer.text());
  EXPECT_EQ(take(Method::notify).message.method(), Method::notify);
  goes_by(40s);

  const auto replayed = replay(text());
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_THAT(replayed->faults, IsEmpty());
  EXPECT_THAT(replayed->differences, IsEmpty());
  EXPECT_THAT(replayed->ladder.text(), HasSubstr("INVITE sip:1103"));
}

TEST_F(RecordedDeskPhones, TheirLampsAreToldTheSameWhenTheyArePlayedAgain) {
  registers(2);
  begin();
  registers(1);
  registers(3);
  ASSERT_EQ(watches(1, "1102", "dialog"), 1);
  ASSERT_EQ(takes(1, Method::notify), 1);
  ASSERT_EQ(watches(3, "1102", "presence"), 1);
  ASSERT_EQ(takes(3, Method::notify), 1);
  dials(3, "1102");
  const Sent rung = take(Method::invite);
  receive(phone(2), answer_text(rung.message, 180, "two", "<sip:1102@192.0.2.2:5060>"));
  ASSERT_EQ(takes(1, Method::notify), 1);
  receive(phone(2), answer_text(rung.message, 486, "two", "<sip:1102@192.0.2.2:5060>"));
  ASSERT_EQ(takes(1, Method::notify), 1);
  goes_by(20s);

  const auto replayed = replay(text());
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_EQ(replayed->calls, 1U);
  EXPECT_THAT(replayed->faults, IsEmpty());
  EXPECT_THAT(replayed->differences, IsEmpty());
  EXPECT_THAT(replayed->ladder.text(), HasSubstr("NOTIFY"));
}

TEST_F(RecordedDeskPhones, TheirTextsAreDeliveredAgainWithoutTheirWords) {
  registers(2);
  begin();
  EXPECT_EQ(says(1, "1102", "meet me at seven"), 0) << "until the phone has answered";
  EXPECT_EQ(takes(2, Method::message), 1);
  EXPECT_EQ(says(1, "1104", "bring the blue key"), 202);
  out.clear();
  comes(4);
  EXPECT_EQ(takes(4, Method::message), 1);
  EXPECT_EQ(says(1, "1105", "nobody reads this"), 202);

  const std::string recorded = text();
  for (const char* words : {"meet", "seven", "blue", "key", "reads"}) {
    EXPECT_THAT(recorded, Not(HasSubstr(words)));
  }
  EXPECT_THAT(recorded, HasSubstr("MESSAGE sip:1104@dering"));
  const auto replayed = replay(recorded);
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_THAT(replayed->faults, IsEmpty()) << "also what still waits is gone after its week";
  EXPECT_THAT(replayed->differences, IsEmpty());
}

TEST_F(RecordedDeskPhones, NothingOfTextsThatWaitedBeforeIsInTheRecording) {
  EXPECT_EQ(says(1, "1102", "from before"), 202);
  begin();
  feed(directory::MessagesKept{{{.id = 77,
                                 .recipient = "1102",
                                 .sender = "1103",
                                 .sender_name = "Somebody",
                                 .text = "from the store",
                                 .sent_at = 1'799'999'000}}});
  out.clear();
  comes(2);
  EXPECT_EQ(takes(2, Method::message), 1);
  EXPECT_EQ(takes(2, Method::message), 1);

  const std::string recorded = text();
  for (const char* words : {"from before", "from the store", "1799999000"}) {
    EXPECT_THAT(recorded, Not(HasSubstr(words)));
  }
  const auto replayed = replay(recorded);
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_THAT(replayed->faults, IsEmpty());
}

TEST_F(RecordedDeskPhones, SubscriptionsFromBeforeAreNotKnownAndHarmNothing) {
  for (const unsigned i : {1U, 2U, 3U}) registers(i);
  ASSERT_EQ(watches(1, "1102", "dialog"), 1);
  ASSERT_EQ(takes(1, Method::notify), 1);
  begin();
  dials(2, "1103");
  goes_by(2s);
  EXPECT_GE(takes(1, Method::notify), 1);
  const auto replayed = replay(text());
  ASSERT_TRUE(replayed) << replayed.error();
  EXPECT_THAT(replayed->faults, IsEmpty());
}

}  // namespace
}  // namespace dering::recording
