// SPDX-License-Identifier: Apache-2.0
#include "trunk/registration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sip/testing/outbox.h"
#include "trunk/testing/response.h"

namespace dering::trunk {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using State = Registration::State;

constexpr std::string_view challenge =
    "WWW-Authenticate: Digest realm=\"p\", nonce=\"n1\", qop=\"auth\"\r\n";
constexpr std::string_view bound = "Contact: <sip:dering@198.51.100.9:5060>;expires=600\r\n";

/// A provider whose answers are written here, and our registration with it.
class AtProvider : public ::testing::Test {
 protected:
  AtProvider() { registration.begin(flow, turn()); }

  Turn& turn() { return turn_.emplace(now, endpoint, random, out); }
  /// What was sent last.
  std::string sent() const {
    const auto all = sip::testing::all_of<sip::Send>(out);
    return all.empty() ? "" : all.back()->bytes;
  }
  std::size_t count() const { return sip::testing::all_of<sip::Send>(out).size(); }
  void answer(std::string_view status, std::string_view fields = {}) {
    registration.on_response(
        {.transaction = {}, .flow = flow, .message = testing::response(status, fields)}, turn());
  }
  void fail() { registration.on_failed(turn()); }
  /// To the next try; how long it took.
  Duration wait() {
    const Instant before = now;
    now = registration.next_deadline().value_or(now);
    registration.on_time(now);
    if (registration.is_due(now)) registration.begin(flow, turn());
    return now - before;
  }

  Instant now = Instant{} + 1h;
  SeededRandom random{7};
  sip::Endpoint endpoint{{.host = "192.0.2.1", .product = "dering/test"}, {}, random};
  sip::Outbox out;
  sip::Flow flow{.transport = sip::Transport::udp,
                 .remote = *SocketAddress::from_text("192.0.2.9", 5060)};
  std::optional<Turn> turn_;
  Registration registration{{.registrar = "sip:provider.example",
                             .aor = "sip:6221555@provider.example",
                             .user = "dering",
                             .account = {.username = "6221555", .password = "s3cret"},
                             .route = "<sip:edge.provider.example;lr>"}};
};

TEST_F(AtProvider, SignsInWhenAskedAndKeepsItself) {
  EXPECT_THAT(sent(), ::testing::StartsWith("REGISTER sip:provider.example SIP/2.0\r\n"));
  EXPECT_THAT(sent(), HasSubstr("Route: <sip:edge.provider.example;lr>\r\n"));
  EXPECT_THAT(sent(), HasSubstr("Expires: 3600\r\n"));
  EXPECT_THAT(sent(), Not(HasSubstr("Authorization")));
  const std::string call_id = sent().substr(sent().find("Call-ID"), 40);
  answer("401 Unauthorized", challenge);
  EXPECT_THAT(sent(), HasSubstr("Authorization: Digest username=\"6221555\""));
  EXPECT_THAT(sent(), HasSubstr("CSeq: 2 REGISTER"));
  EXPECT_THAT(sent(), HasSubstr(call_id));
  answer("200 OK", std::string(bound) + "Service-Route: <sip:out.provider.example;lr>\r\n");
  EXPECT_EQ(registration.state(), State::registered);
  EXPECT_EQ(registration.service_route(), "<sip:out.provider.example;lr>");
  const Duration until_refresh = wait();
  EXPECT_GE(until_refresh, 420s);
  EXPECT_LT(until_refresh, 480s);
  EXPECT_EQ(registration.state(), State::registered) << "while it is refreshed";
  EXPECT_THAT(sent(), HasSubstr("CSeq: 3 REGISTER"));
  EXPECT_THAT(sent(), HasSubstr(call_id));
}

TEST_F(AtProvider, TheTimeOfOurOwnContactCountsAmongOthers) {
  answer("200 OK",
         "Contact: <sip:other@192.0.2.7>;expires=10, <sip:dering@192.0.2.1>;expires=300\r\n"
         "Expires: 1800\r\n");
  EXPECT_EQ(registration.until() - now, 300s);
}

TEST_F(AtProvider, A200WithoutOurContactIsNoRegistration) {
  for (const std::string_view fields : {"", "Contact: <sip:other@192.0.2.7>;expires=60\r\n",
                                        "Contact: <sip:dering@192.0.2.1>;expires=0\r\n"}) {
    answer("200 OK", fields);
    EXPECT_EQ(registration.state(), State::waiting) << fields;
    EXPECT_EQ(registration.fault().kind, RegistrationFault::Kind::nonsense) << fields;
  }
}

TEST_F(AtProvider, AWrongPasswordIsGivenOnceARoundAndAskedForSeldom) {
  answer("401 Unauthorized", challenge);
  answer("401 Unauthorized", challenge);
  EXPECT_EQ(registration.state(), State::waiting);
  EXPECT_EQ(count(), 2U);
  EXPECT_EQ(sentence_of(registration.fault()), "The provider does not take user name and password");
  Duration before{};
  for (int round = 0; round < 12; ++round) {
    const Duration pause = wait();
    EXPECT_GE(pause, 30s);
    EXPECT_LE(pause, 1h);
    if (round == 8) before = pause;
    answer("401 Unauthorized", challenge);
    answer("401 Unauthorized", challenge);
  }
  EXPECT_GE(before, 30min);
  EXPECT_EQ(count(), 2U + 12U * 2U);
}

TEST_F(AtProvider, OneThatAsksForEverWithFreshNoncesGetsFewAnswers) {
  for (int i = 0; i < 50 && registration.state() == State::trying; ++i)
    answer("401 Unauthorized", "WWW-Authenticate: Digest realm=\"p\", nonce=\"n" +
                                   std::to_string(i) + "\", qop=\"auth\", stale=true\r\n");
  EXPECT_EQ(registration.state(), State::waiting);
  EXPECT_LE(count(), 4U);
}

TEST_F(AtProvider, ALongerTimeIsAskedForOnce) {
  answer("423 Interval Too Brief", "Min-Expires: 7200\r\n");
  EXPECT_THAT(sent(), HasSubstr("Expires: 7200\r\n"));
  answer("423 Interval Too Brief", "Min-Expires: 7200\r\n");
  EXPECT_EQ(registration.state(), State::waiting);
  EXPECT_EQ(registration.fault().status, 423);
}

TEST_F(AtProvider, AwayIsTriedSoonAndRefusedSeldom) {
  fail();
  EXPECT_EQ(registration.state(), State::waiting);
  EXPECT_EQ(registration.fault().kind, RegistrationFault::Kind::unreachable);
  EXPECT_LE(wait(), 5s);
  fail();
  EXPECT_LE(wait(), 10s);
  answer("503 Service Unavailable", "Retry-After: 120 (maintenance)\r\n");
  EXPECT_GE(wait(), 120s);
  answer("403 Forbidden");
  EXPECT_GE(wait(), 60s);
  answer("200 OK", bound);
  EXPECT_EQ(sentence_of(registration.fault()), "");
}

TEST_F(AtProvider, ARefreshThatFailsLeavesTheTimeThatIsGranted) {
  answer("200 OK", bound);
  const Instant until = registration.until();
  wait();
  fail();
  EXPECT_EQ(registration.state(), State::registered);
  EXPECT_EQ(sentence_of(registration.fault()), "The provider does not answer");
  while (now < until) {
    wait();
    fail();
  }
  EXPECT_EQ(registration.state(), State::waiting);
}

TEST_F(AtProvider, ARefreshThatIsRefusedEndsIt) {
  answer("200 OK", bound);
  wait();
  answer("403 Account Closed");
  EXPECT_EQ(registration.state(), State::waiting);
  EXPECT_EQ(sentence_of(registration.fault()), "The provider refused: 403 Account Closed");
}

TEST_F(AtProvider, LeavingTakesItBackWithThePassword) {
  answer("200 OK", bound);
  registration.leave(turn());
  EXPECT_THAT(sent(), HasSubstr("Expires: 0\r\n"));
  answer("401 Unauthorized", challenge);
  EXPECT_THAT(sent(), HasSubstr("Expires: 0\r\n"));
  EXPECT_THAT(sent(), HasSubstr("Authorization: "));
  answer("200 OK");
  EXPECT_EQ(registration.state(), State::off);
  EXPECT_FALSE(registration.next_deadline());
}

TEST_F(AtProvider, WhatDoesNotComeToAnEndIsNotWaitedForWhenLeaving) {
  answer("200 OK", bound);
  registration.leave(turn());
  fail();
  EXPECT_EQ(registration.state(), State::off);
  EXPECT_FALSE(registration.next_deadline());
}

}  // namespace
}  // namespace dering::trunk
