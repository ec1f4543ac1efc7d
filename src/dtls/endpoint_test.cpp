// SPDX-License-Identifier: Apache-2.0
#include "dtls/endpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/random.h"
#include "base/text.h"
#include "dtls/openssl.h"
#include "dtls/testing/openssl_clock.h"

namespace dering::dtls {
namespace {

using namespace std::chrono_literals;
using State = Endpoint::State;
using Datagram = std::vector<std::uint8_t>;

constexpr UnixSeconds today = std::chrono::days(20'000);

struct Identity {
  explicit Identity(std::uint64_t seed) : random(seed) {}
  SeededRandom random;
  Certificate certificate = Certificate::generate(random, today);
  Context context{certificate};
};

const Identity& engine() {
  static const Identity identity(1);
  return identity;
}
const Identity& phone() {
  static const Identity identity(2);
  return identity;
}

/// How a network treats datagrams.
struct Weather {
  std::uint64_t loss_percent = 0;
  Duration most_delay = 1ms;  ///< each takes a random time up to this, so they overtake each other
};

/// A server and a client with a network between them, in virtual time.
class World {
 public:
  explicit World(std::string server_expects = phone().certificate.fingerprint(),
                 std::string client_expects = engine().certificate.fingerprint(),
                 const Context& client_context = phone().context, std::uint64_t seed = 1)
      : server(engine().context, Role::server, std::move(server_expects)),
        client(client_context, Role::client, std::move(client_expects)),
        random_(seed) {}

  void run(Weather weather = {}) {
    testing::set_openssl_clock(now);
    Outbox out;
    server.start(now, out);
    send(server, out, weather);
    client.start(now, out);
    send(client, out, weather);
    while (step(weather)) {
    }
  }

  Endpoint server;
  Endpoint client;
  Instant now = Instant{} + 1h;
  std::size_t largest_datagram = 0;
  std::size_t datagrams = 0;

 private:
  struct Flying {
    Instant at;
    Endpoint* to;
    Datagram bytes;
  };

  void send(Endpoint& from, Outbox& out, Weather weather) {
    for (Datagram& datagram : out) {
      ++datagrams;
      largest_datagram = std::max(largest_datagram, datagram.size());
      if (random_.below(100) < weather.loss_percent) continue;
      const Duration delay{static_cast<std::int64_t>(
          random_.below(static_cast<std::uint64_t>(weather.most_delay.count())))};
      flying_.push_back({now + delay, &from == &server ? &client : &server, std::move(datagram)});
    }
    out.clear();
  }

  /// Carries out the earliest thing that is due. False if there is none.
  bool step(Weather weather) {
    const auto next = std::ranges::min_element(flying_, {}, &Flying::at);
    const auto deadline = earlier(server.next_deadline(), client.next_deadline());
    const bool arrives = next != flying_.end() && (!deadline || next->at <= *deadline);
    if (!arrives && !deadline) return false;
    now = std::max(now, arrives ? next->at : *deadline);
    testing::set_openssl_clock(now);
    Outbox out;
    if (arrives) {
      const Flying datagram = std::move(*next);
      flying_.erase(next);
      datagram.to->on_datagram(datagram.bytes, now, out);
      send(*datagram.to, out, weather);
      return true;
    }
    for (Endpoint* endpoint : {&server, &client}) {
      if (endpoint->next_deadline().value_or(Instant::max()) > now) continue;
      endpoint->on_time(now, out);
      send(*endpoint, out, weather);
    }
    return true;
  }

  SeededRandom random_;
  std::vector<Flying> flying_;
};

void expect_same_keys(Endpoint& a, Endpoint& b) {
  const auto ours = a.take_keys();
  const auto theirs = b.take_keys();
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ(ours->profile_name, theirs->profile_name);
  EXPECT_EQ(ours->ours.key, theirs->theirs.key);
  EXPECT_EQ(ours->ours.salt, theirs->theirs.salt);
  EXPECT_EQ(ours->theirs.key, theirs->ours.key);
  EXPECT_EQ(ours->theirs.salt, theirs->ours.salt);
  EXPECT_NE(ours->ours.key, ours->theirs.key);
  EXPECT_FALSE(a.take_keys());
}

TEST(Certificate, IsNewEachTimeAndNamedAtRandom) {
  EXPECT_NE(engine().certificate.fingerprint(), phone().certificate.fingerprint());
  X509* x509 = engine().certificate.x509();
  std::array<char, 100> name{};
  EXPECT_EQ(X509_NAME_get_text_by_NID(X509_get_subject_name(x509), NID_commonName, name.data(),
                                      name.size()),
            16);
  time_t within = std::chrono::seconds(today).count();
  EXPECT_LT(X509_cmp_time(X509_get0_notBefore(x509), &within), 0);
  within += std::chrono::seconds(29 * 24h).count();
  EXPECT_GT(X509_cmp_time(X509_get0_notAfter(x509), &within), 0);
  within += std::chrono::seconds(48h).count();
  EXPECT_LT(X509_cmp_time(X509_get0_notAfter(x509), &within), 0);
}

// Hostile input D2.
TEST(Certificate, FingerprintsAreComparedWithoutRegardToCaseAndWhole) {
  const std::string upper = engine().certificate.fingerprint();
  ASSERT_EQ(upper.size(), 95U);
  std::string lower = upper;
  std::ranges::transform(lower, lower.begin(), to_lower);
  EXPECT_NE(lower, upper);
  EXPECT_TRUE(same_fingerprint(upper, lower));
  EXPECT_FALSE(same_fingerprint(upper, phone().certificate.fingerprint()));
  EXPECT_FALSE(same_fingerprint(upper, upper.substr(0, 94)));
  EXPECT_FALSE(same_fingerprint(upper, upper.substr(0, 59)));  // as long as SHA-1
  EXPECT_FALSE(same_fingerprint("", ""));
  for (std::size_t i = 0; i < upper.size(); ++i) {
    std::string other = upper;
    other[i] = 'g';
    EXPECT_FALSE(same_fingerprint(other, upper)) << i;
  }
}

TEST(Endpoint, BothEndsGetTheSameKeys) {
  World world;
  world.run();
  EXPECT_EQ(world.server.state(), State::secured);
  EXPECT_EQ(world.client.state(), State::secured);
  EXPECT_LT(world.now, Instant{} + 1h + 100ms);
  EXPECT_FALSE(world.server.next_deadline());
  expect_same_keys(world.server, world.client);
}

TEST(Endpoint, SendsNoDatagramLongerThanItsLimit) {
  World world;
  world.run();
  EXPECT_GT(world.largest_datagram, 500U);
  EXPECT_LE(world.largest_datagram, Endpoint::most_datagram_bytes);
}

TEST(Endpoint, ASilentServerSendsNothing) {
  World world;
  Outbox out;
  world.server.start(world.now, out);
  for (int second = 0; second < 40; ++second) {
    world.now += 1s;
    testing::set_openssl_clock(world.now);
    world.server.on_time(world.now, out);
  }
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(world.server.state(), State::failed);
}

// Hostile input D2.
TEST(Endpoint, AServerRefusesAnotherCertificateBeforeThereAreKeys) {
  World world(engine().certificate.fingerprint());
  world.run();
  EXPECT_EQ(world.server.state(), State::failed);
  EXPECT_EQ(world.server.failure(),
            "The phone's certificate is not the one that its description named.");
  EXPECT_FALSE(world.server.take_keys());
  EXPECT_EQ(world.client.state(), State::failed);
  EXPECT_FALSE(world.client.take_keys());
}

TEST(Endpoint, AClientRefusesAnotherCertificateBeforeThereAreKeys) {
  World world(phone().certificate.fingerprint(), phone().certificate.fingerprint());
  world.run();
  EXPECT_EQ(world.client.state(), State::failed);
  EXPECT_FALSE(world.client.take_keys());
  EXPECT_FALSE(world.server.take_keys());
}

TEST(Endpoint, RefusesEveryoneIfTheFingerprintIsOfAnotherHash) {
  for (const std::string& expected :
       {std::string(), phone().certificate.fingerprint().substr(0, 59)}) {
    World world(expected);
    world.run();
    EXPECT_EQ(world.server.state(), State::failed);
    EXPECT_FALSE(world.server.take_keys());
  }
}

/// What a server comes to with a client that has no certificate.
void meet_client_without_certificate(Endpoint& server) {
  const std::shared_ptr<SSL_CTX> nameless(SSL_CTX_new(DTLS_method()), FreeOpenssl());
  SSL_CTX_set_tlsext_use_srtp(nameless.get(), "SRTP_AES128_CM_SHA1_80");
  const std::unique_ptr<SSL, void (*)(SSL*)> client(SSL_new(nameless.get()), SSL_free);
  BIO* to_server = BIO_new(BIO_s_mem());
  BIO* to_client = BIO_new(BIO_s_mem());
  SSL_set_bio(client.get(), to_client, to_server);
  SSL_set_connect_state(client.get());
  const Instant now = Instant{} + 1h;
  Outbox out;
  server.start(now, out);
  for (int round = 0; round < 4; ++round) {
    SSL_do_handshake(client.get());
    char* bytes = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(to_server, &bytes));
    if (size > 0) server.on_datagram(as_bytes({bytes, size}), now, out);
    BIO_reset(to_server);
    for (const Datagram& datagram : out) {
      BIO_write(to_client, datagram.data(), static_cast<int>(datagram.size()));
    }
    out.clear();
  }
}

// Hostile input D2: twice, since OpenSSL's own refusal is one option of many.
TEST(Endpoint, RefusesAClientWithoutCertificateInTheHandshakeAndBeforeTheKeys) {
  Endpoint strict(engine().context, Role::server, phone().certificate.fingerprint());
  meet_client_without_certificate(strict);
  EXPECT_EQ(strict.state(), State::failed);
  EXPECT_TRUE(strict.failure().starts_with("The DTLS handshake failed")) << strict.failure();
  EXPECT_FALSE(strict.take_keys());

  const Identity lenient(3);
  SSL_CTX_set_verify(lenient.context.get(), SSL_VERIFY_PEER, nullptr);
  Endpoint server(lenient.context, Role::server, phone().certificate.fingerprint());
  meet_client_without_certificate(server);
  EXPECT_EQ(server.state(), State::failed);
  EXPECT_EQ(server.failure(), "The phone showed no certificate.");
  EXPECT_FALSE(server.take_keys());
}

TEST(Endpoint, FailsWithAPeerThatKnowsNoSrtp) {
  const Identity other(3);
  SSL_CTX* context = other.context.get();
  SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AES128_CM_SHA1_32");
  World world(other.certificate.fingerprint(), engine().certificate.fingerprint(), other.context);
  world.run();
  EXPECT_EQ(world.server.state(), State::failed);
  EXPECT_FALSE(world.server.take_keys());
}

TEST(Endpoint, TakesWhatTheBrowsersChoose) {
  for (const std::string profile :
       {"SRTP_AES128_CM_SHA1_80", "SRTP_AEAD_AES_128_GCM", "SRTP_AEAD_AES_256_GCM"}) {
    const Identity other(3);
    SSL_CTX_set_tlsext_use_srtp(other.context.get(), profile.c_str());
    World world(other.certificate.fingerprint(), engine().certificate.fingerprint(), other.context);
    world.run();
    EXPECT_EQ(world.server.state(), State::secured);
    const auto keys = world.server.take_keys();
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->profile_name, profile);
  }
}

// Hostile input D7.
TEST(Endpoint, ShakesHandsThroughLossAndReordering) {
  for (const std::uint64_t loss : {0U, 10U, 20U, 30U}) {
    for (const Duration delay : {1ms, 50ms, 300ms}) {
      Duration longest{};
      for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        World world(phone().certificate.fingerprint(), engine().certificate.fingerprint(),
                    phone().context, seed);
        world.run({.loss_percent = loss, .most_delay = delay});
        ASSERT_EQ(world.server.state(), State::secured)
            << loss << " % loss, seed " << seed << ": " << world.server.failure();
        ASSERT_EQ(world.client.state(), State::secured)
            << loss << " % loss, seed " << seed << ": " << world.client.failure();
        expect_same_keys(world.server, world.client);
        EXPECT_LT(world.datagrams, 100U);
        longest = std::max(longest, world.now - (Instant{} + 1h));
      }
      const bool is_fair = loss == 0 && delay == 1ms;
      EXPECT_LT(longest, is_fair ? Duration(20ms) : Endpoint::most_handshake_time);
    }
  }
}

TEST(Endpoint, GivesUpOnAPeerThatIsNotThere) {
  World world;
  world.run({.loss_percent = 100});
  EXPECT_EQ(world.client.state(), State::failed);
  EXPECT_EQ(world.server.state(), State::failed);
  EXPECT_LE(world.now, Instant{} + 1h + Endpoint::most_handshake_time + 1ms);
  EXPECT_GT(world.datagrams, 5U);
  EXPECT_LT(world.datagrams, 20U);
}

TEST(Endpoint, SurvivesGarbageBeforeDuringAndAfterTheHandshake) {
  World world;
  SeededRandom random(5);
  Outbox out;
  const auto pelt = [&](Endpoint& endpoint) {
    for (int n = 0; n < 500; ++n) {
      Datagram garbage(1 + random.below(200));
      random.fill(garbage);
      garbage[0] = static_cast<std::uint8_t>(20 + random.below(44));
      if (garbage.size() > 2) {
        garbage[1] = 0xFE;
        garbage[2] = 0xFD;
      }
      endpoint.on_datagram(garbage, world.now, out);
    }
    endpoint.on_datagram({}, world.now, out);
  };
  pelt(world.server);
  EXPECT_TRUE(out.empty());
  world.run();
  ASSERT_EQ(world.server.state(), State::secured) << world.server.failure();
  pelt(world.server);
  EXPECT_EQ(world.server.state(), State::secured);
  expect_same_keys(world.server, world.client);
}

TEST(Endpoint, ClosingTellsTheOther) {
  World world;
  world.run();
  Outbox out;
  world.server.close(out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(world.server.state(), State::closed);
  const Datagram goodbye = out[0];
  world.client.on_datagram(goodbye, world.now, out);
  EXPECT_EQ(world.client.state(), State::closed);
}

}  // namespace
}  // namespace dering::dtls
