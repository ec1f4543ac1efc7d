// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/check.h"
#include "srtp/protector.h"
#include "srtp/testing/keys.h"
#include "srtp/unprotector.h"

namespace dering::srtp {
namespace {

using namespace testing;

constexpr std::size_t plain_size = 172;

Suite suite_of(const benchmark::State& state) {
  return suites[static_cast<std::size_t>(state.range(0))];
}

void protect(benchmark::State& state) {
  const Keys keys(suite_of(state));
  Protector protector(suite_of(state), keys.master());
  Packet packet = rtp_packet(1);
  packet.resize(plain_size + most_overhead);
  std::uint16_t sequence = 1;
  for (auto _ : state) {
    rtp::write_header({.sequence = ++sequence}, packet);
    DERING_CHECK(protector.protect_rtp(packet, plain_size).has_value());
  }
}
BENCHMARK(protect)->DenseRange(0, 2);

/// With the copy of a packet protected beforehand, since it is decrypted in place.
void unprotect(benchmark::State& state) {
  const Keys keys(suite_of(state));
  Protector protector(suite_of(state), keys.master());
  std::vector<Packet> sent(4096);
  for (std::uint32_t n = 0; n < sent.size(); ++n) {
    sent[n] = rtp_packet(n);
    sent[n].resize(plain_size + most_overhead);
    sent[n].resize(protector.protect_rtp(sent[n], plain_size).value());
  }
  std::optional<Unprotector> unprotector;
  std::array<std::uint8_t, plain_size + most_overhead> buffer{};
  std::size_t n = 0;
  for (auto _ : state) {
    if (n % sent.size() == 0) unprotector.emplace(suite_of(state), keys.master());
    const Packet& packet = sent[n++ % sent.size()];
    std::ranges::copy(packet, buffer.begin());
    DERING_CHECK(unprotector->unprotect_rtp(MutableBytes(buffer).first(packet.size())).has_value());
  }
}
BENCHMARK(unprotect)->DenseRange(0, 2);

}  // namespace
}  // namespace dering::srtp
