// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "base/random.h"
#include "dtls/endpoint.h"

namespace {

using namespace dering;
using namespace dering::dtls;

struct Identity {
  explicit Identity(std::uint64_t seed) : random(seed) {}
  SeededRandom random;
  Certificate certificate = Certificate::generate(random, std::chrono::days(20'000));
  Context context{certificate};
};

/// How far an honest client takes the handshake before the stranger's datagrams come.
void shake_hands(Endpoint& server, Endpoint& client, std::uint8_t steps) {
  const Instant now = Instant{} + std::chrono::hours(1);
  Outbox to_client;
  Outbox to_server;
  client.start(now, to_server);
  for (std::uint8_t step = 0; step < steps; ++step) {
    const bool is_servers_turn = step % 2 == 0;
    for (const auto& datagram : std::exchange(is_servers_turn ? to_server : to_client, {})) {
      if (is_servers_turn) {
        server.on_datagram(datagram, now, to_client);
      } else {
        client.on_datagram(datagram, now, to_server);
      }
    }
  }
}

}  // namespace

/// Input: how many steps of the handshake, then datagrams, each behind its length in two bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Identity engine(1);
  static const Identity phone(2);
  ByteReader reader(Bytes(bytes, size));
  const std::uint8_t steps = reader.u8() % 6;
  Endpoint server(engine.context, Role::server, phone.certificate.fingerprint());
  Endpoint client(phone.context, Role::client, engine.certificate.fingerprint());
  shake_hands(server, client, steps);
  const bool was_secured = server.state() == Endpoint::State::secured;

  const Instant now = Instant{} + std::chrono::hours(1);
  Outbox out;
  for (int count = 0; count < 20 && reader.remaining() > 0; ++count) {
    const std::size_t length = std::min<std::size_t>(reader.u16() % 2048, reader.remaining());
    server.on_datagram(reader.bytes(length), now, out);
    server.on_time(now, out);
  }
  // Nobody else can finish the handshake, or end what is finished.
  if (was_secured != (server.state() == Endpoint::State::secured)) std::abort();
  server.close(out);
  return 0;
}
