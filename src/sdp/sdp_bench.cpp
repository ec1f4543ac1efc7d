// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "sdp/rewrite.h"
#include "sdp/testing/browser_offers.h"

namespace dering::sdp {
namespace {

const Relay relay{{"ourUfrag", "ourPasswordOf24Characters"},
                  {SocketAddress::from_ipv4(0xc0000201, 40'000)}};

void read_rewrite_write(benchmark::State& state, const std::string& offer) {
  for (auto _ : state) {
    auto rewritten = relay_rewrite(*SessionDescription::parse(offer), relay, {1, 1});
    benchmark::DoNotOptimize(rewritten->text());
  }
}
BENCHMARK_CAPTURE(read_rewrite_write, chromium, testing::crlf(testing::chromium_offer));

/// 64 KiB of the shortest lines, the most that a sender can make us do.
void read_largest(benchmark::State& state) {
  std::string text = "v=0\no=-\ns=-\n";
  for (std::size_t i = 0; i < max_section_count; ++i) {
    text += "m=audio 9 UDP/TLS/RTP/SAVPF 0\na=bundle-only\n";
    for (int k = 0; k < 400; ++k) text += "a=c:\n";
  }
  DERING_CHECK(text.size() < max_description_size);
  for (auto _ : state) {
    auto parsed = SessionDescription::parse(text);
    benchmark::DoNotOptimize(is_webrtc(*parsed));
  }
}
BENCHMARK(read_largest)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace dering::sdp
