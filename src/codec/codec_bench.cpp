// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <numbers>
#include <vector>

#include "base/check.h"
#include "codec/codec.h"
#include "codec/testing/sound.h"

namespace dering::codec {
namespace {

using namespace std::chrono_literals;

constexpr std::array kinds{Kind::pcmu, Kind::pcma, Kind::g722, Kind::opus};
constexpr std::array<const char*, 4> names{"PCMU", "PCMA", "G722", "opus"};

struct Talker {
  explicit Talker(Kind kind) {
    const Rate rate = native_rate(kind);
    const auto encoder = make_encoder({.kind = kind, .rate = rate});
    const auto voice = testing::vowel(rate, hertz(rate) * 5);
    const std::size_t size = samples_in(20ms, rate);
    for (std::size_t at = 0; at + size <= voice.size(); at += size) {
      packets.emplace_back(most_payload);
      packets.back().resize(
          encoder->encode(Samples(voice).subspan(at, size), packets.back()).value());
    }
  }
  std::vector<std::vector<std::uint8_t>> packets;
};

/// The frames of one direction of a call, 20 ms each: decoded, and encoded as the other side's.
void direction(benchmark::State& state, Kind from, Kind to) {
  const Talker talker(from);
  const Rate rate = common_rate(from, to);
  const auto decoder = make_decoder({.kind = from, .rate = rate});
  const auto encoder = make_encoder({.kind = to, .rate = rate});
  std::vector<std::int16_t> sound(most_samples);
  std::vector<std::uint8_t> payload(most_payload);
  std::size_t n = 0;
  for (auto _ : state) {
    const auto size = decoder->decode(talker.packets[n++ % talker.packets.size()], sound);
    const auto made = encoder->encode(Samples(sound).first(*size), payload);
    DERING_CHECK(made.has_value());
  }
}

/// Both directions of a call, and how many of them a core could bear if it did nothing else.
void call(benchmark::State& state, Kind a, Kind b, unsigned loss) {
  const std::array talkers{Talker(a), Talker(b)};
  const Rate rate = common_rate(a, b);
  const std::array<Settings, 2> settings{Settings{.kind = a, .rate = rate},
                                         Settings{.kind = b, .rate = rate}};
  std::array decoders{make_decoder(settings[0]), make_decoder(settings[1])};
  std::array encoders{make_encoder(settings[0]), make_encoder(settings[1])};
  for (auto& encoder : encoders) encoder->expect_loss(loss);
  std::vector<std::int16_t> sound(most_samples);
  std::vector<std::uint8_t> payload(most_payload);
  std::size_t n = 0;
  for (auto _ : state) {
    for (std::size_t side = 0; side < 2; ++side) {
      const auto& packets = talkers[side].packets;
      const auto size = decoders[side]->decode(packets[n % packets.size()], sound);
      DERING_CHECK(encoders[1 - side]->encode(Samples(sound).first(*size), payload).has_value());
    }
    ++n;
  }
  state.counters["calls_a_core"] = benchmark::Counter(
      0.02 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

const bool registered = [] {
  for (std::size_t a = 0; a < kinds.size(); ++a) {
    for (std::size_t b = 0; b < kinds.size(); ++b) {
      const std::string name = std::string("frame/") + names[a] + "/" + names[b];
      benchmark::RegisterBenchmark(
          name.c_str(), [=](benchmark::State& state) { direction(state, kinds[a], kinds[b]); });
    }
  }
  benchmark::RegisterBenchmark(
      "call/opus/PCMU", [](benchmark::State& state) { call(state, Kind::opus, Kind::pcmu, 0); });
  benchmark::RegisterBenchmark("call/opus/PCMU/loss", [](benchmark::State& state) {
    call(state, Kind::opus, Kind::pcmu, 10);
  });
  benchmark::RegisterBenchmark(
      "call/opus/G722", [](benchmark::State& state) { call(state, Kind::opus, Kind::g722, 0); });
  return true;
}();

}  // namespace
}  // namespace dering::codec
