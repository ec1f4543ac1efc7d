// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "feature/testing/descriptions.h"
#include "identity/digest.h"
#include "sip/testing/sip_text.h"
#include "switchboard/switchboard.h"
#include "switchboard/testing/engine_ready.h"

namespace dering::switchboard::testing {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;
using sip::testing::answer_text;
using sip::testing::RequestText;

struct Sent {
  sip::Flow to;
  sip::Message message;
};

/// A switchboard with people 1101 to 1105, of whom the first three are colleagues. They have desk
/// phones: device "dev1" to "dev5", each with the password "secret"; "dev6" is 1102's too.
class DeskWorld : public ::testing::Test {
 protected:
  DeskWorld() : switchboard(settings(), random) {
    feed(WallClock{1'800'000'000s});
    feed_directory();
    feed(engine_ready());
    out.clear();
  }
  /// `codecs`: the lists of devices that have one of their own.
  void feed_directory(const std::map<std::string, std::string>& codecs = {}) {
    std::vector<directory::User> users;
    std::vector<directory::DeviceCredential> devices;
    for (unsigned i = 1; i <= 6; ++i) {
      const std::string extension = std::to_string(i == 6 ? 1102 : 1100 + i);
      const std::string device = fmt::format("dev{}", i);
      const auto ha1 = [&](identity::DigestAlgorithm algorithm) {
        return identity::digest_ha1(algorithm, device, "dering", "secret");
      };
      if (i < 6) {
        users.push_back(
            {{i}, {}, "s" + extension, device, "Name " + extension, unit(i), extension});
      }
      const auto own = codecs.find(device);
      devices.push_back({device, extension, ha1(identity::DigestAlgorithm::md5),
                         ha1(identity::DigestAlgorithm::sha256),
                         own == codecs.end() ? std::string() : own->second});
    }
    directory = std::make_shared<const directory::Directory>(std::move(users), std::move(devices));
    feed(directory::DirectoryChanged{directory});
  }
  static Settings settings() {
    Settings settings;
    settings.names.host = "198.51.100.7";
    settings.domains = {"pbx.test", "203.0.113.9"};
    settings.trunk_secrets["provider"] = {"geheim", "provider.example"};
    return settings;
  }

  // -- the wire
  void feed(Input input) {
    if (before_input) before_input(input);
    const std::size_t said_before = out.size();
    switchboard.take(std::move(input), now, out);
    if (after_input) after_input(std::span(out).subspan(said_before));
  }
  void receive(const sip::Flow& flow, std::string_view text) {
    feed(sip::Received{flow, sip::testing::parsed(text)});
  }
  void pass(Duration time) {
    now += time;
    feed(TimePassed{});
  }
  /// In steps, as timers come due.
  void wait(Duration time) {
    const Instant end = now + time;
    while (now < end) pass(std::min<Duration>(1s, end - now));
  }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const Output& output : out) {
      if (const Kind* one = std::get_if<Kind>(&output)) found.push_back(*one);
    }
    return found;
  }
  /// All messages sent of which this is true.
  template <class IsWanted>
  std::vector<Sent> sent_if(IsWanted is_wanted) const {
    std::vector<Sent> found;
    for (const sip::Send& send : all<sip::Send>()) {
      Sent sent{send.flow, sip::testing::parsed(send.bytes)};
      if (is_wanted(sent.message)) found.push_back(std::move(sent));
    }
    return found;
  }
  std::vector<Sent> sent(Method method) const {
    return sent_if([&](const sip::Message& message) {
      return message.is_request() && message.method() == method;
    });
  }
  /// The last final response; all outputs are forgotten.
  Sent take_final() {
    auto finals = sent_if([](const sip::Message& message) { return message.status() >= 200; });
    out.clear();
    if (!finals.empty()) return std::move(finals.back());
    ADD_FAILURE() << "no final response";
    return {{}, sip::testing::parsed(RequestText{})};
  }
  Sent take(Method method) {
    auto requests = sent(method);
    out.clear();
    if (!requests.empty()) return std::move(requests.front());
    ADD_FAILURE() << "no such request";
    return {{}, sip::testing::parsed(RequestText{})};
  }

  // -- phones
  static sip::Flow phone(unsigned i, std::uint16_t port = 5060) {
    return {sip::Transport::udp, *SocketAddress::from_text(fmt::format("192.0.2.{}", i), port), 0};
  }
  static std::string unit(unsigned i) { return i <= 3 ? "Teknik" : ""; }
  static std::string extension(unsigned i) { return std::to_string(1100 + i); }
  std::string new_branch() { return fmt::format("z9hG4bK-{}", ++branches_); }

  RequestText request(unsigned i, std::string method, std::string uri) {
    RequestText text;
    text.method = std::move(method);
    text.uri = std::move(uri);
    text.branch = new_branch();
    text.from = fmt::format("<sip:{}@dering>", extension(i));
    text.to = "<" + text.uri + ">";
    text.call_id = fmt::format("call-{}", branches_);
    text.contact = fmt::format("<sip:{}@192.0.2.{}:5060>", extension(i), i);
    return text;
  }
  /// The same again with the answer of phone i to this challenge.
  RequestText answered(RequestText text, const sip::Message& challenge, unsigned i) {
    const bool is_proxy = challenge.status() == 407;
    const auto field =
        challenge.header(is_proxy ? HeaderId::proxy_authenticate : HeaderId::www_authenticate);
    EXPECT_TRUE(field) << challenge.status();
    const auto fields = sip::parse_auth(field.value_or("Digest nonce=\"\""));
    const std::string nonce(fields->parameter("nonce").value_or(""));
    const bool is_md5 = fields->parameter("algorithm") == "MD5";
    const auto algorithm =
        is_md5 ? identity::DigestAlgorithm::md5 : identity::DigestAlgorithm::sha256;
    const std::string device = fmt::format("dev{}", i);
    const identity::DigestCredentials credentials{device, "dering", nonce,  text.uri,  {},
                                                  {},     "auth",   "abcd", "00000001"};
    text.more += fmt::format(
        "{}: Digest username=\"{}\", realm=\"dering\", nonce=\"{}\", uri=\"{}\", "
        "response=\"{}\", algorithm={}, qop=auth, cnonce=\"abcd\", nc=00000001\r\n",
        is_proxy ? "Proxy-Authorization" : "Authorization", device, nonce, text.uri,
        identity::digest_response(algorithm,
                                  identity::digest_ha1(algorithm, device, "dering", "secret"),
                                  text.method, credentials),
        identity::name_of(algorithm));
    ++text.cseq;
    text.branch = new_branch();
    return text;
  }
  /// Sends the request, and again with credentials when it is challenged. Gives what was sent last.
  RequestText ask(const sip::Flow& flow, RequestText text, unsigned i) {
    text.transport = sip::via_name(flow.transport);
    receive(flow, text.text());
    const auto challenges = sent_if([](const sip::Message& message) {
      return message.status() == 401 || message.status() == 407;
    });
    if (challenges.empty()) return text;
    out.clear();
    text = answered(std::move(text), challenges.back().message, i);
    receive(flow, text.text());
    return text;
  }
  void registers(unsigned i, const sip::Flow& flow, const std::string& fields = "") {
    RequestText text = request(i, "REGISTER", "sip:dering");
    text.to = text.from;
    text.more = fields;
    ask(flow, std::move(text), i);
    ASSERT_EQ(take_final().message.status(), 200);
  }
  void registers(unsigned i) { registers(i, phone(i)); }

  RequestText invite(unsigned i, const std::string& uri) {
    RequestText text = request(i, "INVITE", uri);
    text.body = feature::testing::desk_sdp;
    return text;
  }
  /// Phone i dials; gives its INVITE as it was taken.
  RequestText dials(unsigned i, const std::string& number) {
    return ask(phone(i), invite(i, fmt::format("sip:{}@dering", number)), i);
  }

  /// A call that both sides have, and what phone 1 needs to speak in it.
  struct Talk {
    RequestText in_dialog;  ///< of the caller; set the method
    sip::Message rung;      ///< the INVITE that phone 2 was sent
  };
  /// 1101 was told that 1102 answered, and has not acknowledged it.
  Talk answered() {
    registers(1);
    registers(2);
    RequestText taken = dials(1, "1102");
    Sent rung = take(Method::invite);
    receive(phone(2), answer_text(rung.message, 200, "callee", "<sip:1102@192.0.2.2:5060>",
                                  feature::testing::desk_sdp));
    RequestText next = taken;
    next.to_tag = take_final().message.to().tag();
    next.more.clear();
    next.body.clear();
    return {next, std::move(rung.message)};
  }
  void acknowledges(const Talk& call) {
    RequestText ack = call.in_dialog;
    ack.method = "ACK";
    ack.branch = new_branch();
    receive(phone(1), ack.text());
    out.clear();
  }
  Talk talk() {
    Talk call = answered();
    acknowledges(call);
    return call;
  }
  RequestText in(const Talk& talk, std::string method, std::uint32_t later = 1) {
    RequestText text = talk.in_dialog;
    text.method = std::move(method);
    text.branch = new_branch();
    text.cseq += later;
    if (text.method == "INVITE" || text.method == "UPDATE") text.body = feature::testing::desk_sdp;
    if (text.method == "INFO") {
      text.content_type = "application/dtmf-relay";
      text.body = "Signal=5\r\nDuration=160\r\n";
    }
    return text;
  }

  Instant now = Instant{} + 1h;
  SeededRandom random{5};
  /// Who looks on: each input before it is taken, and what it led to.
  std::function<void(const Input&)> before_input;
  std::function<void(std::span<const Output>)> after_input;
  directory::DirectorySnapshot directory;
  Switchboard switchboard;
  Outbox out;

 private:
  int branches_ = 0;
};

}  // namespace dering::switchboard::testing
