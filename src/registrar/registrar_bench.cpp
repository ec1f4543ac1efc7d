// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include "base/check.h"
#include "identity/digest.h"
#include "registrar/bindings.h"
#include "registrar/registrar.h"
#include "registrar/testing/world.h"

namespace dering::registrar {
namespace {

using namespace std::chrono_literals;

/// A REGISTER as desk phones send it, with a Call-ID and User-Agent of common length.
sip::Message desk_register(std::size_t phone, int cseq, std::string_view authorization = "") {
  const std::string text = fmt::format(
      "REGISTER sip:dering SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK{0}x{1}\r\n"
      "From: <sip:{0}@dering>;tag=a\r\nTo: <sip:{0}@dering>\r\n"
      "Call-ID: 3c26700c7a35-{0:012}@10.0.0.1\r\nCSeq: {1} REGISTER\r\nMax-Forwards: 70\r\n"
      "Contact: <sip:{0}@10.0.0.1:5060;transport=udp>;reg-id=1;"
      "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-{0:012}>\"\r\n"
      "User-Agent: Desk Phone T46U 108.86.0.45\r\n{2}Content-Length: 0\r\n\r\n",
      phone, cseq, authorization);
  return std::move(*sip::Message::parse(text));
}

/// Heap bytes that one UDP binding costs when there are many.
void bytes_per_udp_binding(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    Outbox out;
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    Bindings bindings({10, count});
    for (std::size_t i = 0; i < count; ++i) {
      const sip::Message message = desk_register(1'000'000 + i, 1);
      const auto registration = read_registration(message, 3600s);
      const sip::Flow flow{sip::Transport::udp,
                           SocketAddress::from_ipv4(static_cast<std::uint32_t>(i), 5060), 0};
      const std::string extension = std::to_string(1'000'000 + i);
      bindings.apply({extension, flow, *registration, 3600s},
                     {Instant{} + std::chrono::milliseconds(i), UnixSeconds(0)}, out);
      out.clear();
    }
    out.shrink_to_fit();
    const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    state.counters["bytes"] = static_cast<double>(after - before) / static_cast<double>(count);
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
