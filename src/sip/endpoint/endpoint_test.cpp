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

/// An endpoint in virtual time; every input hands back what it put into the outbox.
class EndpointTest : public ::testing::Test {
 protected:
  Outbox receive(const Flow& flow, std::string_view text) {
    Outbox out;
    endpoint_.on_message(flow, parsed(text), now_, out);
    return out;
  }
  Outbox receive(const Flow& flow, const RequestText& request) {
    return receive(flow, request.text());
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

  /// A new request, and the user's first look at it.
  ServerTransactionId arrival(const Flow& flow, const RequestText& request) {
    const Outbox out = receive(flow, request);
    const auto* arrived = first_of<RequestArrived>(out);
    return arrived ? arrived->transaction : ServerTransactionId{};
  }
  Outbox respond(ServerTransactionId id, const RequestText& request, int status) {
    Outbox out;
    endpoint_.respond(id, status, answer_text(parsed(request), status, "our-tag"), now_, out);
    return out;
  }

  /// Requests of strangers until the endpoint takes no more.
  void fill_with(const char* method) {
    for (int i = 0; endpoint_.overload_count() == 0; ++i) {
      receive(tcp_flow(), {.method = method,
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
  OurRequest send(const Flow& flow, Method method) {
    const std::string branch = endpoint_.new_branch();
    auto writer = MessageWriter::request(name_of(method), "sip:1001@192.0.2.1:5060");
    writer.header(HeaderId::via, endpoint_.via_value(flow, branch))
        .header(HeaderId::max_forwards, std::uint64_t{70})
        .header(HeaderId::from, "<sip:1002@pbx.test>;tag=ours")
        .header(HeaderId::to, "<sip:1001@pbx.test>")
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
  Endpoint endpoint_{
      {.host = "pbx.test", .product = "dering/0.1.0"}, {.transactions = 1000}, random_};
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
  const Outbox arrived = receive(from, invite);
  EXPECT_EQ(answered_at(arrived), listens);
  const auto* request = first_of<RequestArrived>(arrived);
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
  const Outbox out = receive(udp_flow(), invite);
  ASSERT_THAT(sent_lines(out), ElementsAre("SIP/2.0 100 Trying"));
  EXPECT_THAT(first_of<Send>(out)->bytes, HasSubstr("Timestamp: 54\r\n"));
  ASSERT_TRUE(first_of<RequestArrived>(out));
  EXPECT_EQ(first_of<RequestArrived>(out)->message.call_id(), invite.call_id);
}

TEST_F(EndpointTest, LeavesTheAnswerToOtherMethodsToTheUser) {
  for (const char* method : {"REGISTER", "OPTIONS", "BYE", "FROBNICATE"}) {
    const Outbox out =
        receive(udp_flow(), {.method = method, .branch = std::string("z9hG4bK") + method});
    EXPECT_THAT(sent_lines(out), IsEmpty());
    EXPECT_TRUE(first_of<RequestArrived>(out)) << method;
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
  const Outbox out = receive(udp_flow(), request);
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
  const Outbox out = receive(wss_flow(), beside(invite, "CANCEL"));
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
  const Outbox out = receive(udp_flow(), beside(invite, "CANCEL"));
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
  const Outbox out = receive(udp_flow(), answer_text(invite.text, 100));
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

// Reliability D3: the callee picks up while our CANCEL is on its way.
TEST_F(EndpointTest, DeliversA2xxThatCrossedOurCancelAndLetsTheUserAcknowledgeIt) {
  const OurRequest invite = send(wss_flow(), Method::invite);
  receive(wss_flow(), answer_text(invite.text, 180, "theirs"));
  cancel(invite.id);
  const Outbox out = receive(wss_flow(), answer_text(invite.text, 200, "theirs"));
  ASSERT_TRUE(first_of<ResponseArrived>(out));
  Outbox acked;
  endpoint_.acknowledge(invite.id, "theirs", "ACK sip:1001@192.0.2.1 SIP/2.0\r\n\r\n", now_, acked);
  EXPECT_THAT(sent_lines(acked), ElementsAre(StartsWith("ACK")));
  EXPECT_FALSE(first_of<RequestFailed>(after(seconds(64))));
}

// ---- Our requests -------------------------------------------------------------------------------

TEST_F(EndpointTest, AcknowledgesARefusalItself) {
  const OurRequest invite = send(udp_flow(), Method::invite);
  const Outbox out = receive(udp_flow(), answer_text(invite.text, 486, "theirs"));
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
    const Outbox out = receive(tcp_flow(static_cast<std::uint64_t>(i % 1000 + 1)), invite);
    if (i < 1000) continue;
    ASSERT_EQ(out.size(), 1u);
    ASSERT_THAT(first_of<Send>(out)->bytes, StartsWith("SIP/2.0 503"));
    ASSERT_THAT(first_of<Send>(out)->bytes, HasSubstr("Retry-After: "));
  }
  EXPECT_EQ(endpoint_.transaction_count(), 1000u);
  EXPECT_EQ(endpoint_.overload_count(), 49'000u);
  for (std::uint64_t connection = 1; connection <= 1000; ++connection) close(tcp_flow(connection));
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
  EXPECT_TRUE(arrival(tcp_flow(), {}));
}

// B1, calls.md "Overload": whoever fills the table keeps nobody from ending or changing a call.
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
    if (arrival(udp_flow(), bye)) ++taken;
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
    const Outbox out = receive(udp_flow(), invite);
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
    Outbox out;
    endpoint.on_message(udp_flow(), parsed(invite), now_, out);
    if (is_in_dialog) taken += all_of<RequestArrived>(out).size();
  }
  EXPECT_GE(taken, 2u);
  EXPECT_LE(taken, 3u);
}

TEST_F(EndpointTest, HostileB7KeepsNoMoreBytesOfResponsesThanAllowed) {
  Endpoint endpoint({.host = "pbx.test", .product = "test"},
                    {.transactions = 100'000, .kept_bytes = 1'000'000}, random_);
  Outbox out;
  for (int i = 0; i < 1000; ++i) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", i),
                             .call_id = std::string(30'000, 'c') + std::to_string(i)};
    endpoint.on_message(udp_flow(), parsed(invite), now_, out);
  }
  EXPECT_LT(endpoint.transaction_count(), 40u);
  EXPECT_GT(endpoint.overload_count(), 900u);
}

TEST_F(EndpointTest, HostileB7KeepsNoResponseThatIsAcknowledged) {
  Endpoint endpoint({.host = "pbx.test", .product = "test"}, {.kept_bytes = 100'000}, random_);
  for (int i = 0; i < 100; ++i) {
    const RequestText invite{.branch = fmt::format("z9hG4bK{}", i),
                             .call_id = std::string(5'000, 'c') + std::to_string(i)};
    Outbox out;
    endpoint.on_message(wss_flow(), parsed(invite), now_, out);
    const auto* arrived = first_of<RequestArrived>(out);
    ASSERT_TRUE(arrived) << i;
    const auto answer = answer_text(arrived->message, 200, "our-tag");
    endpoint.respond(arrived->transaction, 200, answer, now_, out);
    endpoint.on_message(wss_flow(), parsed(ack_of_2xx(invite)), now_, out);
  }
  EXPECT_EQ(endpoint.overload_count(), 0u);
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
          const Outbox out = receive(udp_flow(), next);
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
        Outbox out;
        endpoint_.on_message(tcp_flow(), parsed(request), now_, out);
        if (const auto* arrived = first_of<RequestArrived>(out)) {
          EXPECT_THAT(sent_lines(respond(arrived->transaction, request, 200)),
                      ElementsAre("SIP/2.0 200 OK"));
        }
      }
    }
  }
  EXPECT_EQ(endpoint_.transaction_count(), 0u);
}

// D12: a refusal costs the attacker more than the victim.
TEST_F(EndpointTest, AnswersWithHardlyMoreBytesThanItWasSent) {
  const std::string text = RequestText{}.text();
  const Outbox out = receive(udp_flow(), text);
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
