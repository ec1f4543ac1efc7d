// SPDX-License-Identifier: Apache-2.0
//
// How often a call asks for memory: no timing, so that it can be a test; each is printed.
#include "base/testing/allocations.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "switchboard/testing/desk_world.h"

namespace dering::switchboard {
namespace {

using testing::DeskWorld;
using testing::Sent;
using namespace testing;

class Allocations : public DeskWorld {
 protected:
  /// What the switchboard itself does with a message that has been parsed.
  void take(const sip::Flow& flow, std::string_view text) {
    Input input = sip::Received{flow, sip::testing::parsed(text)};
    const std::uint64_t before = dering::testing::allocations();
    switchboard.take(std::move(input), now, out);
    count_ += dering::testing::allocations() - before;
  }
  /// INVITE, its challenge, 180, 200, ACK, BYE: as the call benchmark does it.
  void call() {
    RequestText text = invite(1, "sip:1102@dering");
    take(phone(1), text.text());
    const Sent challenge = take_final();
    if (challenge.message.status() == 401 || challenge.message.status() == 407) {
      text = answered(std::move(text), challenge.message, 1);
      take(phone(1), text.text());
    }
    const Sent rung = DeskWorld::take(Method::invite);
    constexpr std::string_view contact = "<sip:1102@192.0.2.2:5060>";
    take(phone(2), answer_text(rung.message, 180, "callee", contact));
    take(phone(2), answer_text(rung.message, 200, "callee", contact, feature::testing::desk_sdp));
    RequestText next = text;
    next.to_tag = take_final().message.to().tag();
    next.more.clear();
    next.body.clear();
    next.method = "ACK";
    next.branch = new_branch();
    take(phone(1), next.text());
    next.method = "BYE";
    next.branch = new_branch();
    ++next.cseq;
    take(phone(1), next.text());
    const Sent bye = DeskWorld::take(Method::bye);
    take(phone(2), answer_text(bye.message, 200));
    out.clear();
    ASSERT_EQ(switchboard.counts().calls, 0U);
  }

  std::uint64_t count_ = 0;
};

TEST_F(Allocations, ACallAsksForMemoryLessOftenThanItOnceDid) {
  registers(1);
  registers(2);
  call();  // tables have their first buckets
  count_ = 0;
  constexpr std::uint64_t calls = 20;
  // While two desk phones sent to each other, a call asked 141 times. Now each of them has a port,
  // a description that is ours, and what the engine is told of it (keys, codecs, addresses): 92
  // more.
  constexpr std::uint64_t limit = 235;
  for (std::uint64_t i = 0; i < calls; ++i) call();
  std::printf("allocations a call: %.1f, at most %d\n", static_cast<double>(count_) / calls,
              static_cast<int>(limit));
  EXPECT_LE(count_ / calls, limit);
}

}  // namespace
}  // namespace dering::switchboard
