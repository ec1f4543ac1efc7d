// SPDX-License-Identifier: Apache-2.0
//
// IP6: a desk phone that dies in a call holds neither its person nor the other one.
#include <gtest/gtest.h>

#include <vector>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using testing::DeskWorld;
using testing::Sent;
using namespace testing;

class DeadPhones : public DeskWorld {
 protected:
  /// Phone i registers as it did in the life that this Call-ID names.
  void registers_as(unsigned i, const std::string& call_id) {
    RequestText text = request(i, "REGISTER", "sip:dering");
    text.to = text.from;
    text.call_id = call_id;
    text.cseq = cseq_ += 10;
    ask(phone(i), std::move(text), i);
  }
  /// Phone i answers whatever it is asked; the others are silent.
  void wait_while_answers(unsigned i, Duration time) {
    for (const Instant end = now + time; now < end;) {
      pass(1s);
      for (const auto& record : all<directory::SaveCallRecord>()) records_.push_back(record.record);
      const auto asked = sent_if([](const sip::Message& message) { return message.is_request(); });
      out.clear();
      for (const Sent& sent : asked) {
        if (sent.to.remote == phone(i).remote) receive(sent.to, answer_text(sent.message, 200));
      }
    }
  }

  std::uint32_t cseq_ = 100;
  std::vector<directory::CallRecord> records_;
};

TEST_F(DeadPhones, IP6_APhoneThatAnswersNoOptionsEndsItsCall) {
  talk();
  ASSERT_EQ(switchboard.counts().calls, 1U);
  wait_while_answers(1, 6min);
  ASSERT_EQ(records_.size(), 1U) << "and not only when the session timer asks, after 15 minutes";
  EXPECT_EQ(records_[0].outcome, "lost");
  EXPECT_EQ(switchboard.counts().calls, 0U);
}

TEST_F(DeadPhones, IP6_APhoneThatWasSwitchedOnAnewIsAskedWhetherItKnowsItsCall) {
  talk();
  registers_as(2, "the-next-life");
  const auto questions = sent_if([](const sip::Message& message) {
    return message.is_request() &&
           (message.method() == Method::update || message.method() == Method::invite);
  });
  ASSERT_EQ(questions.size(), 1U);
  EXPECT_EQ(questions[0].to.remote, phone(2).remote);
  out.clear();
  receive(phone(2), answer_text(questions[0].message, 481));
  ASSERT_EQ(all<directory::SaveCallRecord>().size(), 1U);
  EXPECT_EQ(all<directory::SaveCallRecord>()[0].record.outcome, "lost");
}

// The answer was lost on its way, and comes again: until then no phone knows the call.
TEST_F(DeadPhones, IP6_APhoneThatMayNotHaveHeardTheAnswerIsNotAskedWhetherItKnowsTheCall) {
  const Talk call = answered();
  out.clear();
  registers_as(1, "the-next-life");
  EXPECT_TRUE(sent(Method::update).empty());
  EXPECT_TRUE(sent(Method::invite).empty());
  acknowledges(call);
  EXPECT_EQ(switchboard.counts().calls, 1U);
}

TEST_F(DeadPhones, APhoneThatOnlyRegistersAgainIsNotAsked) {
  registers_as(2, "one-life");
  talk();
  registers_as(2, "one-life");
  out.clear();
  registers_as(2, "one-life");
  EXPECT_TRUE(sent(Method::update).empty());
  EXPECT_TRUE(sent(Method::invite).empty());
}

}  // namespace
}  // namespace dering::switchboard
