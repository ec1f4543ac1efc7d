// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sip/endpoint/own_text.h"
#include "sip/testing/outbox.h"
#include "sip/testing/sip_text.h"

namespace dering::sip {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::all_of;
using testing::answer_text;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::first_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::parsed;
using testing::RequestText;
using testing::sent_lines;
using ::testing::StartsWith;
using testing::tcp_flow;
using testing::udp_flow;
using testing::wss_flow;

/// What an input left in the outbox, and what the user admitted of it.
struct Reaction : Outbox {
  std::vector<RequestArrived> arrived;
};
const RequestArrived* arrived_in(const Reaction& received) {
  return received.arrived.empty() ? nullptr : &received.arrived.front();
}

/// The input of a user who admits everything.
Reaction received_by(Endpoint& endpoint, const Flow& flow, std::string_view text, Instant now) {
  Reaction received;
  Outbox out;
  endpoint.on_message(flow, parsed(text), now, out);
  for (Output& output : out) {
    auto* offered = std::get_if<RequestOffered>(&output);
    if (!offered) {
      received.push_back(std::move(output));
    } else if (auto arrived = endpoint.admit(std::move(*offered), received)) {
      received.arrived.push_back(std::move(*arrived));
    }
  }
  return received;
}

/// An endpoint in virtual time; every input hands back what it put into the outbox.
class EndpointTest : public ::testing::Test {
 protected:
  Reaction receive(const Flow& flow, std::string_view text) {
    return received_by(endpoint_, flow, text, now_);
  }
  Reaction receive(const Flow& flow, const RequestText& request) {
    return receive(flow, request.text());
  }
  /// What a user is offered who says nothing.
  Outbox offer(const Flow& flow, const RequestText& request) {
    Outbox out;
    endpoint_.on_message(flow, parsed(request), now_, out);
    return out;
  }
  /// What a user sends who refuses whatever is offered.
  Outbox refused(const Flow& flow, std::string_view text, const StatelessAnswer& answer) {
    Outbox offered, sent;
    endpoint_.on_message(flow, parsed(text), now_, offered);
    for (const auto* one : all_of<RequestOffered>(offered)) endpoint_.answer(*one, answer, sent);
    return sent;
  }
  Outbox after(Duration duration) {
    Outbox out;
    const Instant end = now_ + duration;
    while (endpoint_.next_deadline() && *endpoint_.next_deadline() <= end) {
      now_ = *endpoint_.next_deadline();
      endpoint_.on_time(now_, out);
    }
    now_ = end;
    return out;
  }
  Outbox close(const Flow& flow) {
    Outbox out;
    endpoint_.on_flow_closed(flow, now_, out);
    return out;
  }
  Outbox lose(const Flow& flow) {
    Outbox out;
    endpoint_.on_flow_lost(flow, now_, out);
    return out;
  }
  Outbox move(const Flow& from, const Flow& to) {
    Outbox out;
    endpoint_.on_flow_moved(from, to, now_, out);
    return out;
  }

  /// A new request, and the user's first look at it.
  ServerTransactionId arrival(const Flow& flow, const RequestText& request) {
    const Reaction out = receive(flow, request);
    const auto* arrived = arrived_in(out);
    return arrived ? arrived->transaction : ServerTransactionId{};
  }
  Outbox respond(ServerTransactionId id, const RequestText& request, int status) {
    Outbox out;
    endpoint_.respond(id, status, answer_text(parsed(request), status, "our-tag"), now_, out);
    return out;
  }

  /// Admitted requests until the endpoint takes no more, from whatever connection.
  void fill_with(const char* method) {
    for (std::uint64_t i = 1; endpoint_.transaction_count() < 1000; ++i) {
      receive(tcp_flow(i), {.method = method,
                            .branch = fmt::format("z9hG4bKfill{}", i),
                            .call_id = fmt::format("fill{}", i)});
    }
    filled_ = endpoint_.overload_count();
  }
  std::uint64_t refused_since() const { return endpoint_.overload_count() - filled_; }

  struct OurRequest {
    ClientTransactionId id;
    std::string text;
  };
  OurRequest send(const Flow& flow, Method method, std::string_view to_tag = {}) {
    const std::string branch = endpoint_.new_branch();
    auto writer = MessageWriter::request(name_of(method), "sip:1001@192.0.2.1:5060");
    writer.header(HeaderId::via, endpoint_.via_value(flow, branch))
        .header(HeaderId::max_forwards, std::uint64_t{70})
        .header(HeaderId::from, "<sip:1002@pbx.test>;tag=ours")
        .header(HeaderId::to,
                fmt::format("<sip:1001@pbx.test>{}{}", to_tag.empty() ? "" : ";tag=", to_tag))
        .header(HeaderId::call_id, "our-call")
        .header(HeaderId::cseq, "7 " + std::string(name_of(method)))
        .header(HeaderId::route, "<sip:edge.test;lr>");
    OurRequest request{{}, writer.finish("application/sdp", "v=0\r\n")};
    sent_.clear();
    request.id = endpoint_.request(flow, method, branch, request.text, now_, sent_);
    return request;
  }
  Outbox cancel(ClientTransactionId id, std::string_view reason = {}) {
    Outbox out;
    endpoint_.cancel(id, reason, now_, out);
    return out;
  }

  SeededRandom random_{7};
  Endpoint endpoint_{{.host = "pbx.test", .product = "dering/0.1.0"},
                     {.transactions = 1000, .stranded = 20},
                     random_};
  Instant now_{std::chrono::days(400)};
  Outbox sent_;
  std::uint64_t filled_ = 0;
};

RequestText ack_of_2xx(RequestText invite, std::string_view to_tag = "our-tag") {
  invite.method = "ACK";
  invite.branch = "z9hG4bKack";
  invite.to_tag = to_tag;
  return invite;
}
RequestText beside(RequestText invite, std::string method, std::string to_tag = {}) {
  invite.method = std::move(method);
  invite.to_tag = std::move(to_tag);
  return invite;
}

// ---- Requests -----------------------------------------------------------------------------------

TEST_F(EndpointTest, FR19_APhoneThatListensAtThePortOfItsViaIsAnsweredThere) {
  const Flow from{.remote = SocketAddress::from_ipv4(0xc0000201, 40'000)};
  const SocketAddress listens = SocketAddress::from_ipv4(0xc0000201, 5099);
  RequestText invite{.sent_by = "192.0.2.1:5099"};
  const auto answered_at = [](const Outbox& out) {
    const auto* send = first_of<Send>(out);
    return send ? send->flow.remote : SocketAddress{};
  };
  const Reaction arrived = receive(from, invite);
  EXPECT_EQ(answered_at(arrived), listens);
  const auto* request = arrived_in(arrived);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->flow, from) << "who speaks is told by where it comes from";
  EXPECT_EQ(answered_at(receive(from, invite)), listens) << "a repetition";
  EXPECT_EQ(answered_at(respond(request->transaction, invite, 486)), listens);
  EXPECT_EQ(answered_at(after(milliseconds(600))), listens) << "we repeat until the ACK";

  RequestText cancel = invite;
  cancel.method = "CANCEL";
  EXPECT_EQ(answered_at(receive(from, cancel)), listens);
  RequestText wrong = invite;
  wrong.cseq_method = "BYE";
  wrong.branch = "z9hG4bKwrong";
  EXPECT_EQ(answered_at(receive(from, wrong)), listens) << "a refusal";
}

TEST_F(EndpointTest, AnswersAnInviteWith100AtOnceAndReportsIt) {
  RequestText invite;
  invite.more = "Timestamp: 54\r\n";
  const Reaction out = receive(udp_flow(), invite);
  ASSERT_THAT(sent_lines(out), ElementsAre("SIP/2.0 100 Trying"));
  EXPECT_THAT(first_of<Send>(out)->bytes, HasSubstr("Timestamp: 54\r\n"));
  ASSERT_TRUE(arrived_in(out));
  EXPECT_EQ(arrived_in(out)->message.call_id(), invite.call_id);
}

TEST_F(EndpointTest, LeavesTheAnswerToOtherMethodsToTheUser) {
  for (const char* method : {"REGISTER", "OPTIONS", "BYE", "FROBNICATE"}) {
    const Reaction out =
        receive(udp_flow(), {.method = method, .branch = std::string("z9hG4bK") + method});
    EXPECT_THAT(sent_lines(out), IsEmpty());
    EXPECT_TRUE(arrived_in(out)) << method;
  }
}

TEST_F(EndpointTest, AbsorbsARepeatedRequestAndRepeatsTheAnswer) {
  const RequestText request{.method = "OPTIONS"};
  const auto id = arrival(udp_flow(), request);
  EXPECT_THAT(receive(udp_flow(), request), IsEmpty());
  respond(id, request, 200);
  EXPECT_THAT(sent_lines(receive(udp_flow(), request)), ElementsAre("SIP/2.0 200 OK"));
}

TEST_F(EndpointTest, TellsRequestsApartByFlowAndSentByAndBranchAndMethod) {
  RequestText request{.method = "OPTIONS", .sent_by = "a.invalid"};
  EXPECT_TRUE(arrival(wss_flow(1), request));
  request.call_id = "call-2";
  EXPECT_TRUE(arrival(wss_flow(2), request));
  request.call_id = "call-3";
  request.sent_by = "b.invalid";
  EXPECT_TRUE(arrival(wss_flow(1), request));
  request.call_id = "call-4";
  request.branch += "x";
  EXPECT_TRUE(arrival(wss_flow(1), request));
  request.method = "MESSAGE";
  EXPECT_TRUE(arrival(wss_flow(1), request));
  EXPECT_FALSE(arrival(wss_flow(1), request));
}

TEST_F(EndpointTest, MatchesRequestsWithoutTheMagicCookieByTheirFields) {
  RequestText invite{.branch = "1"};
  const auto id = arrival(udp_flow(), invite);
  ASSERT_TRUE(id);
  EXPECT_FALSE(arrival(udp_flow(), invite));
  RequestText next = invite;
  next.cseq = 2;
  EXPECT_TRUE(arrival(udp_flow(), next));
  respond(id, invite, 486);
  receive(udp_flow(), beside(invite, "ACK", "our-tag"));
  EXPECT_THAT(sent_lines(after(seconds(4))), IsEmpty()) << "the ACK was not matched";
}

TEST_F(EndpointTest, RefusesAMergedRequestWith482) {
  RequestText invite;
  ASSERT_TRUE(arrival(udp_flow(), invite));
  invite.branch += "-other";
  EXPECT_THAT(sent_lines(receive(udp_flow(), invite)), ElementsAre("SIP/2.0 482 Loop Detected"));
  invite.cseq = 2;
  EXPECT_TRUE(arrival(udp_flow(), invite));
}

TEST_F(EndpointTest, AnswersAWrongRequestItsRefusalWithoutKeepingAnything) {
  RequestText request{.method = "OPTIONS", .cseq_method = "INVITE"};
  const Reaction out = receive(udp_flow(), request);
  ASSERT_THAT(sent_lines(out), ElementsAre(StartsWith("SIP/2.0 400")));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
  EXPECT_EQ(first_of<Send>(receive(udp_flow(), request))->bytes, first_of<Send>(out)->bytes)
      << "a repetition gets the same To tag (RFC 3261 §8.2.7)";
  request.method = "ACK";
  EXPECT_THAT(receive(udp_flow(), request), IsEmpty()) << "an ACK is never answered";
}

TEST_F(EndpointTest, ForgetsEveryTransactionInTheEnd) {
  RequestText request{.method = "OPTIONS"};
  respond(arrival(udp_flow(), request), request, 200);
  RequestText invite{.branch = "z9hG4bKinvite", .call_id = "call-2"};
  respond(arrival(udp_flow(), invite), invite, 200);
  RequestText busy{.branch = "z9hG4bKbusy", .call_id = "call-3"};
  respond(arrival(udp_flow(), busy), busy, 486);
  send(udp_flow(), Method::invite);
  send(udp_flow(), Method::bye);
  EXPECT_EQ(endpoint_.transaction_count(), 5u);
  after(seconds(32));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
  EXPECT_EQ(endpoint_.next_deadline(), std::nullopt);
}

// ---- The gate ----------------------------------------------------------------------------------

TEST_F(EndpointTest, AT2AnOfferedRequestCostsNothingAndIsNotAnswered) {
  for (int i = 0; i < 10'000; ++i) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", i),
                             .call_id = fmt::format("c{}", i)};
    const Outbox out = offer(i % 2 ? udp_flow() : tcp_flow(), invite);
    ASSERT_EQ(out.size(), 1u);
    ASSERT_TRUE(first_of<RequestOffered>(out));
  }
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
  EXPECT_EQ(endpoint_.next_deadline(), std::nullopt);
}

TEST_F(EndpointTest, AT3ARefusedRequestGetsTheSameBytesEachTimeAndNothingByItself) {
  const StatelessAnswer challenge{407, {}, {{"Proxy-Authenticate", "Digest nonce=\"n\""}}};
  for (const Flow& flow : {udp_flow(), tcp_flow()}) {
    for (const char* method : {"INVITE", "REGISTER", "OPTIONS", "SUBSCRIBE", "WHAT"}) {
      const RequestText request{.method = method, .branch = std::string("z9hG4bK") + method};
      const Outbox first = refused(flow, request.text(), challenge);
      ASSERT_THAT(sent_lines(first), ElementsAre(StartsWith("SIP/2.0 407")));
      EXPECT_THAT(after(seconds(40)), IsEmpty());
      const Outbox second = refused(flow, request.text(), challenge);
      EXPECT_EQ(first_of<Send>(first)->bytes, first_of<Send>(second)->bytes);
    }
  }
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

TEST_F(EndpointTest, TheTagOfARefusalDiffersWithFlowBranchCallIdAndCSeq) {
  const auto tag = [&](const Flow& flow, const RequestText& request) {
    return std::string(
        parsed(first_of<Send>(refused(flow, request.text(), {403}))->bytes).to().tag());
  };
  const RequestText first{.method = "OPTIONS"};
  RequestText branch = first, call_id = first, cseq = first;
  branch.branch += "x";
  call_id.call_id += "x";
  cseq.cseq = 2;
  const std::set<std::string> tags{tag(udp_flow(), first),  tag(udp_flow(2000), first),
                                   tag(tcp_flow(1), first), tag(tcp_flow(2), first),
                                   tag(udp_flow(), branch), tag(udp_flow(), call_id),
                                   tag(udp_flow(), cseq)};
  EXPECT_EQ(tags.size(), 7u);
}

TEST_F(EndpointTest, AckAndCancelOfARefusedInviteAreNeverOffered) {
  const RequestText invite;
  refused(udp_flow(), invite.text(), {407});
  EXPECT_THAT(offer(udp_flow(), beside(invite, "ACK", "any")), IsEmpty());
  EXPECT_THAT(sent_lines(offer(udp_flow(), beside(invite, "CANCEL"))),
              ElementsAre(StartsWith("SIP/2.0 481")));
}

TEST_F(EndpointTest, ARequestThatWasAdmittedMeanwhileIsNotAdmittedTwice) {
  Outbox offered = offer(wss_flow(), {.method = "REGISTER"});
  ASSERT_TRUE(arrival(wss_flow(), {.method = "REGISTER"}));
  Outbox out;
  EXPECT_FALSE(endpoint_.admit(std::move(std::get<RequestOffered>(offered[0])), out));
  EXPECT_THAT(out, IsEmpty());
  EXPECT_EQ(endpoint_.transaction_count(), 1u);
}

TEST_F(EndpointTest, FR11AnAuthenticatedRetryWithTheSameCSeqIsNoLoop) {
  RequestText invite;
  refused(udp_flow(), invite.text(), {407});
  invite.branch += "-2";
  const auto id = arrival(udp_flow(), invite);
  EXPECT_TRUE(id) << "the challenge left no transaction to loop with";
  respond(id, invite, 486);
  invite.branch += "-3";
  EXPECT_TRUE(arrival(udp_flow(), invite)) << "what was refused is not going on any more";
  invite.branch += "-4";
  EXPECT_THAT(sent_lines(receive(udp_flow(), invite)), ElementsAre("SIP/2.0 482 Loop Detected"));
}

std::string tiny_invite(std::string_view padding = {}) {
  return fmt::format(
      "INVITE sip:1 SIP/2.0\r\nv:SIP/2.0/UDP 1.1.1.1;branch=z9hG4bK{}\r\nf:<sip:a>;tag=1\r\n"
      "t:<sip:b>\r\ni:1\r\nCSeq:1 INVITE\r\n\r\n",
      padding);
}

TEST_F(EndpointTest, AT3NoAnswerOverUdpIsLargerThanThreeRequests) {
  const StatelessAnswer challenge{407,
                                  {},
                                  {{"Proxy-Authenticate", std::string(130, 'a')},
                                   {"Proxy-Authenticate", std::string(130, 'b')}}};
  for (std::size_t more = 0; more < 300; ++more) {
    const std::string text = tiny_invite(std::string(more, 'x'));
    const Outbox out = refused(udp_flow(), text, challenge);
    ASSERT_EQ(out.size(), 1u) << text.size();
    const std::string& answer = first_of<Send>(out)->bytes;
    EXPECT_LE(answer.size(), 3 * text.size());
    const Message read = parsed(answer);
    EXPECT_EQ(read.status(), 407);
    EXPECT_FALSE(read.to().tag().empty());
    const auto challenges =
        std::ranges::count(read.headers(), HeaderId::proxy_authenticate, &HeaderField::id);
    if (text.size() >= 125) {
      EXPECT_GE(challenges, 1) << text.size();
    }
    if (text.size() >= 220) {
      EXPECT_EQ(challenges, 2) << text.size();
    }
    if (challenges == 1) {
      EXPECT_EQ(read.header(HeaderId::proxy_authenticate)->front(), 'a');
    }
  }
  EXPECT_EQ(endpoint_.unanswered_count(), 0u);
}

TEST_F(EndpointTest, AT3WhatCannotBeAnsweredInThreeTimesItsBytesIsNot) {
  const Flow far{Transport::udp,
                 *SocketAddress::from_text("2001:db8:1111:2222:3333:4444:5555:6666", 50'000), 0};
  const std::string text =
      "A a:b SIP/2.0\r\nv:SIP/2.0/UDP a;rport\r\nf:<a:b>\r\nt:<a:b>\r\ni:1\r\nCSeq:1 A\r\n\r\n";
  const Outbox out = refused(far, text, {403, {}, {{"X", std::string(300, 'a')}}});
  for (const Send* send : all_of<Send>(out)) EXPECT_LE(send->bytes.size(), 3 * text.size());
  EXPECT_EQ(out.size() + endpoint_.unanswered_count(), 1u);
}

TEST_F(EndpointTest, AT3WhereTheSourceIsProvenTheAnswerIsWhole) {
  const StatelessAnswer whole{403, "Words", {{"X", std::string(1000, 'a')}}};
  const Outbox out = refused(tcp_flow(), tiny_invite(), whole);
  EXPECT_THAT(first_of<Send>(out)->bytes, HasSubstr(std::string(1000, 'a')));
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 403 Words"));
}

TEST_F(EndpointTest, AT2OneConnectionOrAddressTakesHalfOfTheRoomAndTheNextHalfOfTheRest) {
  const auto taken_by = [&](const Flow& flow) {
    int taken = 0;
    for (int i = 0; i < 3000; ++i) {
      if (arrival(flow, {.method = "OPTIONS",
                         .branch = fmt::format("z9hG4bK{}", i),
                         .call_id = fmt::format("{}-{}", flow.connection, i)})) {
        ++taken;
      }
    }
    return taken;
  };
  EXPECT_EQ(taken_by(tcp_flow(1)), 500);
  EXPECT_EQ(taken_by(udp_flow()), 250);
  EXPECT_EQ(taken_by(udp_flow(2000)), 0) << "another port is no other address";
  EXPECT_TRUE(arrival(tcp_flow(3), {})) << "there is room for others";
  close(tcp_flow(1));
  EXPECT_GT(taken_by(tcp_flow(4)), 200) << "what one gave back others may have";
}

TEST_F(EndpointTest, AT2HousesWithManyIpv6AddressesAreOne) {
  const auto from = [&](int host) {
    return Flow{Transport::udp,
                *SocketAddress::from_text(fmt::format("2001:db8::{:x}", host + 1), 5060), 0};
  };
  for (int i = 0; i < 3000; ++i) {
    receive(from(i), {.method = "OPTIONS",
                      .branch = fmt::format("z9hG4bK{}", i),
                      .call_id = fmt::format("c{}", i)});
  }
  EXPECT_EQ(endpoint_.transaction_count(), 500u);
}

// ---- Our 2xx and its ACK ------------------------------------------------------------------------

TEST_F(EndpointTest, RepeatsA2xxOnEveryTransportUntilItsAckAndReportsThatOnce) {
  for (const Flow& flow : {udp_flow(), wss_flow()}) {
    const RequestText invite;
    respond(arrival(flow, invite), invite, 200);
    EXPECT_THAT(sent_lines(after(seconds(2))), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK"));
    EXPECT_TRUE(first_of<AckArrived>(receive(flow, ack_of_2xx(invite))));
    EXPECT_THAT(receive(flow, ack_of_2xx(invite)), IsEmpty());
    EXPECT_THAT(after(seconds(40)), IsEmpty());
    EXPECT_EQ(endpoint_.transaction_count(), 0u);
  }
}

TEST_F(EndpointTest, ReportsThatNoAckCame) {
  const RequestText invite;
  const auto id = arrival(wss_flow(), invite);
  respond(id, invite, 200);
  const Outbox out = after(seconds(40));
  EXPECT_EQ(sent_lines(out).size(), 10u);
  ASSERT_EQ(all_of<AckMissing>(out).size(), 1u);
  EXPECT_EQ(first_of<AckMissing>(out)->transaction, id);
}

TEST_F(EndpointTest, TakesAnAckOnlyOfItsOwnDialog) {
  const RequestText invite;
  respond(arrival(udp_flow(), invite), invite, 200);
  RequestText ack = ack_of_2xx(invite, "another-tag");
  EXPECT_THAT(receive(udp_flow(), ack), IsEmpty());
  ack = ack_of_2xx(invite);
  ack.cseq = 2;
  EXPECT_THAT(receive(udp_flow(), ack), IsEmpty());
  ack = ack_of_2xx(invite);
  ack.from_tag = "from-2";
  EXPECT_THAT(receive(udp_flow(), ack), IsEmpty());
  EXPECT_TRUE(first_of<AckArrived>(receive(udp_flow(2000), ack_of_2xx(invite))))
      << "the phone may have moved to another flow";
}

TEST_F(EndpointTest, TakesTheAckOfA2xxThatReusesTheBranchOfItsInvite) {
  const RequestText invite;
  respond(arrival(udp_flow(), invite), invite, 200);
  EXPECT_TRUE(first_of<AckArrived>(receive(udp_flow(), beside(invite, "ACK", "our-tag"))));
}

TEST_F(EndpointTest, SendsAtMostOneFinalResponse) {
  const RequestText invite;
  const auto id = arrival(udp_flow(), invite);
  EXPECT_THAT(sent_lines(respond(id, invite, 180)), ElementsAre("SIP/2.0 180 Ringing"));
  EXPECT_THAT(sent_lines(respond(id, invite, 200)), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_THAT(respond(id, invite, 486), IsEmpty());
  EXPECT_THAT(respond(id, invite, 180), IsEmpty());
  EXPECT_THAT(sent_lines(after(seconds(32))), Not(Contains(Not("SIP/2.0 200 OK"))));
  EXPECT_THAT(respond(id, invite, 200), IsEmpty());
}

TEST_F(EndpointTest, RepeatsARefusalOverUdpUntilItsAck) {
  const RequestText invite;
  respond(arrival(udp_flow(), invite), invite, 486);
  EXPECT_EQ(sent_lines(after(seconds(2))).size(), 2u);
  EXPECT_THAT(receive(udp_flow(), beside(invite, "ACK", "our-tag")), IsEmpty());
  EXPECT_THAT(after(seconds(40)), IsEmpty());
}

// ---- CANCEL -------------------------------------------------------------------------------------

TEST_F(EndpointTest, AnswersACancelAndReportsItOnce) {
  const RequestText invite;
  const auto id = arrival(wss_flow(), invite);
  respond(id, invite, 180);
  const Reaction out = receive(wss_flow(), beside(invite, "CANCEL"));
  ASSERT_THAT(sent_lines(out), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_EQ(parsed(first_of<Send>(out)->bytes).to().tag(), "our-tag");
  ASSERT_TRUE(first_of<CancelArrived>(out));
  EXPECT_EQ(first_of<CancelArrived>(out)->transaction, id);
  const Outbox again = receive(wss_flow(), beside(invite, "CANCEL"));
  EXPECT_THAT(sent_lines(again), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_FALSE(first_of<CancelArrived>(again));
  EXPECT_THAT(sent_lines(respond(id, invite, 487)), ElementsAre("SIP/2.0 487 Request Terminated"));
}

TEST_F(EndpointTest, ReportsNoCancelAfterTheFinalResponse) {
  const RequestText invite;
  respond(arrival(udp_flow(), invite), invite, 200);
  const Reaction out = receive(udp_flow(), beside(invite, "CANCEL"));
  EXPECT_THAT(sent_lines(out), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_FALSE(first_of<CancelArrived>(out));
}

TEST_F(EndpointTest, AnswersACancelOfNothingWith481) {
  const RequestText invite;
  arrival(wss_flow(1), invite);
  for (const Flow& other : {wss_flow(2), udp_flow()}) {
    EXPECT_THAT(sent_lines(receive(other, beside(invite, "CANCEL"))),
                ElementsAre(StartsWith("SIP/2.0 481")));
  }
  const RequestText options{.method = "OPTIONS", .branch = "z9hG4bKoptions", .call_id = "call-2"};
  arrival(wss_flow(1), options);
  EXPECT_THAT(sent_lines(receive(wss_flow(1), beside(options, "CANCEL"))),
              ElementsAre(StartsWith("SIP/2.0 481")));
}

TEST_F(EndpointTest, HoldsItsOwnCancelUntilTheFirstProvisionalResponse) {
  const OurRequest invite = send(udp_flow(), Method::invite);
  EXPECT_THAT(cancel(invite.id, "SIP;cause=200;text=\"Call completed elsewhere\""), IsEmpty());
  const Reaction out = receive(udp_flow(), answer_text(invite.text, 100));
  ASSERT_EQ(out.size(), 1u);
  const Message sent = parsed(first_of<Send>(out)->bytes);
  EXPECT_FALSE(sent.refusal());
  EXPECT_EQ(sent.method(), Method::cancel);
  EXPECT_EQ(sent.via().branch, parsed(invite.text).via().branch);
  EXPECT_EQ(sent.cseq().number, 7u);
  EXPECT_EQ(sent.header(HeaderId::route), "<sip:edge.test;lr>");
  EXPECT_EQ(sent.header(HeaderId::reason), "SIP;cause=200;text=\"Call completed elsewhere\"");
  EXPECT_THAT(receive(udp_flow(), answer_text(sent, 200)), IsEmpty()) << "of interest to nobody";
  const Outbox final = receive(udp_flow(), answer_text(invite.text, 487, "theirs"));
  EXPECT_THAT(sent_lines(final), ElementsAre(StartsWith("ACK")));
  EXPECT_TRUE(first_of<ResponseArrived>(final));
}

TEST_F(EndpointTest, FailsACancelledInviteThatNeverEnds) {
  const OurRequest invite = send(wss_flow(), Method::invite);
  receive(wss_flow(), answer_text(invite.text, 180, "theirs"));
  EXPECT_THAT(sent_lines(cancel(invite.id)), ElementsAre(StartsWith("CANCEL")));
  const Outbox out = after(seconds(32));
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(first_of<RequestFailed>(out)->transaction, invite.id);
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

// The callee picks up while our CANCEL is on its way (RFC 3261 §9.1).
TEST_F(EndpointTest, DeliversA2xxThatCrossedOurCancelAndLetsTheUserAcknowledgeIt) {
  const OurRequest invite = send(wss_flow(), Method::invite);
  receive(wss_flow(), answer_text(invite.text, 180, "theirs"));
  cancel(invite.id);
  const Reaction out = receive(wss_flow(), answer_text(invite.text, 200, "theirs"));
  ASSERT_TRUE(first_of<ResponseArrived>(out));
  Outbox acked;
  endpoint_.acknowledge(invite.id, "theirs", "ACK sip:1001@192.0.2.1 SIP/2.0\r\n\r\n", now_, acked);
  EXPECT_THAT(sent_lines(acked), ElementsAre(StartsWith("ACK")));
  EXPECT_FALSE(first_of<RequestFailed>(after(seconds(64))));
}

// ---- Our requests -------------------------------------------------------------------------------

TEST_F(EndpointTest, AcknowledgesARefusalItself) {
  const OurRequest invite = send(udp_flow(), Method::invite);
  const Reaction out = receive(udp_flow(), answer_text(invite.text, 486, "theirs"));
  ASSERT_EQ(out.size(), 2u);
  const Message ack = parsed(first_of<Send>(out)->bytes);
  EXPECT_FALSE(ack.refusal());
  EXPECT_EQ(ack.method(), Method::ack);
  EXPECT_EQ(ack.to().tag(), "theirs");
  EXPECT_EQ(ack.via().branch, parsed(invite.text).via().branch);
  EXPECT_EQ(ack.cseq().method, Method::ack);
  EXPECT_EQ(ack.header(HeaderId::route), "<sip:edge.test;lr>");
  EXPECT_EQ(first_of<ResponseArrived>(out)->message.status(), 486);
  EXPECT_THAT(sent_lines(receive(udp_flow(), answer_text(invite.text, 486, "theirs"))),
              ElementsAre(StartsWith("ACK")));
}

TEST_F(EndpointTest, DeliversEachFork2xxOnceAndRepeatsItsOwnAck) {
  const OurRequest invite = send(udp_flow(), Method::invite);
  const auto success = [&](std::string_view tag) {
    return receive(udp_flow(), answer_text(invite.text, 200, tag));
  };
  EXPECT_TRUE(first_of<ResponseArrived>(success("a")));
  EXPECT_THAT(success("a"), IsEmpty()) << "nothing to repeat before the user has acknowledged";
  EXPECT_TRUE(first_of<ResponseArrived>(success("b")));
  Outbox out;
  endpoint_.acknowledge(invite.id, "a", "ACK a", now_, out);
  endpoint_.acknowledge(invite.id, "b", "ACK b", now_, out);
  endpoint_.acknowledge(invite.id, "c", "ACK c", now_, out);
  EXPECT_THAT(sent_lines(out), ElementsAre("ACK a", "ACK b"));
  EXPECT_THAT(sent_lines(success("b")), ElementsAre("ACK b"));
  EXPECT_THAT(sent_lines(success("a")), ElementsAre("ACK a"));
  after(seconds(32));
  EXPECT_THAT(success("a"), IsEmpty());
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

TEST_F(EndpointTest, KeepsABoundedNumberOfForks) {
  const OurRequest invite = send(wss_flow(), Method::invite);
  std::size_t delivered = 0;
  for (int fork = 0; fork < 1000; ++fork) {
    const auto text = answer_text(invite.text, 200, "tag" + std::to_string(fork));
    delivered += all_of<ResponseArrived>(receive(wss_flow(), text)).size();
  }
  EXPECT_EQ(delivered, 32u);
}

TEST_F(EndpointTest, RepeatsARequestOverUdpAndFailsItInTheEnd) {
  const OurRequest options = send(udp_flow(), Method::options);
  EXPECT_EQ(first_of<Send>(sent_)->bytes, options.text);
  const Outbox out = after(seconds(33));
  EXPECT_EQ(all_of<Send>(out).size(), 10u);
  EXPECT_EQ(first_of<Send>(out)->bytes, options.text);
  ASSERT_TRUE(first_of<RequestFailed>(out));
  EXPECT_EQ(first_of<RequestFailed>(out)->reason, RequestFailed::Reason::timeout);
}

TEST_F(EndpointTest, DropsResponsesThatAreNotToARequestOfOurs) {
  const OurRequest options = send(wss_flow(1), Method::options);
  const std::string answer = answer_text(options.text, 200, "theirs");
  EXPECT_THAT(receive(udp_flow(), answer), IsEmpty()) << "another transport";

  std::string two_vias = answer;
  two_vias.insert(two_vias.find("From:"), "Via: SIP/2.0/WSS other.test;branch=z9hG4bK1\r\n");
  EXPECT_THAT(receive(wss_flow(1), two_vias), IsEmpty());

  std::string guessed = answer;
  char& one = guessed[guessed.find("z9hG4bK") + 12];
  one = one == 'A' ? 'B' : 'A';
  EXPECT_THAT(receive(wss_flow(1), guessed), IsEmpty()) << "one character of the branch";

  std::string other_method = answer;
  other_method.replace(other_method.find("7 OPTIONS"), 9, "7 INVITE");
  EXPECT_THAT(receive(wss_flow(1), other_method), IsEmpty());

  EXPECT_TRUE(first_of<ResponseArrived>(receive(wss_flow(1), answer)));
  EXPECT_THAT(receive(wss_flow(1), answer), IsEmpty());
}

// IP2: linphone over TCP answers on a connection of its own when it mistrusts the one it was asked
// on. 22 random characters of the branch say that it is the phone that was asked.
TEST_F(EndpointTest, TakesTheAnswerOfAPhoneOnAnotherConnectionByItsBranch) {
  const OurRequest invite = send(tcp_flow(1), Method::invite);
  EXPECT_GE(parsed(invite.text).via().branch.size(), std::string_view("z9hG4bK").size() + 22);
  const Outbox out = receive(tcp_flow(2), answer_text(invite.text, 200, "theirs"));
  const auto* arrived = first_of<ResponseArrived>(out);
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->transaction, invite.id);
}

// ---- Flows --------------------------------------------------------------------------------------

TEST_F(EndpointTest, FailsRequestsOnALostFlowAndForgetsThoseThatCameFromIt) {
  const OurRequest lost = send(wss_flow(1), Method::invite);
  const OurRequest kept = send(wss_flow(2), Method::bye);
  const auto id = arrival(wss_flow(1), {});
  const Outbox out = close(wss_flow(1));
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(first_of<RequestFailed>(out)->transaction, lost.id);
  EXPECT_EQ(first_of<RequestFailed>(out)->reason, RequestFailed::Reason::flow_lost);
  EXPECT_EQ(endpoint_.transaction_count(), 1u);
  EXPECT_THAT(respond(id, {}, 200), IsEmpty());
  EXPECT_TRUE(first_of<ResponseArrived>(receive(wss_flow(2), answer_text(kept.text, 200))));
}

// ---- Connections that took something with them
// ---------------------------------------------------

/// "SIP/2.0 486 Busy Here on 2": start line and connection.
std::vector<std::string> said(const Outbox& out) {
  std::vector<std::string> lines;
  for (const Send* send : all_of<Send>(out)) {
    const std::string start = send->bytes.substr(0, send->bytes.find("\r\n"));
    const std::string first =
        start.starts_with("SIP/2.0 ") ? start.substr(8) : start.substr(0, start.find(' '));
    lines.push_back(fmt::format("{} on {}", first, send->flow.connection));
  }
  return lines;
}

TEST_F(EndpointTest, AFinalResponseThatItsConnectionTookIsSaidOnTheNextUntilItsAck) {
  for (const int status : {200, 486, 480}) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", status),
                             .call_id = fmt::format("call-{}", status)};
    respond(arrival(wss_flow(1), invite), invite, status);
    EXPECT_THAT(said(lose(wss_flow(1))), IsEmpty());
    EXPECT_THAT(said(after(seconds(10))), IsEmpty()) << "to a dead connection";
    const std::string line = fmt::format("{} {} on 2", status, reason_phrase(status));
    EXPECT_THAT(said(move(wss_flow(1), wss_flow(2))), ElementsAre(line));
    receive(wss_flow(2), status == 200 ? ack_of_2xx(invite) : beside(invite, "ACK", "our-tag"));
    EXPECT_THAT(said(after(seconds(20))), IsEmpty());
    after(seconds(40));
    EXPECT_EQ(endpoint_.transaction_count(), 0u) << status;
    EXPECT_EQ(endpoint_.next_deadline(), std::nullopt);
  }
}

TEST_F(EndpointTest, AnAnswerThatIsOwedWhenTheConnectionBreaksIsSaidOnTheNext) {
  const RequestText reinvite{.to_tag = "our-tag"};
  const auto before = arrival(wss_flow(1), reinvite);
  lose(wss_flow(1));
  EXPECT_THAT(said(respond(before, reinvite, 200)), IsEmpty());
  EXPECT_THAT(said(move(wss_flow(1), wss_flow(2))), ElementsAre("200 OK on 2"));
  receive(wss_flow(2), ack_of_2xx(reinvite));

  RequestText next = reinvite;
  next.branch += "-next";
  next.cseq = 2;
  const auto after_return = arrival(wss_flow(2), next);
  lose(wss_flow(2));
  EXPECT_THAT(said(move(wss_flow(2), wss_flow(3))), IsEmpty());
  EXPECT_THAT(said(respond(after_return, next, 491)), ElementsAre("491 Request Pending on 3"));
}

TEST_F(EndpointTest, WhatIsAcknowledgedOrOtherThanAnInviteGoesWithItsConnection) {
  const RequestText invite;
  respond(arrival(wss_flow(1), invite), invite, 200);
  receive(wss_flow(1), ack_of_2xx(invite));
  const RequestText options{.method = "OPTIONS", .branch = "z9hG4bKo", .call_id = "call-2"};
  arrival(wss_flow(1), options);
  send(wss_flow(1), Method::update);
  send(wss_flow(1), Method::bye);
  EXPECT_EQ(all_of<RequestFailed>(lose(wss_flow(1))).size(), 2u);
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
  EXPECT_THAT(said(move(wss_flow(1), wss_flow(2))), IsEmpty());
}

TEST_F(EndpointTest, AnInviteThatFailedWithItsConnectionIsCancelledOnTheNext) {
  for (const int provisional : {0, 100, 180}) {
    const OurRequest invite = send(wss_flow(1), Method::invite);
    if (provisional) receive(wss_flow(1), answer_text(invite.text, provisional, "theirs"));
    const Outbox lost = lose(wss_flow(1));
    ASSERT_TRUE(first_of<RequestFailed>(lost)) << "the user is told at once";
    EXPECT_EQ(first_of<RequestFailed>(lost)->reason, RequestFailed::Reason::flow_lost);

    const Outbox moved = move(wss_flow(1), wss_flow(2));
    ASSERT_THAT(said(moved), ElementsAre("CANCEL on 2"));
    EXPECT_EQ(parsed(first_of<Send>(moved)->bytes).via().branch, parsed(invite.text).via().branch);
    receive(wss_flow(2), answer_text(first_of<Send>(moved)->bytes, 200));
    const Outbox ended = receive(wss_flow(2), answer_text(invite.text, 487, "theirs"));
    EXPECT_THAT(said(ended), ElementsAre("ACK on 2"));
    EXPECT_FALSE(first_of<ResponseArrived>(ended)) << "told twice";
    EXPECT_EQ(endpoint_.transaction_count(), 0u);
  }
}

TEST_F(EndpointTest, TheAnswerToAnInviteThatFailedIsHandedUpAndItsAckGoesWhereItCameFrom) {
  const OurRequest invite = send(wss_flow(1), Method::invite);
  lose(wss_flow(1));
  const Outbox answered = receive(wss_flow(2), answer_text(invite.text, 200, "theirs"));
  ASSERT_TRUE(first_of<ResponseArrived>(answered)) << "before the phone has registered";
  Outbox out;
  endpoint_.acknowledge(invite.id, "theirs", "ACK sip:x SIP/2.0\r\n\r\n", now_, out);
  EXPECT_THAT(said(out), ElementsAre("ACK on 2"));
}

TEST_F(EndpointTest, TheAnswerToAReinviteThatFailedIsAcknowledgedAndNotHandedUp) {
  const OurRequest reinvite = send(tcp_flow(1), Method::invite, "theirs");
  lose(tcp_flow(1));
  EXPECT_THAT(said(move(tcp_flow(1), tcp_flow(2))), ElementsAre("CANCEL on 2"));
  for (int i = 0; i < 3; ++i) {
    const Outbox out = receive(tcp_flow(2), answer_text(reinvite.text, 200, "theirs"));
    ASSERT_THAT(said(out), ElementsAre("ACK on 2")) << "or the phone ends the call";
    const Message ack = parsed(first_of<Send>(out)->bytes);
    EXPECT_EQ(ack.cseq().number, 7u);
    EXPECT_NE(ack.via().branch, parsed(reinvite.text).via().branch);
    EXPECT_FALSE(first_of<ResponseArrived>(out));
  }
}

TEST_F(EndpointTest, AnAckThatItsConnectionTookIsSaidOnTheNextAndWhenTheAnswerComesThereAgain) {
  const OurRequest invite = send(wss_flow(1), Method::invite);
  receive(wss_flow(1), answer_text(invite.text, 200, "theirs"));
  Outbox out;
  endpoint_.acknowledge(invite.id, "theirs", "ACK sip:x SIP/2.0\r\n\r\n", now_, out);
  EXPECT_THAT(lose(wss_flow(1)), IsEmpty()) << "the user knows the end";
  EXPECT_THAT(said(move(wss_flow(1), wss_flow(2))), ElementsAre("ACK on 2"));
  EXPECT_THAT(said(receive(wss_flow(2), answer_text(invite.text, 200, "theirs"))),
              ElementsAre("ACK on 2"));
  lose(wss_flow(2));
  EXPECT_THAT(said(move(wss_flow(2), wss_flow(3))), ElementsAre("ACK on 3"));
  after(seconds(32));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

TEST_F(EndpointTest, AReleasedByeIsSaidOnEachNextConnectionUntilItIsAnswered) {
  const OurRequest bye = send(wss_flow(1), Method::bye);
  endpoint_.release(bye.id, now_);
  EXPECT_THAT(lose(wss_flow(1)), IsEmpty());
  EXPECT_THAT(said(move(wss_flow(1), wss_flow(2))), ElementsAre("BYE on 2"));
  EXPECT_THAT(lose(wss_flow(2)), IsEmpty());
  after(seconds(20));
  const Outbox again = move(wss_flow(2), wss_flow(3));
  ASSERT_THAT(said(again), ElementsAre("BYE on 3"));
  EXPECT_EQ(first_of<Send>(again)->bytes, bye.text);
  after(seconds(20));
  EXPECT_THAT(receive(wss_flow(3), answer_text(bye.text, 200)), IsEmpty());
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

TEST_F(EndpointTest, AReleasedByeWaitsAMinuteForAPhoneHoweverOftenItLostItsConnection) {
  const OurRequest bye = send(wss_flow(1), Method::bye);
  endpoint_.release(bye.id, now_);
  lose(wss_flow(1));
  after(seconds(55));
  EXPECT_THAT(said(move(wss_flow(1), wss_flow(2))), ElementsAre("BYE on 2"));
  lose(wss_flow(2));
  after(seconds(55));
  EXPECT_THAT(said(move(wss_flow(2), wss_flow(3))), ElementsAre("BYE on 3"));
}

TEST_F(EndpointTest, AnAnswerThatComesAgainElsewhereBringsTheByeThatDismissedItAlong) {
  const OurRequest invite = send(tcp_flow(1), Method::invite);
  lose(tcp_flow(1));
  receive(tcp_flow(2), answer_text(invite.text, 200, "theirs"));  // it has not signed in there
  Outbox out;
  endpoint_.acknowledge(invite.id, "theirs", "ACK sip:x SIP/2.0\r\n\r\n", now_, out);
  const OurRequest bye = send(tcp_flow(2), Method::bye, "theirs");
  endpoint_.release(bye.id, now_);
  const Outbox again = receive(tcp_flow(3), answer_text(invite.text, 200, "theirs"));
  EXPECT_THAT(said(again), ElementsAre("ACK on 3", "BYE on 3"));
  close(tcp_flow(2));
  EXPECT_THAT(receive(tcp_flow(3), answer_text(bye.text, 200)), IsEmpty());
  after(seconds(32));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

TEST_F(EndpointTest, TheByeThatDismissedAnAnswerFollowsThePhoneFromWhereItWasAsked) {
  const OurRequest invite = send(tcp_flow(1), Method::invite);
  lose(tcp_flow(1));
  receive(tcp_flow(2), answer_text(invite.text, 200, "theirs"));  // and there it never signs in
  Outbox out;
  endpoint_.acknowledge(invite.id, "theirs", "ACK sip:x SIP/2.0\r\n\r\n", now_, out);
  const OurRequest bye = send(tcp_flow(2), Method::bye, "theirs");
  endpoint_.release(bye.id, now_);
  close(tcp_flow(2));
  EXPECT_THAT(said(move(tcp_flow(1), tcp_flow(3))), ElementsAre("BYE on 3"));
  EXPECT_THAT(receive(tcp_flow(3), answer_text(bye.text, 200)), IsEmpty());
  after(seconds(32));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

TEST_F(EndpointTest, TheByeThatDismissedAnAnswerIsSaidHoweverManyConnectionsItsPhoneLoses) {
  const OurRequest invite = send(tcp_flow(1), Method::invite);
  lose(tcp_flow(1));
  receive(tcp_flow(2), answer_text(invite.text, 200, "theirs"));
  Outbox out;
  endpoint_.acknowledge(invite.id, "theirs", "ACK sip:x SIP/2.0\r\n\r\n", now_, out);
  const OurRequest bye = send(tcp_flow(2), Method::bye, "theirs");
  endpoint_.release(bye.id, now_);
  for (std::uint64_t next = 3; next < 7; ++next) {  // on none of them does it come to sign in
    const Outbox again = receive(tcp_flow(next), answer_text(invite.text, 200, "theirs"));
    EXPECT_THAT(said(again),
                ElementsAre(fmt::format("ACK on {}", next), fmt::format("BYE on {}", next)));
    close(tcp_flow(next - 1));
    after(seconds(5));
  }
  close(tcp_flow(6));
  EXPECT_THAT(said(move(tcp_flow(1), tcp_flow(7))), ElementsAre("BYE on 7")) << "signed in at last";
  EXPECT_THAT(receive(tcp_flow(7), answer_text(bye.text, 200)), IsEmpty());
  after(seconds(32));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

TEST_F(EndpointTest, WhatAPhoneThatNeverReturnsWasToldIsForgottenIn32SecondsAndAByeInAMinute) {
  const RequestText ringing{.branch = "z9hG4bKr", .call_id = "call-2"};
  const RequestText busy{.branch = "z9hG4bKb", .call_id = "call-3"};
  arrival(wss_flow(1), ringing);
  respond(arrival(wss_flow(1), busy), busy, 486);
  send(wss_flow(1), Method::invite);
  endpoint_.release(send(wss_flow(1), Method::bye).id, now_);
  lose(wss_flow(1));
  EXPECT_EQ(endpoint_.transaction_count(), 4u);
  EXPECT_THAT(after(seconds(32)), IsEmpty());
  EXPECT_EQ(endpoint_.transaction_count(), 1u);
  EXPECT_THAT(after(seconds(28)), IsEmpty());
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
  EXPECT_EQ(endpoint_.next_deadline(), std::nullopt);
  EXPECT_THAT(move(wss_flow(1), wss_flow(2)), IsEmpty());
}

TEST_F(EndpointTest, WhatLostConnectionsLeaveIsCappedAndTheOldestIsShedAndCounted) {
  for (std::uint64_t connection = 1; connection <= 30; ++connection) {
    send(wss_flow(connection), Method::invite);
    const RequestText busy{.branch = fmt::format("z9hG4bK{}", connection),
                           .call_id = fmt::format("call-{}", connection)};
    respond(arrival(wss_flow(connection), busy), busy, 486);
    lose(wss_flow(connection));
  }
  EXPECT_EQ(endpoint_.transaction_count(), 40u);
  EXPECT_EQ(endpoint_.shed_count(), 20u);
  EXPECT_THAT(move(wss_flow(10), wss_flow(99)), IsEmpty());
  EXPECT_THAT(said(move(wss_flow(11), wss_flow(99))),
              ElementsAre("486 Busy Here on 99", "CANCEL on 99"));
}

TEST_F(EndpointTest, APhoneThatIsBackBeforeItsOldConnectionEndsIsToldOnBoth) {
  const OurRequest invite = send(tcp_flow(1), Method::invite);
  receive(tcp_flow(1), answer_text(invite.text, 180, "theirs"));
  const OurRequest bye = send(tcp_flow(1), Method::bye, "theirs");
  EXPECT_THAT(said(move(tcp_flow(1), tcp_flow(2))), ElementsAre("BYE on 2"))
      << "the call is still wanted";
  EXPECT_THAT(said(cancel(invite.id)), ElementsAre("CANCEL on 1", "CANCEL on 2"));
  EXPECT_THAT(said(move(tcp_flow(1), tcp_flow(3))), ElementsAre("CANCEL on 3", "BYE on 3"));
  EXPECT_TRUE(first_of<ResponseArrived>(receive(tcp_flow(3), answer_text(bye.text, 200))));
  const Outbox lost = lose(tcp_flow(1));
  EXPECT_TRUE(first_of<RequestFailed>(lost));
  EXPECT_THAT(said(lost), ElementsAre("CANCEL on 3"));
  EXPECT_THAT(said(receive(tcp_flow(3), answer_text(invite.text, 487, "theirs"))),
              ElementsAre("ACK on 3"));
}

TEST_F(EndpointTest, WhoseNextConnectionBreaksAsWellIsToldOnTheOneAfterIt) {
  for (const bool is_cancelled : {false, true}) {
    for (const bool is_seen_before : {false, true}) {
      const OurRequest invite = send(tcp_flow(1), Method::invite);
      receive(tcp_flow(1), answer_text(invite.text, 180, "theirs"));
      if (is_cancelled) cancel(invite.id);
      move(tcp_flow(1), tcp_flow(2));
      if (is_seen_before) {
        EXPECT_THAT(said(lose(tcp_flow(1))), ElementsAre("CANCEL on 2")) << "it is there now";
        lose(tcp_flow(2));
        EXPECT_THAT(said(move(tcp_flow(2), tcp_flow(3))), ElementsAre("CANCEL on 3"));
      } else {
        const std::size_t told = said(move(tcp_flow(2), tcp_flow(3))).size();
        EXPECT_EQ(told, is_cancelled ? 1u : 0u) << "or the call is still wanted";
        lose(tcp_flow(2));
        EXPECT_THAT(said(lose(tcp_flow(1))), ElementsAre("CANCEL on 3"));
      }
      EXPECT_THAT(said(receive(tcp_flow(3), answer_text(invite.text, 487, "theirs"))),
                  ElementsAre("ACK on 3"));
      after(std::chrono::seconds(33));
      EXPECT_EQ(endpoint_.transaction_count(), 0u);
    }
  }
}

TEST_F(EndpointTest, NothingIsMovedFromOrToUdpOrFromAConnectionThatTheUserDoesNotKnow) {
  const RequestText invite;
  respond(arrival(udp_flow(), invite), invite, 486);
  EXPECT_THAT(move(udp_flow(), wss_flow(1)), IsEmpty());
  const RequestText other{.branch = "z9hG4bKo", .call_id = "call-2"};
  respond(arrival(wss_flow(1), other), other, 486);
  EXPECT_THAT(move(wss_flow(1), udp_flow()), IsEmpty());
  EXPECT_THAT(move(wss_flow(7), wss_flow(8)), IsEmpty());
  close(wss_flow(1));
  EXPECT_THAT(move(wss_flow(1), wss_flow(2)), IsEmpty());
}

// ---- Names --------------------------------------------------------------------------------------

TEST_F(EndpointTest, NamesItselfAsEachTransportNeedsIt) {
  EXPECT_EQ(endpoint_.via_value(udp_flow(), "z9hG4bK1"),
            "SIP/2.0/UDP pbx.test:5060;branch=z9hG4bK1;rport");
  EXPECT_EQ(endpoint_.via_value(wss_flow(), "z9hG4bK1"),
            "SIP/2.0/WSS pbx.test;branch=z9hG4bK1;rport");
  EXPECT_EQ(endpoint_.contact_value(tcp_flow(), "1001"), "<sip:1001@pbx.test:5060;transport=tcp>");
  EXPECT_EQ(endpoint_.contact_value(wss_flow(), "1001"), "<sip:1001@pbx.test;transport=ws>");
  EXPECT_EQ(endpoint_.contact_value(udp_flow(), ""), "<sip:pbx.test:5060;transport=udp>");
  for (const char* user : {"1001", "a b", "\"><sip:x", "Àdé", "a@b;c?d", "+4930#12*"}) {
    EXPECT_TRUE(parse_name_addr(endpoint_.contact_value(wss_flow(), user))) << user;
  }
}

// FR1: a server with two networks told phones of the second its address in the first.
TEST_F(EndpointTest, NamesTheAddressThatTheFlowCameTo) {
  const auto to = [](Flow flow, const char* local, std::uint16_t port) {
    flow.local = *SocketAddress::from_text(local, port);
    return flow;
  };
  EXPECT_EQ(endpoint_.via_value(to(udp_flow(), "10.91.2.1", 5072), "z9hG4bK1"),
            "SIP/2.0/UDP 10.91.2.1:5072;branch=z9hG4bK1;rport");
  EXPECT_EQ(endpoint_.contact_value(to(tcp_flow(), "10.91.1.1", 5060), "1001"),
            "<sip:1001@10.91.1.1:5060;transport=tcp>");
  EXPECT_EQ(endpoint_.contact_value(to(tcp_flow(), "fd00::1", 5060), "1001"),
            "<sip:1001@[fd00::1]:5060;transport=tcp>");
  EXPECT_EQ(endpoint_.contact_value(to(wss_flow(), "10.91.2.1", 8443), "1001"),
            "<sip:1001@10.91.2.1;transport=ws>");
}

TEST_F(EndpointTest, NamesTheOutwardAddressThatIsConfiguredForThePeersNetwork) {
  const auto network = [](const char* subnet, const char* host, std::uint16_t port) {
    return Network{{*Subnet::from_text(subnet)}, host, port, std::nullopt};
  };
  const Networks networks({network("0.0.0.0/0", "203.0.113.5", 0), network("10.0.0.0/8", "", 0),
                           network("198.51.100.0/24", "sip.univ.test", 5090)});
  const Endpoint endpoint({.host = "pbx.test", .product = "", .networks = networks}, {}, random_);
  const auto contact = [&](const char* remote) {
    return endpoint.contact_value({Transport::udp, *SocketAddress::from_text(remote, 5060), 0,
                                   *SocketAddress::from_text("10.91.1.1", 5072)},
                                  "1001");
  };
  EXPECT_EQ(contact("192.0.2.9"), "<sip:1001@203.0.113.5:5072;transport=udp>");
  EXPECT_EQ(contact("10.3.2.1"), "<sip:1001@10.91.1.1:5072;transport=udp>");
  EXPECT_EQ(contact("198.51.100.7"), "<sip:1001@sip.univ.test:5090;transport=udp>");
}

TEST_F(EndpointTest, NeverRepeatsABranchATagOrACallId) {
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    names.insert(endpoint_.new_branch());
    names.insert(endpoint_.new_tag());
    names.insert(endpoint_.new_call_id());
  }
  EXPECT_EQ(names.size(), 3000u);
  EXPECT_THAT(endpoint_.new_branch(), StartsWith("z9hG4bK"));
}

// ---- Hostile input ------------------------------------------------------------------------------

// B1, B7: the cap holds, whatever the number of INVITEs, and room comes back.
TEST_F(EndpointTest, HostileB1KeepsNoMoreThanItsCapOfAnInviteFlood) {
  for (int i = 0; i < 50'000; ++i) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", i),
                             .call_id = fmt::format("c{}", i)};
    const Reaction out = receive(tcp_flow(static_cast<std::uint64_t>(i % 1000 + 1)), invite);
    if (i < 1000) continue;
    ASSERT_EQ(out.size(), 1u);
    ASSERT_THAT(first_of<Send>(out)->bytes, StartsWith("SIP/2.0 503"));
    ASSERT_THAT(first_of<Send>(out)->bytes, HasSubstr("Retry-After: "));
  }
  EXPECT_EQ(endpoint_.transaction_count(), 1000u);
  EXPECT_EQ(endpoint_.overload_count(), 49'000u);
  ASSERT_FALSE(arrival(tcp_flow(2000), {}));
  for (std::uint64_t connection = 1; connection <= 1000; ++connection) close(tcp_flow(connection));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
  EXPECT_TRUE(arrival(tcp_flow(), {}));
}

// B1: whoever fills the table keeps nobody from ending or changing a call.
TEST_F(EndpointTest, HostileB1RefusesOnlyNewRequestsWhenItIsFull) {
  const RequestText talking{.branch = "z9hG4bKtalking", .call_id = "talking"};
  respond(arrival(udp_flow(), talking), talking, 200);
  const RequestText ringing{.branch = "z9hG4bKringing", .call_id = "ringing"};
  arrival(udp_flow(), ringing);
  fill_with("OPTIONS");
  ASSERT_EQ(endpoint_.transaction_count(), 1000u);

  EXPECT_TRUE(first_of<AckArrived>(receive(udp_flow(), ack_of_2xx(talking))));
  EXPECT_TRUE(first_of<CancelArrived>(receive(udp_flow(), beside(ringing, "CANCEL"))));
  for (const char* method : {"PRACK", "INFO", "UPDATE", "REFER", "NOTIFY", "INVITE", "BYE"}) {
    RequestText next = beside(talking, method, "our-tag");
    next.branch += method;
    next.cseq = 2;
    EXPECT_TRUE(arrival(udp_flow(), next)) << method;
  }
  for (const char* method : {"OPTIONS", "SUBSCRIBE", "MESSAGE", "INVITE", "REGISTER"}) {
    const RequestText next{
        .method = method, .branch = std::string("z9hG4bKnew") + method, .call_id = method};
    EXPECT_THAT(sent_lines(receive(udp_flow(), next)),
                ElementsAre("SIP/2.0 503 Service Unavailable"))
        << method;
  }
  EXPECT_EQ(refused_since(), 5u);
}

TEST_F(EndpointTest, HostileB1KeepsABoundedReserveForRequestsWithinDialogs) {
  fill_with("OPTIONS");
  std::size_t taken = 0;
  for (int i = 0; i < 5000; ++i) {
    const RequestText bye{.method = "BYE",
                          .branch = fmt::format("z9hG4bKbye{}", i),
                          .to_tag = "any",
                          .call_id = fmt::format("bye{}", i)};
    if (arrival(tcp_flow(static_cast<std::uint64_t>(5000 + i)), bye)) ++taken;
  }
  EXPECT_EQ(taken, 250u);
  EXPECT_EQ(endpoint_.transaction_count(), 1250u);
  EXPECT_EQ(refused_since(), 4750u);
}

TEST_F(EndpointTest, SpreadsThoseItRefusesOverTime) {
  fill_with("OPTIONS");
  std::set<std::string> waits;
  for (int i = 0; i < 200; ++i) {
    const RequestText invite{.branch = fmt::format("z9hG4bKlate{}", i),
                             .call_id = fmt::format("late{}", i)};
    const Reaction out = receive(udp_flow(), invite);
    waits.emplace(parsed(first_of<Send>(out)->bytes).header(HeaderId::retry_after).value_or(""));
  }
  EXPECT_GT(waits.size(), 10u);
  EXPECT_FALSE(waits.contains(""));
}

TEST_F(EndpointTest, HostileB7KeepsRoomForResponsesWithinDialogs) {
  Endpoint endpoint({.host = "pbx.test", .product = "test"}, {.kept_bytes = 100'000}, random_);
  std::size_t taken = 0;
  for (int i = 0; i < 100; ++i) {
    const bool is_in_dialog = i >= 10;
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", i),
                             .to_tag = is_in_dialog ? "any" : "",
                             .call_id = std::string(11'000, 'c') + std::to_string(i)};
    const Reaction out =
        received_by(endpoint, tcp_flow(static_cast<std::uint64_t>(i + 1)), invite.text(), now_);
    if (is_in_dialog) taken += out.arrived.size();
  }
  EXPECT_GE(taken, 2u);
  EXPECT_LE(taken, 3u);
}

TEST_F(EndpointTest, HostileB7KeepsNoMoreBytesOfResponsesThanAllowed) {
  Endpoint endpoint({.host = "pbx.test", .product = "test"},
                    {.transactions = 100'000, .kept_bytes = 1'000'000}, random_);
  for (int i = 0; i < 1000; ++i) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", i),
                             .call_id = std::string(30'000, 'c') + std::to_string(i)};
    received_by(endpoint, udp_flow(), invite.text(), now_);
  }
  EXPECT_LT(endpoint.transaction_count(), 40u);
  EXPECT_GT(endpoint.overload_count(), 900u);
}

TEST_F(EndpointTest, HostileB7KeepsNoResponseThatIsAcknowledged) {
  Endpoint endpoint({.host = "pbx.test", .product = "test"}, {.kept_bytes = 100'000}, random_);
  for (int i = 0; i < 100; ++i) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", i),
                             .call_id = std::string(5'000, 'c') + std::to_string(i)};
    Reaction out = received_by(endpoint, wss_flow(), invite.text(), now_);
    const auto* arrived = arrived_in(out);
    ASSERT_TRUE(arrived) << i;
    const auto answer = answer_text(arrived->message, 200, "our-tag");
    endpoint.respond(arrived->transaction, 200, answer, now_, out);
    endpoint.on_message(wss_flow(), parsed(ack_of_2xx(invite)), now_, out);
  }
  EXPECT_EQ(endpoint.overload_count(), 0u);
}

// B1 and B7.
/// Refuses as many calls of one phone as there is room for, and lets each of them end.
std::size_t refused_until_full(Endpoint& endpoint, Instant& now, std::string_view round) {
  std::size_t taken = 0;
  for (;; ++taken) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}-{}", round, taken),
                             .call_id = std::string(9'000, 'c') + std::to_string(taken)};
    Reaction out = received_by(endpoint, udp_flow(), invite.text(), now);
    const auto* arrived = arrived_in(out);
    if (!arrived) break;
    endpoint.respond(arrived->transaction, 486, answer_text(invite.text(), 486, "t"), now, out);
  }
  Outbox ended;
  now += seconds(60);
  endpoint.on_time(now, ended);
  return taken;
}

TEST_F(EndpointTest, HostileB1WhatHasEndedGivesItsPlaceAndItsBytesBack) {
  for (const EndpointLimits& limits :
       {EndpointLimits{.transactions = 22}, EndpointLimits{.kept_bytes = 200'000}}) {
    Endpoint endpoint({.host = "pbx.test", .product = "test"}, limits, random_);
    received_by(endpoint, udp_flow(), RequestText{.branch = "z9hG4bKringing"}.text(), now_);
    const std::size_t taken = refused_until_full(endpoint, now_, "first");
    EXPECT_GT(taken, 5u);
    for (const char* round : {"second", "third", "fourth"}) {
      EXPECT_EQ(refused_until_full(endpoint, now_, round), taken) << round;
    }
    EXPECT_EQ(endpoint.transaction_count(), 1u) << "the call that rings";
  }
}

// B3: all methods in all states of an INVITE transaction and its dialog.
TEST_F(EndpointTest, HostileB3TakesEveryMethodInEveryState) {
  const auto methods = {"INVITE",    "ACK",     "BYE",     "CANCEL", "REGISTER",
                        "OPTIONS",   "INFO",    "UPDATE",  "REFER",  "NOTIFY",
                        "SUBSCRIBE", "MESSAGE", "PUBLISH", "PRACK",  "WHAT"};
  int number = 0;
  for (const int status : {0, 180, 200, 302, 487}) {
    for (const char* method : methods) {
      for (const char* to_tag : {"", "our-tag", "another-tag"}) {
        for (const bool same_branch : {true, false}) {
          RequestText invite{.branch = fmt::format("z9hG4bK{}", ++number),
                             .call_id = fmt::format("call-{}", number)};
          const auto id = arrival(udp_flow(), invite);
          if (status != 0) respond(id, invite, status);
          RequestText next = beside(invite, method, to_tag);
          if (!same_branch) next.branch += "b";
          next.contact.clear();
          const Reaction out = receive(udp_flow(), next);
          EXPECT_LE(out.size(), 2u);
          EXPECT_TRUE(next.method != "ACK" || sent_lines(out).empty());
        }
      }
      after(seconds(1));
    }
    after(seconds(64));
  }
}

// B5: numbers at the edges of their types.
TEST_F(EndpointTest, HostileB5TakesSequenceNumbersAtTheirLimits) {
  int number = 0;
  for (const char* cseq : {"0", "1", "2147483647", "2147483648", "4294967295", "4294967296", "-1",
                           "1111111111222222222233333333334444444444"}) {
    std::string text = RequestText{.branch = fmt::format("z9hG4bK{}", ++number),
                                   .call_id = fmt::format("call-{}", number),
                                   .cseq = 77}
                           .text();
    text.replace(text.find("77 INVITE"), 2, cseq);
    const auto message = Message::parse(text);
    if (!message) continue;
    Outbox out;
    endpoint_.on_message(udp_flow(), parsed(text), now_, out);
    EXPECT_FALSE(out.empty()) << cseq;
  }
}

// A1: tokens of every size around the powers of two.
TEST_F(EndpointTest, HostileA1TakesTokensOfEverySizeAndKeepsThemSmall) {
  for (std::size_t size = 1; size <= 65'536; size *= 2) {
    for (const std::size_t length : {size - 1, size, size + 1}) {
      const std::string token(length, 'x');
      for (const RequestText& request :
           {RequestText{.method = "OPTIONS", .branch = "z9hG4bK" + token},
            RequestText{.method = "OPTIONS", .branch = "z9hG4bKc", .call_id = "c" + token},
            RequestText{.method = "OPTIONS", .branch = "z9hG4bKf", .from_tag = "f" + token},
            RequestText{.method = "OPTIONS", .sent_by = "h" + token, .branch = "z9hG4bKs"}}) {
        const auto message = Message::parse(request.text());
        if (!message) continue;
        const Reaction out = receive(tcp_flow(), request);
        const auto* arrived = arrived_in(out);
        ASSERT_EQ(arrived != nullptr, !message->refusal()) << length;
        if (!arrived) continue;
        EXPECT_THAT(sent_lines(respond(arrived->transaction, request, 200)),
                    ElementsAre("SIP/2.0 200 OK"));
      }
    }
  }
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

// G3: a refusal costs the attacker more than the victim.
TEST_F(EndpointTest, AnswersWithHardlyMoreBytesThanItWasSent) {
  const std::string text = RequestText{}.text();
  const Reaction out = receive(udp_flow(), text);
  EXPECT_LE(first_of<Send>(out)->bytes.size(), text.size() + 200);
}

// ---- Reading our own text -----------------------------------------------------------------------

TEST(OwnText, FindsHeaderFieldsButNotInTheBody) {
  const std::string text = "SIP/2.0 200 OK\r\nTo: <sip:a@b>;tag=1\r\n\r\nFrom: body\r\n";
  EXPECT_EQ(header_of_own(text, HeaderId::to), "<sip:a@b>;tag=1");
  EXPECT_EQ(header_of_own(text, HeaderId::from), "");
  EXPECT_EQ(head_of_own(text), "SIP/2.0 200 OK\r\nTo: <sip:a@b>;tag=1\r\n\r\n");
  EXPECT_EQ(head_of_own("no head"), "no head");
}

}  // namespace
}  // namespace dering::sip
