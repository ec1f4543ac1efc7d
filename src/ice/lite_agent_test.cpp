// SPDX-License-Identifier: Apache-2.0
#include "ice/lite_agent.h"

#include <gtest/gtest.h>

#include <array>

#include "stun/writer.h"

namespace dering::ice {
namespace {

using namespace std::chrono_literals;

const Credentials ours{"abcd", "0123456789012345678901"};
const Credentials newer{"wxyz", "abcdefghijabcdefghijab"};
const Instant start = Instant{} + 1h;

Path from(std::string_view ip, std::uint16_t port = 4000) {
  return {*SocketAddress::from_text(ip, port), *SocketAddress::from_text("127.0.0.1", 0)};
}

/// What a phone puts into its checks; the defaults are right.
struct Check {
  std::string username = "abcd:phone";
  std::string pwd = ours.pwd;
  bool nominates = false;
  bool claims_controlled = false;
  bool has_unknown_attribute = false;
};

class Phone {
 public:
  LiteAgent agent{{ours, "phone"}};
  stun::Message reply;

  LiteAgent::Answer check(const Path& path, Instant now = start, const Check& check = {}) {
    stun::Writer writer(request_, stun::Class::request, {1, 2, 3});
    if (!check.username.empty()) writer.username(check.username);
    writer.priority(1);
    if (check.claims_controlled) {
      writer.ice_controlled(7);
    } else {
      writer.ice_controlling(7);
    }
    if (check.nominates) writer.use_candidate();
    if (check.has_unknown_attribute) writer.unknown_attributes({});
    const Bytes bytes =
        check.pwd.empty() ? writer.finish_unsigned() : writer.finish_signed(check.pwd);
    auto message = stun::parse(bytes);
    if (check.has_unknown_attribute) {
      message->unknown.types[message->unknown.count++] = 0x7f00;
    }
    const auto answer = agent.on_request(*message, path, now, response_);
    const auto read = stun::parse(Bytes(response_).first(answer.size));
    if (read) reply = *read;
    return answer;
  }

 private:
  std::array<std::uint8_t, 256> request_{};
  std::array<std::uint8_t, 256> response_{};
};

TEST(LiteAgent, AnswersACheckWithTheAddressItCameFrom) {
  Phone phone;
  const auto answer = phone.check(from("192.0.2.7", 4321));
  EXPECT_TRUE(answer.authenticated);
  EXPECT_TRUE(answer.path_changed);
  EXPECT_EQ(phone.reply.message_class, stun::Class::success);
  EXPECT_EQ(phone.reply.mapped_address->text(), "192.0.2.7:4321");
  EXPECT_TRUE(phone.reply.is_signed_with(ours.pwd));
  EXPECT_EQ(phone.agent.state(), LiteAgent::State::connected);
}

TEST(LiteAgent, LearnsNothingFromChecksItCannotVerify) {
  const Check wrong_checks[] = {{.pwd = "another password, long enough"},
                                {.pwd = ""},
                                {.username = ""},
                                {.username = "abcd"},
                                {.username = "abcd:stranger"},
                                {.username = "abcde:phone"}};
  for (const Check& wrong : wrong_checks) {
    Phone phone;
    const auto answer = phone.check(from("192.0.2.7"), start, wrong);
    EXPECT_FALSE(answer.authenticated);
    EXPECT_FALSE(answer.path_changed);
    const bool lacks_a_part = wrong.pwd.empty() || wrong.username.empty();
    EXPECT_EQ(phone.reply.error_code, lacks_a_part ? 400 : 401) << wrong.username;
    EXPECT_FALSE(phone.reply.integrity_at);
    EXPECT_EQ(phone.agent.selected(), nullptr);
    EXPECT_TRUE(phone.agent.learnt().empty());
    EXPECT_EQ(phone.agent.state(), LiteAgent::State::waiting);
  }
}

TEST(LiteAgent, TakesAnyRemoteFragmentUntilThePhoneHasAnswered) {
  Phone phone;
  phone.agent = LiteAgent({ours, ""});
  EXPECT_TRUE(phone.check(from("192.0.2.7"), start, {.username = "abcd:any"}).authenticated);
  phone.agent.set_remote_ufrag("phone");
  EXPECT_FALSE(phone.check(from("192.0.2.7"), start, {.username = "abcd:any"}).authenticated);
}

TEST(LiteAgent, TellsAPhoneThatThinksItIsControlledToSwitch) {
  Phone phone;
  EXPECT_FALSE(phone.check(from("192.0.2.7"), start, {.claims_controlled = true}).authenticated);
  EXPECT_EQ(phone.reply.error_code, 487);
  EXPECT_TRUE(phone.reply.is_signed_with(ours.pwd));
  EXPECT_EQ(phone.agent.selected(), nullptr);
}

TEST(LiteAgent, RefusesAttributesItWouldHaveToUnderstand) {
  Phone phone;
  EXPECT_FALSE(
      phone.check(from("192.0.2.7"), start, {.has_unknown_attribute = true}).authenticated);
  EXPECT_EQ(phone.reply.error_code, 420);
  EXPECT_EQ(phone.agent.selected(), nullptr);
}

TEST(LiteAgent, SendsToTheFirstValidPathUntilOneIsNominated) {
  Phone phone;
  phone.check(from("192.0.2.1"));
  EXPECT_FALSE(phone.check(from("192.0.2.2")).path_changed);
  EXPECT_EQ(*phone.agent.selected(), from("192.0.2.1"));
  EXPECT_TRUE(phone.check(from("192.0.2.2"), start, {.nominates = true}).path_changed);
  EXPECT_EQ(*phone.agent.selected(), from("192.0.2.2"));
}

TEST(LiteAgent, MovesANominatedPathOnlyByAnotherNomination) {
  Phone phone;
  phone.check(from("192.0.2.1"), start, {.nominates = true});
  EXPECT_FALSE(phone.check(from("192.0.2.3")).path_changed);
  EXPECT_EQ(*phone.agent.selected(), from("192.0.2.1"));
  EXPECT_TRUE(phone.check(from("192.0.2.3"), start, {.nominates = true}).path_changed);
  EXPECT_EQ(*phone.agent.selected(), from("192.0.2.3"));
  EXPECT_FALSE(phone.check(from("192.0.2.3"), start, {.nominates = true}).path_changed);
}

TEST(LiteAgent, TakesOldCredentialsAfterARestartUntilTheNewOnesAreUsed) {
  Phone phone;
  phone.check(from("192.0.2.1"), start, {.nominates = true});
  phone.agent.restart({newer, "phone2"});
  EXPECT_TRUE(phone.check(from("192.0.2.1")).authenticated);
  EXPECT_EQ(*phone.agent.selected(), from("192.0.2.1"));

  const Check renewed{.username = "wxyz:phone2", .pwd = newer.pwd, .nominates = true};
  EXPECT_TRUE(phone.check(from("192.0.2.9"), start, renewed).path_changed);
  EXPECT_TRUE(phone.reply.is_signed_with(newer.pwd));
  EXPECT_FALSE(phone.check(from("192.0.2.1"), start, {.nominates = true}).authenticated);
  EXPECT_EQ(*phone.agent.selected(), from("192.0.2.9"));
}

TEST(LiteAgent, NeverMixesTheCredentialsOfTwoGenerations) {
  Phone phone;
  phone.agent.restart({newer, "phone2"});
  EXPECT_FALSE(phone.check(from("192.0.2.1"), start, {.username = "abcd:phone", .pwd = newer.pwd})
                   .authenticated);
  EXPECT_FALSE(phone.check(from("192.0.2.1"), start, {.username = "wxyz:phone2", .pwd = ours.pwd})
                   .authenticated);
}

TEST(LiteAgent, TellsOfSilenceOnceAfterFiveAndOnceAfterThirtySeconds) {
  Phone phone;
  EXPECT_FALSE(phone.agent.next_deadline());
  phone.check(from("192.0.2.1"));
  EXPECT_EQ(phone.agent.next_deadline(), start + 5s);
  phone.agent.on_packet(start + 2s);
  EXPECT_FALSE(phone.agent.on_time(start + 5s));
  EXPECT_EQ(phone.agent.next_deadline(), start + 7s);
  EXPECT_EQ(phone.agent.on_time(start + 7s), 5s);
  EXPECT_FALSE(phone.agent.on_time(start + 8s));
  EXPECT_EQ(phone.agent.on_time(start + 32s), 30s);
  EXPECT_FALSE(phone.agent.next_deadline());
  EXPECT_FALSE(phone.agent.on_time(start + 90s));
}

TEST(LiteAgent, NoticesThatThePhoneIsBack) {
  Phone phone;
  phone.check(from("192.0.2.1"));
  EXPECT_FALSE(phone.agent.on_packet(start + 1s));
  phone.agent.on_time(start + 6s);
  EXPECT_TRUE(phone.agent.on_packet(start + 10s));
  EXPECT_EQ(phone.agent.next_deadline(), start + 15s);
  phone.agent.on_time(start + 15s);
  phone.agent.on_time(start + 45s);
  EXPECT_TRUE(phone.check(from("192.0.2.1"), start + 50s).path_changed);
}

TEST(LiteAgent, KeepsAtMostEightAddressesAndNeverForgetsTheSelectedOne) {
  Phone phone;
  phone.check(from("192.0.2.1", 1), start, {.nominates = true});
  for (std::uint16_t port = 2; port <= 8; ++port) {
    EXPECT_FALSE(phone.check(from("192.0.2.1", port), start + port * 1s).forgotten);
  }
  const auto answer = phone.check(from("192.0.2.1", 9), start + 9s);
  EXPECT_EQ(answer.forgotten, from("192.0.2.1", 2).remote);
  EXPECT_EQ(phone.agent.learnt().size(), LiteAgent::most_paths);
  EXPECT_EQ(*phone.agent.selected(), from("192.0.2.1", 1));
}

TEST(LiteAgent, HasConsentForThirtySecondsAfterACheck) {
  Phone phone;
  const Path path = from("192.0.2.1");
  EXPECT_FALSE(phone.agent.has_consent(path.remote, start));
  phone.check(path);
  phone.agent.on_packet(start + 29s);
  EXPECT_TRUE(phone.agent.has_consent(path.remote, start + 29s));
  EXPECT_FALSE(phone.agent.has_consent(path.remote, start + 30s));
}

TEST(LiteAgent, SendsNowhereAfterItsAddressWasTaken) {
  Phone phone;
  phone.check(from("192.0.2.1"), start, {.nominates = true});
  phone.agent.forget(from("192.0.2.1").remote);
  EXPECT_EQ(phone.agent.selected(), nullptr);
  EXPECT_TRUE(phone.check(from("192.0.2.2")).path_changed);
}

}  // namespace
}  // namespace dering::ice
