// SPDX-License-Identifier: Apache-2.0
//
// What it costs to keep a message, and to give a part of them to whoever asks.
#include <benchmark/benchmark.h>

#include "monitor/masked.h"
#include "monitor/trace_ring.h"

namespace dering::monitor {
namespace {

constexpr std::size_t megabytes = 16;

const sip::Flow flow{sip::Transport::udp, SocketAddress::from_ipv4(0xc0000207, 5060), 0,
                     SocketAddress::from_ipv4(0xc0000201, 5060)};

/// Of the usual size, and of one with a description of a browser.
void keep_a_message(benchmark::State& state) {
  TraceRing ring(megabytes << 20U);
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (std::size_t i = 0; i < (megabytes << 20U) / text.size() * 2; ++i) {
    ring.keep(Direction::in, flow, text, Instant{});  // its memory is there now
  }
  for (auto _ : state) ring.keep(Direction::in, flow, text, Instant{});
}
BENCHMARK(keep_a_message)->Arg(600)->Arg(3000);

/// The longest that a question holds up the signalling thread.
void give_a_part(benchmark::State& state) {
  TraceRing ring(megabytes << 20U);
  const std::string text(600, 'x');
  for (std::size_t i = 0; i < (megabytes << 20U) / text.size() * 2; ++i) {
    ring.keep(Direction::in, flow, text, Instant{});
  }
  const std::uint64_t oldest = ring.part(0).first;
  for (auto _ : state) benchmark::DoNotOptimize(ring.part(oldest));
}
BENCHMARK(give_a_part);

/// On the worker, for each message that somebody reads.
void mask_a_message(benchmark::State& state) {
  std::string text = "INVITE sip:1002@pbx.test SIP/2.0\r\n";
  for (int i = 0; i < 12; ++i) text += "Via: SIP/2.0/WSS 3f2a9c.invalid;branch=z9hG4bK1234567\r\n";
  text += "\r\n";
  for (auto _ : state) benchmark::DoNotOptimize(masked(text));
}
BENCHMARK(mask_a_message);

}  // namespace
}  // namespace dering::monitor
