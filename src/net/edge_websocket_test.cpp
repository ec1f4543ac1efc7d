// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "net/testing/running_edge.h"
#include "net/testing/websocket_client.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;
using testing::Frame;
using testing::loopback_settings;
using testing::LoopbackClient;
using testing::Opcode;
using testing::read_response;
using testing::RunningEdge;
using testing::sip_request;
using testing::upgrade_request;
using testing::WebSocketClient;

TEST(WebSocketHandshake, EchoesTheSubprotocol) {  // jssip S1
  RunningEdge edge;
  WebSocketClient client(edge.web());
  EXPECT_EQ(client.handshake().field("Sec-WebSocket-Protocol"), "sip");
  EXPECT_EQ(client.handshake().field("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(client.handshake().field("Sec-WebSocket-Extensions"), "");
}

TEST(WebSocketHandshake, RefusesClientsThatDoNotOfferSip) {
  RunningEdge edge;
  for (const std::string protocol :
       {"", "Sec-WebSocket-Protocol: xmpp", "Sec-WebSocket-Protocol:"}) {
    LoopbackClient client(edge.web());
    client.send(upgrade_request("Origin: https://phone.example", protocol));
    EXPECT_EQ(read_response(client).status, 400) << protocol;
    EXPECT_TRUE(client.sees_end());
  }
}

TEST(WebSocketHandshake, FindsSipAmongOtherSubprotocols) {
  RunningEdge edge;
  LoopbackClient client(edge.web());
  client.send(
      upgrade_request("Origin: https://phone.example", "Sec-WebSocket-Protocol: xmpp, SIP"));
  EXPECT_EQ(read_response(client, false).status, 101);
}

TEST(WebSocketHandshake, RefusesPagesOfForeignOrigins) {  // hostile-input D10
  RunningEdge edge;
  for (const std::string origin :
       {"", "Origin: https://evil.example", "Origin: null", "Origin: none",
        "Origin:", "Origin: http://phone.example", "Origin: https://phone.example:8443",
        "Origin: https://sub.phone.example", "Origin: https://phone.example.evil.example",
        "Origin: https://phone.example, https://evil.example", "Origin: *",
        "Origin: https://phone.example\r\nOrigin: https://evil.example"}) {
    LoopbackClient client(edge.web());
    client.send(upgrade_request(origin));
    EXPECT_EQ(read_response(client).status, 403) << origin;
  }
  EXPECT_EQ(edge->counts().foreign_origins, 12U);
}

TEST(WebSocketHandshake, RefusesWhatIsNoHandshake) {
  RunningEdge edge;
  const auto status_of = [&](std::string request, std::string_view what, std::string_view by) {
    request.replace(request.find(what), what.size(), by);
    LoopbackClient client(edge.web());
    client.send(request);
    return read_response(client).status;
  };
  const std::string good = upgrade_request();
  EXPECT_EQ(status_of(good, "GET", "POST"), 400);
  EXPECT_EQ(status_of(good, "HTTP/1.1", "HTTP/1.0"), 400);
  EXPECT_EQ(status_of(good, "Upgrade: websocket", "Upgrade: h2c"), 426);
  EXPECT_EQ(status_of(good, "keep-alive, Upgrade", "keep-alive"), 426);
  EXPECT_EQ(status_of(good, "Version: 13", "Version: 8"), 426);
  EXPECT_EQ(status_of(good, "dGhlIHNhbXBsZSBub25jZQ==", "short"), 400);
  EXPECT_EQ(status_of(good, "Sec-WebSocket-Key", "Sec-WebSocket-Koy"), 400);
  EXPECT_EQ(status_of(good, "\r\n\r\n", "\r\n\r\n\x81\x80"), 400) << "frames before our answer";
}

TEST(WebSocketFlow, CarriesMessagesBothWays) {
  RunningEdge edge;
  WebSocketClient client(edge.web());
  client.send_text(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->message.call_id(), "a84b4c76e66710");
  EXPECT_EQ(arrived->flow.transport, sip::Transport::ws);
  EXPECT_TRUE(arrived->flow.remote.is_loopback());

  edge->send(arrived->flow, "SIP/2.0 200 OK\r\n\r\n");
  const auto frame = client.read_frame();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->opcode, Opcode::text);
  EXPECT_EQ(frame->payload, "SIP/2.0 200 OK\r\n\r\n");
  EXPECT_FALSE(frame->is_masked);
}

TEST(WebSocketFlow, SendsWhatIsNotUtf8AsBinary) {  // jssip S2
  RunningEdge edge;
  WebSocketClient client(edge.web());
  client.send_text(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  edge->send(arrived->flow, "Caf\xe9");
  edge->send(arrived->flow, "Café");
  EXPECT_EQ(client.read_frame()->opcode, Opcode::binary);
  EXPECT_EQ(client.read_frame()->opcode, Opcode::text);
}

TEST(WebSocketFlow, TakesBinaryAndFragmentedMessages) {
  RunningEdge edge;
  WebSocketClient client(edge.web());
  client.send_frame({.opcode = Opcode::binary, .payload = sip_request()});
  EXPECT_TRUE(edge.messages.next());

  const std::string request = sip_request();
  for (std::size_t i = 0; i < request.size(); ++i) {
    client.send_frame({.opcode = i == 0 ? Opcode::text : Opcode::more,
                       .payload = request.substr(i, 1),
                       .is_last = i + 1 == request.size()});
    if (i == 10) client.send_frame({.opcode = Opcode::ping, .payload = "between"});
  }
  EXPECT_TRUE(edge.messages.next());
  const auto pong = client.read_frame();
  ASSERT_TRUE(pong);
  EXPECT_EQ(pong->opcode, Opcode::pong);
  EXPECT_EQ(pong->payload, "between");
}

TEST(WebSocketFlow, AnswersLineBreaksWithALineBreak) {  // jssip S3, RFC 5626 §3.5.1
  RunningEdge edge;
  WebSocketClient client(edge.web());
  client.send_text("\r\n");
  client.send_text("\r\n\r\n");
  EXPECT_EQ(client.read_frame()->payload, "\r\n");
  EXPECT_EQ(edge->counts().unreadable_messages, 0U);
}

TEST(WebSocketFlow, A5_ALengthThatIsWrongIsRefusedAndWhatStandsBehindItNeverRuns) {
  RunningEdge edge;
  WebSocketClient client(edge.web());
  const auto request_with = [](const std::string& lines) {
    std::string text = sip_request();
    const std::size_t at = text.find("Content-Length");
    return text.replace(at, text.find("\r\n", at) + 2 - at, lines) + "12345";
  };
  for (const char* value : {"-1", "+1", "0x10", "1e3", "2147483648", "4294967301",
                            "9223372036854775808", "5,5", "4\r\nl: 5", "", "9000"}) {
    client.send_text(request_with(std::string("Content-Length: ") + value + "\r\n"));
    const auto arrived = edge.messages.next();
    ASSERT_TRUE(arrived) << value;
    ASSERT_TRUE(arrived->message.refusal()) << value;
    EXPECT_EQ(arrived->message.refusal()->status, 400) << value;
  }
  // One WebSocket message is one SIP message (RFC 7118 §4.2): what is too much is left.
  for (const std::string& lines :
       {std::string("l: 5\r\n"), std::string("l: 5\r\nContent-Length: 05\r\n"),
        "l: " + std::string(1000, '0') + "5\r\n"}) {
    client.send_text(request_with(lines) + sip_request());
    const auto arrived = edge.messages.next();
    ASSERT_TRUE(arrived) << lines;
    EXPECT_FALSE(arrived->message.refusal()) << lines;
    EXPECT_EQ(arrived->message.body(), "12345");
  }
  client.send_text(sip_request(700));
  EXPECT_EQ(edge.messages.next()->message.body().substr(0, 1), "x") << "the next in order";
}

TEST(WebSocketFlow, TakesTheLargestMessageAndRefusesOneByteMore) {  // hostile-input D8
  RunningEdge edge;
  WebSocketClient large(edge.web());
  large.send_text(sip_request(60'000));
  EXPECT_TRUE(edge.messages.next());

  WebSocketClient too_large(edge.web());
  too_large.send_text(std::string(64 * 1024 + 1, 'x'));
  EXPECT_EQ(too_large.read_close_code(), 1009);

  WebSocketClient in_pieces(edge.web());
  in_pieces.send_frame({.payload = std::string(64 * 1024, 'x'), .is_last = false});
  in_pieces.send_frame({.opcode = Opcode::more, .payload = "x"});
  EXPECT_EQ(in_pieces.read_close_code(), 1009);
}

TEST(WebSocketFlow, RefusesAFrameThatClaimsToBeHuge) {  // hostile-input D8
  RunningEdge edge;
  for (const std::uint64_t size : {1ULL << 30, 1ULL << 62, (1ULL << 63) - 1, 1ULL << 63}) {
    WebSocketClient client(edge.web());
    client.send_frame({.payload = "begin", .claimed_size = size});
    const int code = client.read_close_code();
    EXPECT_TRUE(code == 1009 || code == 1002) << code;
    EXPECT_TRUE(client.sees_end());
  }
}

TEST(WebSocketFlow, RefusesBrokenFrames) {
  RunningEdge edge;
  const auto code_for = [&](std::string_view bytes) {
    WebSocketClient client(edge.web());
    client.send(bytes);
    return client.read_close_code();
  };
  EXPECT_EQ(code_for(to_bytes(Frame{.payload = "unmasked", .is_masked = false})), 1002);
  EXPECT_EQ(code_for(to_bytes(Frame{.opcode = static_cast<Opcode>(3)})), 1002);
  EXPECT_EQ(code_for(to_bytes(Frame{.opcode = Opcode::more})), 1002);
  EXPECT_EQ(code_for(to_bytes(Frame{.opcode = Opcode::ping, .payload = std::string(126, 'x')})),
            1002);
  EXPECT_EQ(code_for(to_bytes(Frame{.opcode = Opcode::ping, .is_last = false})), 1002);
  EXPECT_EQ(code_for(to_bytes(Frame{.payload = "\xff\xfe"})), 1007);
  EXPECT_EQ(code_for(std::string_view("\xc1\x80\0\0\0\0", 6)), 1002)
      << "compressed, which nobody agreed on";
}

TEST(WebSocketFlow, ClosesAfterTenUnreadableMessagesInARow) {
  RunningEdge edge;
  WebSocketClient client(edge.web());
  for (int i = 0; i < 9; ++i) client.send_text(i % 2 ? "" : "nonsense");
  client.send_text(sip_request());
  ASSERT_TRUE(edge.messages.next());
  for (int i = 0; i < 10; ++i) client.send_text("nonsense");
  EXPECT_TRUE(client.sees_end());
  EXPECT_TRUE(edge.closed_flows.next());
  EXPECT_EQ(edge->counts().unreadable_messages, 19U);
}

TEST(WebSocketFlow, ClosesAPeerThatNeverReads) {  // hostile-input D8
  EdgeSettings settings = loopback_settings();
  settings.limits.letters = 10'000'000;
  RunningEdge edge(settings);
  WebSocketClient client(edge.web(), {.receive_buffer = 4096});
  client.send_text(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  for (int i = 0; i < 1000; ++i) edge->send(arrived->flow, std::string(16'000, 'x'));
  EXPECT_TRUE(edge.closed_flows.next());
  EXPECT_EQ(edge->counts().slow_readers, 1U);
}

TEST(WebSocketFlow, ClosesAPeerThatDoesNotAnswerPings) {
  EdgeSettings settings = loopback_settings();
  settings.times.websocket_ping = 50ms;
  RunningEdge edge(settings);
  WebSocketClient client(edge.web());
  client.send_text(sip_request());
  const auto ping = client.read_frame();
  ASSERT_TRUE(ping);
  EXPECT_EQ(ping->opcode, Opcode::ping);
  EXPECT_TRUE(client.sees_end());
  EXPECT_TRUE(edge.closed_flows.next());
}

TEST(WebSocketFlow, KeepsAPeerThatAnswersPings) {
  EdgeSettings settings = loopback_settings();
  settings.times.websocket_ping = 30ms;
  RunningEdge edge(settings);
  WebSocketClient client(edge.web());
  client.send_text(sip_request());
  for (int i = 0; i < 10; ++i) {
    const auto ping = client.read_frame();
    ASSERT_TRUE(ping);
    ASSERT_EQ(ping->opcode, Opcode::ping);
    client.send_frame({.opcode = Opcode::pong, .payload = ping->payload});
  }
  EXPECT_EQ(edge.closed_flows.waiting(), 0U);
}

TEST(WebSocketFlow, ClosesAPeerThatNeverSpeaksSip) {  // hostile-input G1
  EdgeSettings settings = loopback_settings();
  settings.times.first_message = 50ms;
  RunningEdge edge(settings);
  WebSocketClient client(edge.web());
  EXPECT_TRUE(client.sees_end());
  edge.stop();
  EXPECT_EQ(edge.closed_flows.waiting(), 0U) << "nobody was told that it came";
}

TEST(WebSocketFlow, G1_ClosesAPeerThatNeverSpeaksSipHoweverOftenItPings) {
  EdgeSettings settings = loopback_settings();
  settings.times.first_message = 100ms;
  settings.limits.stranger_rate = settings.limits.signed_in_rate;
  RunningEdge edge(settings);
  WebSocketClient client(edge.web());
  const auto begin = std::chrono::steady_clock::now();
  const auto is_early = [&] { return std::chrono::steady_clock::now() - begin < 5s; };
  while (client.send_text("\r\n\r\n") && client.read_frame() && is_early()) {
  }
  EXPECT_TRUE(is_early());
  EXPECT_EQ(edge->counts().deadlines, 1U);
}

TEST(WebSocketFlow, TellsAPageThatGoesAwayFromOneThatIsLost) {
  RunningEdge edge;
  const auto end_after = [&](std::string_view code) {
    WebSocketClient client(edge.web());
    client.send_text(sip_request());
    EXPECT_TRUE(edge.messages.next());
    if (!code.empty()) client.send_frame({.opcode = Opcode::close, .payload = std::string(code)});
    client.shutdown_send();
    EXPECT_TRUE(edge.closed_flows.next());
    return edge.ends.next();
  };
  EXPECT_EQ(end_after("\x03\xe9"), sip::FlowEnd::left);  // 1001
  EXPECT_EQ(end_after("\x03\xe8"), sip::FlowEnd::lost);
  EXPECT_EQ(end_after(""), sip::FlowEnd::lost);
}

TEST(WebSocketFlow, ReportsTheEndOnceWhoeverEndsIt) {
  RunningEdge edge;
  for (const bool is_our_close : {true, false}) {
    WebSocketClient client(edge.web());
    client.send_text(sip_request());
    const auto arrived = edge.messages.next();
    ASSERT_TRUE(arrived);
    if (is_our_close) {
      edge->close(arrived->flow);
      edge->close(arrived->flow);
      EXPECT_EQ(client.read_close_code(), 1000);
      client.send_frame({.opcode = Opcode::close, .payload = std::string("\x03\xe8", 2)});
      client.shutdown_send();
    } else {
      client.reset();
    }
    EXPECT_EQ(edge.closed_flows.next(), arrived->flow);
    edge->send(arrived->flow, "late");
  }
  edge.stop();
  EXPECT_EQ(edge.closed_flows.waiting(), 0U);
}

TEST(WebSocketFlow, TellsThePageByItsCloseCodeThatTheSignInHasEnded) {
  RunningEdge edge;
  WebSocketClient client(edge.web());
  client.send_text(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  edge->close(arrived->flow, CloseReason::signed_out);
  EXPECT_EQ(client.read_close_code(), 4401);
}

TEST(WebSocketFlow, KeepsTheOrderOfEachThreadThatSends) {
  RunningEdge edge;
  WebSocketClient client(edge.web());
  client.send_text(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  const auto send_all = [&](char name) {
    for (int i = 0; i < 500; ++i) edge->send(arrived->flow, name + std::to_string(i));
  };
  std::thread other([&] { send_all('a'); });
  send_all('b');
  int next_a = 0;
  int next_b = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto frame = client.read_frame();
    ASSERT_TRUE(frame);
    int& expected = frame->payload.front() == 'a' ? next_a : next_b;
    EXPECT_EQ(frame->payload.substr(1), std::to_string(expected++));
  }
  other.join();
}

}  // namespace
}  // namespace dering::net
