// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "directory/lost_numbers.h"
#include "identity/digest.h"
#include "registrar/registrar.h"

namespace dering::registrar::testing {

using namespace std::chrono_literals;

inline const SocketAddress home = *SocketAddress::from_text("192.0.2.10", 5060);
inline const SocketAddress elsewhere = *SocketAddress::from_text("198.51.100.66", 5060);

/// What a phone puts into a REGISTER.
struct Register {
  std::string aor = "1001";
  std::string from = "1001";
  std::string contact = "Contact: <sip:1001@192.0.2.10:5060>\r\n";
  std::string fields{};  ///< further header fields, each with CRLF
  std::string call_id = "call-1";
  int cseq = 1;

  std::string text() const {
    return fmt::format(
        "REGISTER sip:dering SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{}\r\n"
        "From: <sip:{}@dering>;tag=a\r\nTo: <sip:{}@dering>\r\nCall-ID: {}\r\n"
        "CSeq: {} REGISTER\r\nMax-Forwards: 70\r\n{}{}Content-Length: 0\r\n\r\n",
        cseq, from, aor, call_id, cseq, contact, fields);
  }
};

/// The Contact of JsSIP 3.13, and what it supports.
inline std::string browser_contact(std::string_view user = "em5nai8a",
                                   std::string_view instance = "urn:uuid:1111") {
  return fmt::format(
      "Contact: <sip:{}@n72tagj6bu9n.invalid;transport=ws>;+sip.ice;reg-id=1;"
      "+sip.instance=\"<{}>\";expires=600\r\nSupported: path,gruu,outbound\r\n",
      user, instance);
}

inline directory::User person(std::uint64_t id, std::string extension) {
  return {directory::UserId{id}, "", "sub-" + extension, extension, "Name", "", extension};
}

inline std::string value_in(std::string_view text, std::string_view name) {
  const std::size_t begin = text.find(name);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = text.substr(begin + name.size());
  return std::string(rest.substr(0, rest.find_first_of("\"\r\n,")));
}

/// A registrar in virtual time with users 1001, 1002 and 1003. Device "1001" knows both algorithms
/// and "old" of 1002 only MD5; their password is "secret".
class World : public ::testing::Test {
 protected:
  World() : World(Settings{}) {}
  explicit World(Settings settings)
      : registrar(
            [&] {
              settings.authorization_server = "https://sso.example";
              return settings;
            }(),
            random) {
    using identity::DigestAlgorithm;
    registrar.on_wall_clock(UnixSeconds(1'800'000'000), now);
    set_directory({person(1, "1001"), person(2, "1002"), person(3, "1003")});
  }

  void set_directory(std::vector<directory::User> users) {
    using identity::DigestAlgorithm;
    const auto ha1 = [](DigestAlgorithm algorithm, std::string_view name) {
      return identity::digest_ha1(algorithm, name, "dering", "secret");
    };
    auto next = std::make_shared<const directory::Directory>(
        std::move(users), std::vector<directory::DeviceCredential>{
                              {"1001", "1001", ha1(DigestAlgorithm::md5, "1001"),
                               ha1(DigestAlgorithm::sha256, "1001")},
                              {"old", "1002", ha1(DigestAlgorithm::md5, "old"), ""}});
    registrar.on_directory({next, directory::lost_numbers(*directory_, *next)}, out);
    directory_ = std::move(next);
  }

  UnixSeconds wall() const {
    return UnixSeconds(1'800'000'000) + std::chrono::floor<std::chrono::seconds>(now - start);
  }

  /// All outputs of one kind, in order; they stay in the outbox until clear().
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Output& output : out) {
      if (const T* one = std::get_if<T>(&output)) found.push_back(*one);
    }
    return found;
  }
  std::size_t answer_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(out, [](const Output& output) {
      return std::holds_alternative<Respond>(output) || std::holds_alternative<TurnAway>(output);
    }));
  }
  template <class T>
  T last() const {
    const auto found = all<T>();
    EXPECT_FALSE(found.empty());
    return found.empty() ? T{} : found.back();
  }
  /// The latest answer, kept or not.
  int status() const {
    const std::string text = response();
    EXPECT_TRUE(text.starts_with("SIP/2.0 "));
    return static_cast<int>(to_number<unsigned>(std::string_view(text).substr(8, 3)).value_or(0));
  }
  std::string response() const {
    for (auto output = out.rbegin(); output != out.rend(); ++output) {
      if (const auto* kept = std::get_if<Respond>(&*output)) return kept->bytes;
      if (const auto* sent = std::get_if<TurnAway>(&*output)) {
        return text_of(sent->answer, sent->request.message, sent->request.flow, "stateless");
      }
    }
    ADD_FAILURE() << "nothing was answered";
    return {};
  }

  void send(const sip::Flow& flow, const std::string& text) {
    auto message = sip::Message::parse(text);
    ASSERT_TRUE(message) << text;
    registrar.on_request(offered(flow, std::move(*message)), now, out);
  }
  /// A new request, whatever it says.
  sip::RequestOffered offered(const sip::Flow& flow, sip::Message message) {
    return {flow, std::move(message), {++attempts, attempts}};
  }
  void pass(Duration time) {
    now += time;
    registrar.on_time(now, out);
  }

  // -- browsers
  static sip::Flow browser(std::uint64_t connection) {
    return {sip::Transport::wss, *SocketAddress::from_text("203.0.113.5", 40'000), connection};
  }
  static Register with_token(Register request, std::string_view token = "a.b.c") {
    request.fields += fmt::format("Authorization: Bearer {}\r\n", token);
    return request;
  }
  identity::TokenClaims claims(std::string subject, std::chrono::seconds rest = 300s) const {
    identity::TokenClaims claims;
    claims.subject = std::move(subject);
    claims.roles = {identity::Role::user};
    claims.expires_at = (wall() + rest).count();
    return claims;
  }
  void answer_question(std::string_view extension, std::chrono::seconds rest = 300s,
                       std::string sid = {}) {
    identity::TokenClaims good = claims(fmt::format("sub-{}", extension), rest);
    good.sid = std::move(sid);
    registrar.on_token_verdict(last<VerifyToken>().question, good, now, out);
  }
  /// REGISTER with a token of this user, verified at once.
  void sign_in(const sip::Flow& flow, Register request, std::chrono::seconds rest = 300s,
               std::string sid = {}) {
    const std::string user = request.aor;
    send(flow, with_token(std::move(request)).text());
    answer_question(user, rest, std::move(sid));
  }
  static Register of_browser(int cseq = 1, std::string call_id = "call-1") {
    return {.contact = browser_contact(), .call_id = std::move(call_id), .cseq = cseq};
  }

  // -- desk phones
  static sip::Flow desk(const SocketAddress& remote = home) {
    return {sip::Transport::udp, remote, 0};
  }
  struct Answer {
    std::string username = "1001";
    std::string password = "secret";
    identity::DigestAlgorithm algorithm = identity::DigestAlgorithm::sha256;
    std::string method = "REGISTER";
    std::string uri = "sip:dering";
    std::string nc = "00000001";
    std::string session{};  ///< or "-sess"
  };
  /// The Authorization field that answers a challenge.
  static std::string authorization(std::string_view challenge, const Answer& answer) {
    const std::string nonce = value_in(challenge, "nonce=\"");
    const std::string algorithm = std::string(name_of(answer.algorithm)) + answer.session;
    const identity::DigestCredentials credentials{answer.username, "dering", nonce,  answer.uri, {},
                                                  algorithm,       "auth",   "abcd", answer.nc};
    const std::string ha1 =
        identity::digest_ha1(answer.algorithm, answer.username, "dering", answer.password);
    return fmt::format(
        "Authorization: Digest username=\"{}\", realm=\"dering\", nonce=\"{}\", uri=\"{}\", "
        "response=\"{}\", algorithm={}, qop=auth, cnonce=\"abcd\", nc={}\r\n",
        answer.username, nonce, answer.uri,
        identity::digest_response(answer.algorithm, ha1, answer.method, credentials), algorithm,
        answer.nc);
  }
  /// REGISTER, challenge, REGISTER with the answer.
  void sign_in_by_digest(const sip::Flow& flow, Register request, const Answer& answer) {
    send(flow, request.text());
    ASSERT_EQ(status(), 401);
    request.fields += authorization(response(), answer);
    ++request.cseq;
    send(flow, request.text());
  }
  void sign_in_by_digest(const sip::Flow& flow, const Register& request) {
    sign_in_by_digest(flow, request, Answer{});
  }

  std::vector<Contact> contacts(std::string_view extension = "1001") const {
    return registrar.contacts_of(extension, now);
  }

  SeededRandom random{7};
  const Instant start = Instant{} + 1h;
  Instant now = start;
  Outbox out;
  Registrar registrar;
  directory::DirectorySnapshot directory_ = std::make_shared<const directory::Directory>();
  std::uint64_t attempts = 0;
};

}  // namespace dering::registrar::testing
