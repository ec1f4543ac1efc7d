// SPDX-License-Identifier: Apache-2.0
#include "app/dering/signalling_thread.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "identity/digest.h"
#include "net/testing/loopback_client.h"

namespace dering::app {
namespace {

using namespace std::chrono_literals;
using identity::DigestAlgorithm;
using net::testing::LoopbackClient;

constexpr std::string_view realm = "dering";

/// A signalling thread behind a real edge on loopback, with one desk phone, "1001", in its
/// directory; no engine and no worker. It answers once run() was called.
class SwitchboardOnLoopback {
 public:
  explicit SwitchboardOnLoopback(std::chrono::milliseconds tcp_quiet = 10s) {
    const auto any_port = SocketAddress::from_ipv4(0x7f000001, 0);
    net::EdgeSettings edge;
    edge.sip = {{.address = any_port}};
    edge.times.tcp_quiet = tcp_quiet;
    edge_ = *net::Edge::open(edge, callbacks());
    auto socket = *net::UdpSocket::bind(any_port);
    udp_ = socket.local();
    signalling_.emplace(
        settings(), std::move(socket), EngineLink("/nonexistent/media.sock", std::nullopt),
        SignallingThread::Neighbours{*edge_, worker_, tokens_, main_, {}, sip_log_});
    signalling_->restore({.directory = directory("secret")});
    edge_thread_ = std::jthread([this] { edge_->run(); });
  }
  ~SwitchboardOnLoopback() {
    signalling_->mail().stop.post_always({});
    signalling_thread_.join();
    edge_->stop();
  }

  void run() {
    signalling_thread_ = std::jthread([this] { signalling_->run(); });
  }
  SocketAddress tcp() const { return edge_->sip_addresses().front(); }
  const SocketAddress& udp() const { return udp_; }
  void post(switchboard::Input news) { signalling_->mail().news.post_always(std::move(news)); }

  static directory::DirectorySnapshot directory(std::string_view password) {
    const auto ha1 = [&](DigestAlgorithm algorithm) {
      return identity::digest_ha1(algorithm, "1001", realm, password);
    };
    return std::make_shared<const directory::Directory>(
        std::vector<directory::User>{{{1}, "", "s1", "siti", "Siti", "", "1001"}},
        std::vector<directory::DeviceCredential>{
            {"1001", "1001", ha1(DigestAlgorithm::md5), ha1(DigestAlgorithm::sha256)}});
  }

 private:
  net::EdgeCallbacks callbacks() {
    return {.on_http = [](net::HttpRequest, std::unique_ptr<net::HttpReply>) {},
            .on_message =
                [this](const sip::Flow& flow, sip::Message& message, net::Standing) {
                  signalling_->mail().from_signed_in.post_always({flow, std::move(message)});
                  return true;
                },
            .on_flow_closed =
                [this](const sip::FlowClosed& end) {
                  signalling_->mail().flow_ends.post_always(sip::FlowClosed(end));
                }};
  }
  static switchboard::Settings settings() {
    switchboard::Settings settings;
    settings.names.host = "127.0.0.1";
    settings.names.product = "test";
    settings.realm = realm;
    return settings;
  }

  WorkerMail worker_{{}};
  TokenMail tokens_{{}};
  MainMailbox main_{1000};
  SipLogMailbox sip_log_{1000};
  std::unique_ptr<net::Edge> edge_;
  std::optional<SignallingThread> signalling_;
  SocketAddress udp_;
  std::jthread edge_thread_;
  std::jthread signalling_thread_;
};

std::string request(std::string_view method, int cseq, std::string_view fields = {}) {
  return fmt::format(
      "{} sip:dering SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK{}{};rport\r\n"
      "From: <sip:1001@dering>;tag=a\r\nTo: <sip:1001@dering>\r\nCall-ID: {}\r\nCSeq: {} {}\r\n"
      "Max-Forwards: 70\r\nContact: <sip:1001@127.0.0.1:5060;transport=tcp>\r\n{}"
      "Content-Length: 0\r\n\r\n",
      method, method, cseq, method, cseq, method, fields);
}

/// The head of the answer: none of ours to these requests has a body.
std::string ask(LoopbackClient& phone, const std::string& text) {
  phone.send(text);
  return phone.read_until("\r\n\r\n");
}

std::string authorization(std::string_view challenge) {
  std::string_view rest = challenge;
  rest.remove_prefix(rest.find("nonce=\"") + 7);
  const std::string_view nonce = take_until(rest, '"');
  const identity::DigestCredentials credentials{"1001",    realm,  nonce,  "sip:dering", {},
                                                "SHA-256", "auth", "abcd", "00000001"};
  const std::string ha1 = identity::digest_ha1(DigestAlgorithm::sha256, "1001", realm, "secret");
  return fmt::format(
      "Authorization: Digest username=\"1001\", realm=\"dering\", nonce=\"{}\", uri=\"sip:dering\","
      " response=\"{}\", algorithm=SHA-256, qop=auth, cnonce=\"abcd\", nc=00000001\r\n",
      nonce, identity::digest_response(DigestAlgorithm::sha256, ha1, "REGISTER", credentials));
}

TEST(SignallingThreadTest, ADeskPhoneThatSignedInMayBeSilentOnItsConnection) {
  SwitchboardOnLoopback dering(500ms);
  dering.run();
  LoopbackClient phone(dering.tcp());
  const std::string challenge = ask(phone, request("REGISTER", 1));
  ASSERT_TRUE(challenge.starts_with("SIP/2.0 401 ")) << challenge;
  const std::string welcome = ask(phone, request("REGISTER", 2, authorization(challenge)));
  ASSERT_TRUE(welcome.starts_with("SIP/2.0 200 ")) << welcome;

  LoopbackClient stranger(dering.tcp());
  EXPECT_TRUE(ask(stranger, request("OPTIONS", 1)).starts_with("SIP/2.0 200 "));
  EXPECT_TRUE(stranger.sees_end());
  // The phone has been silent for longer than the stranger was.
  EXPECT_TRUE(ask(phone, request("OPTIONS", 2)).starts_with("SIP/2.0 200 "));
}

/// The answer to one datagram.
std::string ask(net::UdpSocket& phone, const SwitchboardOnLoopback& dering,
                const std::string& text) {
  phone.send_batch(std::vector{net::UdpSocket::Outgoing{text, dering.udp()}});
  pollfd waiting{phone.fd(), POLLIN, 0};
  if (::poll(&waiting, 1, 5000) != 1) return "nothing";
  return std::string(as_text(phone.receive_batch().front().bytes));
}

TEST(SignallingThreadTest, WhatWasPostedBeforeADatagramWasSentIsDoneBeforeIt) {
  SwitchboardOnLoopback dering;
  auto phone = *net::UdpSocket::bind(SocketAddress::from_ipv4(0x7f000001, 0));
  dering.run();
  const std::string challenge = ask(phone, dering, request("REGISTER", 1));
  ASSERT_TRUE(challenge.starts_with("SIP/2.0 401 ")) << challenge;
  // The password of the device is another one now.
  dering.post(directory::DirectoryChanged{SwitchboardOnLoopback::directory("other")});
  const std::string refusal = ask(phone, dering, request("REGISTER", 2, authorization(challenge)));
  EXPECT_TRUE(refusal.starts_with("SIP/2.0 401 ")) << refusal;
}

}  // namespace
}  // namespace dering::app
