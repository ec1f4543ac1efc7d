// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dering::codec {

/// Sound: linear samples of one channel, 16 bits, at a Rate that the context knows.
using Samples = std::span<const std::int16_t>;
using MutableSamples = std::span<std::int16_t>;

/// How many samples a second, by the names of RFC 6716 §2. The value is in hertz.
enum class Rate : std::uint32_t {
  narrowband = 8'000,
  wideband = 16'000,
  superwideband = 24'000,
  fullband = 48'000,
};

constexpr std::uint32_t hertz(Rate rate) {
  return static_cast<std::uint32_t>(rate);
}

/// The samples of so much time, rounded down.
constexpr std::size_t samples_in(std::chrono::microseconds time, Rate rate) {
  return static_cast<std::size_t>(time.count()) * hertz(rate) / 1'000'000;
}

/// The most that one packet carries: 120 ms (RFC 6716 §3.2.5), which others keep to here as well.
inline constexpr std::chrono::milliseconds most_packet_time{120};
inline constexpr std::size_t most_samples = samples_in(most_packet_time, Rate::fullband);
/// The longest payload that is looked at, in bytes.
inline constexpr std::size_t most_payload = 1'500;

}  // namespace dering::codec
