// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace dering {

/// Where unpredictable bytes come from: the kernel in production, a seed in tests and simulation.
/// Not shared between threads.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t number();
  /// Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// `length` characters of [A-Za-z0-9] (5.95 bits each): tags, branches, ICE credentials.
  std::string token(std::size_t length);
};

/// getrandom(2), read in blocks. Aborts if the kernel refuses.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint8_t block_[256];
  std::size_t used_ = sizeof block_;
};

/// Deterministic (xoshiro256**); for tests and the simulator only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t next();
  std::uint64_t state_[4];
};

}  // namespace dering
