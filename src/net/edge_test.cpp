// SPDX-License-Identifier: Apache-2.0
#include "net/edge.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "net/certificate.h"
#include "net/clock.h"
#include "net/socket_stream.h"
#include "net/testing/running_edge.h"
#include "net/testing/websocket_client.h"
#include "sip/message/framer.h"

namespace dering::net {
namespace {

using namespace std::chrono_literals;
using sip::StreamFramer;
using testing::get;
using testing::loopback_settings;
using testing::LoopbackClient;
using testing::read_response;
using testing::RunningEdge;
using testing::sip_request;
using testing::upgrade_request;
using testing::WebSocketClient;

// ---- SIP over TCP -------------------------------------------------------------------------------

TEST(SipOverTcp, CarriesMessagesBothWaysByteByByte) {
  RunningEdge edge;
  LoopbackClient client(edge.sip());
  for (const char byte : sip_request() + sip_request(2000)) client.send({&byte, 1});
  const auto first = edge.messages.next();
  const auto second = edge.messages.next();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->flow, second->flow);
  EXPECT_EQ(first->flow.transport, sip::Transport::tcp);
  EXPECT_FALSE(second->message.body().empty());
  edge->send(first->flow, "one");
  edge->send(first->flow, "two");
  EXPECT_EQ(client.read_exactly(6), "onetwo");
}

TEST(SipOverTcp, AnswersPings) {  // RFC 5626 §3.5.1
  RunningEdge edge;
  LoopbackClient client(edge.sip());
  client.send("\r\n\r\n");
  EXPECT_EQ(client.read_exactly(2), "\r\n");
}

TEST(SipOverTcp, FR14_SkipsStrayBytesBetweenMessages) {
  RunningEdge edge;
  LoopbackClient client(edge.sip());
  const std::string stray[] = {"\r\n",
                               "\r\n\r\n\r\n",
                               std::string(300, '\0'),
                               "   \t ",
                               "\r",
                               "\n\n",
                               "oops\r\n",
                               "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                               "\xff\xfe(+) "};
  for (const std::string& bytes : stray) {
    client.send(bytes + sip_request(500));
    const auto arrived = edge.messages.next();
    ASSERT_TRUE(arrived) << bytes;
    EXPECT_FALSE(arrived->message.refusal()) << bytes;
    EXPECT_EQ(arrived->message.method(), sip::Method::options) << bytes;
  }
  EXPECT_GT(edge->counts().stray_bytes, 300U);
  EXPECT_EQ(edge->counts().unreadable_messages, 0U);
}

/// Long enough for a busy machine, short enough for a test.
EdgeSettings with_short_farewell() {
  EdgeSettings settings = loopback_settings();
  settings.times.farewell = 200ms;
  return settings;
}

TEST(SipOverTcp, IP9_AnswersAMessageBeforeItClosesForTheJunkBehindIt) {
  RunningEdge edge(with_short_farewell());
  LoopbackClient client(edge.sip());
  client.send(sip_request() + std::string(StreamFramer::max_stray_bytes + 1, '\0') + sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  edge->send(arrived->flow, "the answer");
  EXPECT_EQ(client.read_to_end(), "the answer");
  EXPECT_TRUE(edge.closed_flows.next());
  EXPECT_EQ(edge.messages.waiting(), 0U);
  EXPECT_EQ(edge->counts().broken_streams, 1U);
}

TEST(SipOverTcp, IP9_AMessageWithoutAUsableLengthIsRefusedInWordsBeforeTheEnd) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "Missing Content-Length"},
      {"Content-Length: -1\r\n", "Bad Content-Length"},
      {"Content-Length: 5,5\r\n", "Bad Content-Length"},
      {"Content-Length: 0\r\nl: 5\r\n", "Bad Content-Length"},
      {"Content-Length: 65535\r\n", "Message Too Large"}};
  for (const auto& [lines, reason] : cases) {
    RunningEdge edge(with_short_farewell());
    LoopbackClient client(edge.sip());
    std::string text = sip_request();
    const std::size_t at = text.find("Content-Length");
    text.replace(at, text.find("\r\n", at) + 2 - at, lines);
    client.send(text + sip_request());
    const auto arrived = edge.messages.next();
    ASSERT_TRUE(arrived) << lines;
    ASSERT_TRUE(arrived->message.refusal()) << lines;
    EXPECT_EQ(arrived->message.refusal()->reason, reason);
    edge->send(arrived->flow, "400");
    EXPECT_EQ(client.read_to_end(), "400") << lines;
    EXPECT_TRUE(edge.closed_flows.next());
    EXPECT_EQ(edge.messages.waiting(), 0U) << "the request behind it never runs";
  }
}

TEST(SipOverTcp, WritesWhatWaitsBeforeItClosesAtOurWish) {
  RunningEdge edge;
  LoopbackClient client(edge.sip());
  client.send(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  const std::string last(300'000, 'x');
  edge->send(arrived->flow, last);
  edge->close(arrived->flow);
  EXPECT_EQ(client.read_to_end(), last);
  EXPECT_TRUE(edge.closed_flows.next());
}

TEST(SipOverTcp, ClosesWhatCannotBeFramedWhenNothingIsToBeAnswered) {
  RunningEdge edge;
  LoopbackClient client(edge.sip());
  client.send(std::string(StreamFramer::max_stray_bytes + 1, ' '));
  EXPECT_TRUE(client.sees_end());
  EXPECT_EQ(edge->counts().broken_streams, 1U);
}

TEST(SipOverTcp, ClosesAPeerThatNeverSpeaksSip) {  // hostile-input G1
  EdgeSettings settings = loopback_settings();
  settings.times.first_message = 50ms;
  RunningEdge edge(settings);
  LoopbackClient client(edge.sip());
  client.send("\r\n\r\nOPTIONS sip:");
  EXPECT_TRUE(client.sees_end());
}

TEST(SipOverTcp, G1_ClosesAPeerThatNeverSpeaksSipHoweverOftenItPings) {
  EdgeSettings settings = loopback_settings();
  settings.times.first_message = 100ms;
  settings.limits.stranger_rate = settings.limits.signed_in_rate;
  RunningEdge edge(settings);
  LoopbackClient client(edge.sip());
  const auto begin = std::chrono::steady_clock::now();
  const auto is_early = [&] { return std::chrono::steady_clock::now() - begin < 5s; };
  while (client.send("\r\n\r\n") && client.read_exactly(2) == "\r\n" && is_early()) {
  }
  EXPECT_TRUE(is_early());
  EXPECT_EQ(edge->counts().deadlines, 1U);
}

TEST(SipOverTcp, ClosesAQuietPeerUnlessItIsKept) {
  EdgeSettings settings = loopback_settings();
  settings.times.tcp_quiet = 50ms;
  RunningEdge edge(settings);
  LoopbackClient kept(edge.sip());
  kept.send(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  edge->keep(arrived->flow);
  LoopbackClient quiet(edge.sip());
  quiet.send(sip_request());
  EXPECT_TRUE(quiet.sees_end());
  edge->send(arrived->flow, "still here");
  EXPECT_EQ(kept.read_exactly(10), "still here");
}

TEST(SipOverTcp, ClosesAPeerThatNeverReads) {  // hostile-input D8
  RunningEdge edge;
  LoopbackClient client(edge.sip(), {.receive_buffer = 4096});
  client.send(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  for (int i = 0; i < 1000; ++i) edge->send(arrived->flow, std::string(16'000, 'x'));
  EXPECT_TRUE(edge.closed_flows.next());
}

// ---- Caps and deadlines of all connections ------------------------------------------------------

TEST(EdgeCaps, RefuseOneSourceBeyondItsShareAndLetItInAgain) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 2;
  RunningEdge edge(settings);
  {
    WebSocketClient websocket(edge.web());
    LoopbackClient tcp(edge.sip());
    tcp.send(sip_request());
    ASSERT_TRUE(edge.messages.next());
    LoopbackClient third(edge.sip());
    EXPECT_TRUE(third.sees_end());
    LoopbackClient page(edge.web());
    page.send(upgrade_request());
    EXPECT_EQ(read_response(page).status, 503);

    LoopbackClient busy(edge.web());
    LoopbackClient busy_too(edge.web());
    // Each waits for an answer, so that it is in use however late the edge reads what was sent.
    std::vector<std::pair<HttpRequest, std::unique_ptr<HttpReply>>> unanswered;
    for (LoopbackClient* one : {&busy, &busy_too}) {
      one->send("GET /api/busy HTTP/1.1\r\nHost: phone.example\r\n\r\n");
      auto request = edge.requests.next();
      ASSERT_TRUE(request);
      unanswered.push_back(std::move(*request));
    }
    LoopbackClient one_more(edge.web());
    EXPECT_EQ(read_response(one_more).status, 503);
    EXPECT_TRUE(one_more.sees_end());
    EXPECT_EQ(edge->counts().connections_refused, 3U);
  }
  ASSERT_TRUE(edge.closed_flows.next());
  const auto begin = std::chrono::steady_clock::now();
  while (edge->counts().connections_open > 0 && std::chrono::steady_clock::now() - begin < 5s) {
    std::this_thread::yield();
  }
  LoopbackClient again(edge.web());
  EXPECT_EQ(get(again, "/").status, 404);
}

// FR3: a campus behind one address, with two places for those who have not signed in.
TEST(EdgeCaps, WhoeverHasSignedInTakesNoPlaceFromTheirNeighbours) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 2;
  RunningEdge edge(settings);
  std::vector<std::unique_ptr<WebSocketClient>> phones;
  for (int i = 0; i < 10; ++i) {
    phones.push_back(std::make_unique<WebSocketClient>(edge.web()));
    phones.back()->send_text(sip_request());
    const auto arrived = edge.messages.next();
    ASSERT_TRUE(arrived);
    edge->keep(arrived->flow);
    edge->send(arrived->flow, "signed in");  // once it is here, keep() is done
    ASSERT_TRUE(phones.back()->read_frame());
  }
  EXPECT_EQ(edge->counts().connections_refused, 0U);
  EXPECT_EQ(edge->counts().connections_replaced, 0U);
}

TEST(EdgeCaps, EventStreamsOfThoseWhoHaveSignedInTakeNoPlaceEither) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 2;
  RunningEdge edge(settings);
  std::vector<std::unique_ptr<LoopbackClient>> readers;
  std::vector<std::shared_ptr<EventStream>> streams;
  for (int i = 0; i < 6; ++i) {
    readers.push_back(std::make_unique<LoopbackClient>(edge.web()));
    readers.back()->send("GET /api/v1/events HTTP/1.1\r\nHost: a\r\n\r\n");
    auto request = edge.requests.next();
    ASSERT_TRUE(request);
    streams.push_back(request->second->open_event_stream());
    EXPECT_EQ(read_response(*readers.back(), false).status, 200);
  }
  EXPECT_EQ(edge->counts().connections_refused, 0U);
  EXPECT_EQ(edge->counts().connections_replaced, 0U);
}

TEST(EdgeCaps, TheConnectionThatHasBeenIdleForLongestMakesRoom) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 2;
  RunningEdge edge(settings);
  LoopbackClient first(edge.web());
  EXPECT_EQ(get(first, "/").status, 404);
  LoopbackClient second(edge.web());
  EXPECT_EQ(get(second, "/").status, 404);
  EXPECT_EQ(get(first, "/").status, 404);
  LoopbackClient third(edge.web());
  EXPECT_EQ(get(third, "/").status, 404);
  EXPECT_TRUE(second.sees_end());
  EXPECT_EQ(get(first, "/").status, 404);
  EXPECT_EQ(edge->counts().connections_refused, 0U);
}

TEST(EdgeCaps, APhoneThatDoesNotSignInMakesRoomForTheNext) {
  EdgeSettings settings = loopback_settings();
  settings.limits.connections_per_source = 2;
  settings.times.sign_in = 0ms;
  RunningEdge edge(settings);
  WebSocketClient first(edge.web());
  WebSocketClient second(edge.web());
  WebSocketClient third(edge.web());
  EXPECT_EQ(first.read_close_code(), 0);
  EXPECT_EQ(edge->counts().connections_replaced, 1U);
}

TEST(EdgeCaps, SurviveRunningOutOfDescriptors) {  // hostile-input G8
  EdgeSettings settings = loopback_settings();
  settings.times.first_message = 400ms;
  RunningEdge edge(settings);
  LoopbackClient waiting(edge.web());
  EXPECT_EQ(get(waiting, "/").status, 404);
  LoopbackClient silent(edge.sip());
  silent.send("\r\n\r\n");
  EXPECT_EQ(silent.read_exactly(2), "\r\n");

  // A sanitizer needs descriptors of its own when a kind of object is first met: let it meet all
  // that a line of the log touches.
  log::warning("about to run out of descriptors, as a test");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // Room for exactly one more descriptor, which the client takes; the edge gets none.
  rlimit one_more = before;
  one_more.rlim_cur = static_cast<rlim_t>(FileDescriptor(::dup(0)).get()) + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &one_more), 0);
  LoopbackClient late(edge.sip());
  EXPECT_EQ(get(waiting, "/").status, 404) << "open connections go on";
  const std::clock_t used_before = std::clock();
  EXPECT_TRUE(silent.sees_end());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_LT(std::clock() - used_before, CLOCKS_PER_SEC / 10) << "it tries again after a pause";
  late.send("\r\n\r\n");
  EXPECT_EQ(late.read_exactly(2), "\r\n");
}

// ---- Start and stop -----------------------------------------------------------------------------

TEST(EdgeStart, NamesTheAddressThatIsTaken) {
  RunningEdge edge;
  EdgeSettings settings = loopback_settings();
  settings.web[0].address = edge.web();
  const auto second = Edge::open(settings, {.on_http = [](auto, auto) {},
                                            .on_message = [](auto&, auto&, auto) { return true; },
                                            .on_flow_closed = [](auto&) {}});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(),
            "cannot listen on TCP " + edge.web().text() + ": Address already in use");
}

TEST(EdgeStart, NamesTheFileThatIsMissing) {
  EdgeSettings settings = loopback_settings();
  settings.web[0].tls = {.chain = "/nowhere/chain.pem", .key = "/nowhere/key.pem"};
  const auto edge = Edge::open(settings, {.on_http = [](auto, auto) {},
                                          .on_message = [](auto&, auto&, auto) { return true; },
                                          .on_flow_closed = [](auto&) {}});
  ASSERT_FALSE(edge);
  EXPECT_EQ(edge.error(), "cannot read the certificate /nowhere/chain.pem");
}

TEST(EdgeStop, ClosesEverythingThatIsOpenAndTellsOfEachFlow) {
  RunningEdge edge;
  WebSocketClient websocket(edge.web());
  websocket.send_text(sip_request());
  LoopbackClient tcp(edge.sip());
  tcp.send(sip_request());
  LoopbackClient half(edge.web());
  half.send("GET / HT");
  LoopbackClient events(edge.web());
  events.send("GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n");
  LoopbackClient unanswered(edge.web());
  unanswered.send("GET /api/slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(edge.messages.next() && edge.messages.next());
  auto request = edge.requests.next();
  auto other = edge.requests.next();
  ASSERT_TRUE(request && other);
  const auto stream = request->second->open_event_stream();

  edge.stop();
  EXPECT_EQ(edge.closed_flows.waiting(), 2U);
  for (LoopbackClient* client : {static_cast<LoopbackClient*>(&websocket), &tcp, &half, &events}) {
    EXPECT_TRUE(client->sees_end());
  }
  EXPECT_FALSE(stream->send("late", "1"));
  EXPECT_EQ(edge->counts().connections_open, 0U);
}

TEST(EdgeStop, MayComeBeforeRunOrWithoutIt) {
  const auto nothing = EdgeCallbacks{.on_http = [](auto, auto) {},
                                     .on_message = [](auto&, auto&, auto) { return true; },
                                     .on_flow_closed = [](auto&) {}};
  auto stopped = Edge::open(loopback_settings(), nothing);
  ASSERT_TRUE(stopped);
  (*stopped)->stop();
  (*stopped)->run();
  EXPECT_TRUE(Edge::open(loopback_settings(), nothing));
}

TEST(EdgeStop, LeavesRepliesThatOutliveItHarmless) {
  std::unique_ptr<HttpReply> reply;
  std::shared_ptr<EventStream> stream;
  {
    RunningEdge edge;
    LoopbackClient client(edge.web());
    client.send("GET /api/a HTTP/1.1\r\nHost: a\r\n\r\n");
    reply = std::move(edge.requests.next()->second);
    LoopbackClient reader(edge.web());
    reader.send("GET /api/b HTTP/1.1\r\nHost: a\r\n\r\n");
    stream = edge.requests.next()->second->open_event_stream();
  }
  reply->respond({});
  stream->send("late", "1");
}

// ---- TLS ----------------------------------------------------------------------------------------

/// A blocking TLS client that trusts one certificate.
class TlsClient {
 public:
  TlsClient(const SocketAddress& address, const std::string& trusted_file, int version = 0,
            const char* ciphers = nullptr)
      : context_(SSL_CTX_new(TLS_client_method())), tls_(nullptr) {
    SSL_CTX_load_verify_file(context_, trusted_file.c_str());
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_security_level(context_, 0);
    if (version != 0) SSL_CTX_set_max_proto_version(context_, version);
    if (ciphers) {
      EXPECT_EQ(SSL_CTX_set_cipher_list(context_, ciphers), 1) << ciphers;
    }
    fd_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const NativeAddress native = to_native(address, AF_INET);
    EXPECT_EQ(::connect(fd_.get(), native.get(), native.size), 0);
    tls_ = SSL_new(context_);
    SSL_set_fd(tls_, fd_.get());
    SSL_set1_host(tls_, "localhost");
    is_connected_ = SSL_connect(tls_) == 1;
  }
  ~TlsClient() {
    SSL_free(tls_);
    SSL_CTX_free(context_);
  }

  bool is_connected() const { return is_connected_; }
  bool has_aead_cipher() const { return SSL_CIPHER_is_aead(SSL_get_current_cipher(tls_)) == 1; }
  bool compresses() const { return SSL_get_current_compression(tls_) != nullptr; }
  /// False when the server does not want to.
  bool renegotiates() {
    return SSL_renegotiate(tls_) == 1 && SSL_do_handshake(tls_) == 1 &&
           exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1");
  }
  void send(std::string_view bytes) {
    SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
  }
  std::string exchange(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  /// Empty at the end.
  std::string receive() {
    std::string answer(4096, '\0');
    const int size = SSL_read(tls_, answer.data(), static_cast<int>(answer.size()));
    answer.resize(static_cast<std::size_t>(std::max(size, 0)));
    return answer;
  }

 private:
  SSL_CTX* context_;
  SSL* tls_;
  FileDescriptor fd_;
  bool is_connected_ = false;
};

class EdgeOverTls : public ::testing::Test {
 protected:
  EdgeOverTls() {
    std::string pattern = ::testing::TempDir() + "tlsXXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    write_certificate();
  }
  ~EdgeOverTls() override { std::filesystem::remove_all(directory_); }

  void write_certificate() {
    const std::vector<std::string> names = {"localhost"};
    const auto authority = make_authority("Test", wall_clock());
    ASSERT_TRUE(authority);
    const auto pair = issue_certificate(*authority, {names, {}}, wall_clock());
    ASSERT_TRUE(pair);
    std::ofstream(chain()) << pair->certificate;
    std::ofstream(key()) << pair->key;
  }
  std::string chain() const { return directory_ / "chain.pem"; }
  std::string key() const { return directory_ / "key.pem"; }
  EdgeSettings settings() const {
    EdgeSettings settings = loopback_settings();
    settings.web[0].tls = {.chain = chain(), .key = key()};
    settings.sip.push_back({SocketAddress::from_ipv4(0x7f000001, 0), settings.web[0].tls});
    return settings;
  }

  std::filesystem::path directory_;
};

TEST_F(EdgeOverTls, ServesPagesAndWebSockets) {
  RunningEdge edge(settings());
  TlsClient page(edge.web(), chain());
  ASSERT_TRUE(page.is_connected());
  const std::string answer = page.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 404"));
  EXPECT_NE(answer.find("Strict-Transport-Security: max-age="), std::string::npos);

  TlsClient socket(edge.web(), chain());
  EXPECT_TRUE(socket.exchange(testing::upgrade_request()).starts_with("HTTP/1.1 101"));
  socket.exchange(to_bytes(testing::Frame{.payload = "\r\n\r\n"}));
  socket.exchange(to_bytes(testing::Frame{.payload = sip_request()}) +
                  to_bytes(testing::Frame{.opcode = testing::Opcode::ping}));
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->flow.transport, sip::Transport::wss);
}

TEST_F(EdgeOverTls, TakesTelephonesThatSpeakSipOnAPortOfTheirOwn) {
  RunningEdge edge(settings());
  TlsClient phone(edge.sip_over_tls(), chain());
  ASSERT_TRUE(phone.is_connected());
  phone.send(sip_request());
  const auto arrived = edge.messages.next();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->flow.transport, sip::Transport::tls);
  EXPECT_EQ(arrived->flow.local, edge.sip_over_tls());
  edge->send(arrived->flow, "SIP/2.0 200 OK\r\n\r\n");
  EXPECT_EQ(phone.receive(), "SIP/2.0 200 OK\r\n\r\n");
  EXPECT_EQ(phone.exchange("\r\n\r\n"), "\r\n");
}

TEST_F(EdgeOverTls, RefusesVersionsBeforeOneTwo) {
  RunningEdge edge(settings());
  for (const SocketAddress& address : {edge.web(), edge.sip_over_tls()}) {
    EXPECT_FALSE(TlsClient(address, chain(), TLS1_1_VERSION).is_connected());
    EXPECT_TRUE(TlsClient(address, chain(), TLS1_2_VERSION).is_connected());
    EXPECT_TRUE(TlsClient(address, chain(), TLS1_3_VERSION).is_connected());
  }
}

TEST_F(EdgeOverTls, AT10_TakesCiphersThatAuthenticateAndNoOthers) {
  RunningEdge edge(settings());
  for (const char* offered :
       {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA256",
        "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-CAMELLIA128-SHA256", "AES128-SHA",
        "AES256-GCM-SHA384", "DHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-CCM8",
        "CAMELLIA256-SHA", "eNULL", "aNULL:!AEAD"}) {
    EXPECT_FALSE(TlsClient(edge.web(), chain(), TLS1_2_VERSION, offered).is_connected()) << offered;
  }
  for (const char* offered :
       {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256"}) {
    const TlsClient client(edge.web(), chain(), TLS1_2_VERSION, offered);
    ASSERT_TRUE(client.is_connected()) << offered;
    EXPECT_TRUE(client.has_aead_cipher()) << offered;
    EXPECT_FALSE(client.compresses());
  }
  const TlsClient latest(edge.web(), chain());
  ASSERT_TRUE(latest.is_connected());
  EXPECT_TRUE(latest.has_aead_cipher());
}

TEST_F(EdgeOverTls, G2_DoesNotRenegotiate) {
  RunningEdge edge(settings());
  TlsClient client(edge.web(), chain(), TLS1_2_VERSION);
  ASSERT_TRUE(client.is_connected());
  EXPECT_FALSE(client.renegotiates());
  // OpenSSL 3 does not either, unless it is told to: what we ask for holds with any.
  const std::vector<std::string> names = {"localhost"};
  const auto authority = make_authority("Dering", wall_clock());
  const auto context = make_tls_context(*issue_certificate(*authority, {names, {}}, wall_clock()));
  ASSERT_TRUE(context);
  EXPECT_NE(SSL_CTX_get_options((*context)->native_handle()) & SSL_OP_NO_RENEGOTIATION, 0U);
}

TEST_F(EdgeOverTls, ClosesAHandshakeThatDoesNotHappen) {  // hostile-input G1
  EdgeSettings slow = settings();
  slow.times.http_header = 50ms;
  RunningEdge edge(slow);
  for (const SocketAddress& address : {edge.web(), edge.sip_over_tls()}) {
    LoopbackClient client(address);
    client.send("\x16\x03\x01");
    EXPECT_TRUE(client.sees_end());
    EXPECT_EQ(edge.refusals.next()->reason, refusal::Reason::too_slow);
  }
}

// Hostile input G1: a handshake, and then nothing.
TEST_F(EdgeOverTls, ClosesATelephoneThatSaysNothingAfterTheHandshake) {
  EdgeSettings slow = settings();
  slow.times.first_message = 50ms;
  RunningEdge edge(slow);
  TlsClient phone(edge.sip_over_tls(), chain());
  ASSERT_TRUE(phone.is_connected());
  EXPECT_EQ(phone.receive(), "");
  EXPECT_EQ(edge.refusals.next()->reason, refusal::Reason::too_slow);
}

TEST_F(EdgeOverTls, TellsOfWhoeverSpeaksSomethingElseOnThePortOfTelephones) {
  RunningEdge edge(settings());
  LoopbackClient client(edge.sip_over_tls());
  client.send(sip_request());
  EXPECT_TRUE(client.sees_end());
  const auto told = edge.refusals.next();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->reason, refusal::Reason::no_tls);
  EXPECT_EQ(told->transport, refusal::Transport::tls);
}

// Hostile input E9, G2.
TEST_F(EdgeOverTls, ServesTelephonesAfterAThousandHandshakesThatWereBrokenOff) {
  RunningEdge edge(settings());
  TlsClient friendly(edge.sip_over_tls(), chain());
  ASSERT_TRUE(friendly.is_connected());
  for (std::size_t i = 0; i < 1'000; ++i) {
    LoopbackClient stranger(edge.sip_over_tls());
    stranger.send(std::string_view("\x16\x03\x01\x00\x50\x01", 6).substr(0, 1 + i % 6));
  }
  EXPECT_EQ(friendly.exchange("\r\n\r\n"), "\r\n");
  EXPECT_TRUE(TlsClient(edge.sip_over_tls(), chain()).is_connected());
}

TEST_F(EdgeOverTls, TakesANewCertificateWithoutDisturbingOpenConnections) {
  RunningEdge edge(settings());
  TlsClient before(edge.web(), chain());
  ASSERT_TRUE(before.is_connected());
  before.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  TlsClient phone(edge.sip_over_tls(), chain());
  EXPECT_EQ(phone.exchange("\r\n\r\n"), "\r\n");

  write_certificate();
  EXPECT_FALSE(TlsClient(edge.web(), chain()).is_connected()) << "still shows the old one";
  ASSERT_TRUE(edge->reload_certificates());
  // A whole exchange passes through the edge thread, so the letter before it has been read.
  EXPECT_TRUE(before.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(TlsClient(edge.web(), chain()).is_connected());
  EXPECT_EQ(phone.exchange("\r\n\r\n"), "\r\n");
  EXPECT_TRUE(TlsClient(edge.sip_over_tls(), chain()).is_connected());

  std::ofstream(key()) << "not a key";
  EXPECT_FALSE(edge->reload_certificates());
  EXPECT_TRUE(TlsClient(edge.web(), chain()).is_connected());
}

}  // namespace
}  // namespace dering::net
