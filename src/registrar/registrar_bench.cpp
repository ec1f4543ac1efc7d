// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.h"
#include "identity/digest.h"
#include "registrar/registrar.h"
#include "registrar/testing/binding_bytes.h"
#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;
using testing::desk_register;

void bytes_per_udp_binding(benchmark::State& state) {
  for (auto _ : state) {
    state.counters["bytes"] =
        testing::bytes_per_udp_binding(static_cast<std::size_t>(state.range(0)));
  }
}
BENCHMARK(bytes_per_udp_binding)->Arg(10'000)->Arg(100'000)->Iterations(1);

/// One refresh by digest, as phones do it: challenge, then the answer; two requests, two responses.
void refresh_by_digest(benchmark::State& state) {
  constexpr std::string_view secret = "secret";
  SeededRandom random(1);
  Registrar registrar({}, random);
  const std::string ha1 =
      identity::digest_ha1(identity::DigestAlgorithm::sha256, "1001", "dering", secret);
  Outbox out;
  Instant now = Instant{} + 1h;
  registrar.on_wall_clock(UnixSeconds(1'800'000'000), now);
  registrar.on_directory({std::make_shared<const directory::Directory>(
                             std::vector{testing::person(1, "1001")},
                             std::vector{directory::DeviceCredential{"1001", "1001", "", ha1}})},
                         out);
  const sip::Flow flow{sip::Transport::udp, testing::home, 0};
  int cseq = 0;
  for (auto _ : state) {
    out.clear();
    now += 1ms;
    const auto attempt = static_cast<std::uint64_t>(cseq);
    registrar.on_request({flow, desk_register(1001, ++cseq), {attempt, attempt}}, now, out);
    state.PauseTiming();
    const std::string nonce =
        testing::value_in(std::get<TurnAway>(out.back()).answer.fields.front().value, "nonce=\"");
    const identity::DigestCredentials credentials{"1001",    "dering", nonce,  "sip:dering", {},
                                                  "SHA-256", "auth",   "abcd", "00000001"};
    const std::string response =
        identity::digest_response(identity::DigestAlgorithm::sha256, ha1, "REGISTER", credentials);
    auto message = desk_register(
        1001, ++cseq,
        fmt::format("Authorization: Digest username=\"1001\", realm=\"dering\", nonce=\"{}\", "
                    "uri=\"sip:dering\", response=\"{}\", algorithm=SHA-256, qop=auth, "
                    "cnonce=\"abcd\", nc=00000001\r\n",
                    nonce, response));
    state.ResumeTiming();
    registrar.on_request({flow, std::move(message), {attempt, ~attempt}}, now, out);
    DERING_CHECK(std::get<Respond>(out.back()).status == 200);
  }
}
BENCHMARK(refresh_by_digest);

}  // namespace
}  // namespace dering::registrar
