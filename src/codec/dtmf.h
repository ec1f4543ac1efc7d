// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "codec/sound.h"

struct dtmf_rx_state_s;

namespace dering::codec {

/// Hears keys in sound (ITU-T Q.23, Q.24): each press once (spandsp). One thread, one stream;
/// allocates when it is made and never later.
class DigitDetector {
 public:
  DigitDetector();

  /// Sound at narrowband.
  void hear(Samples sound);
  /// So much of it did not come. A key that is pressed goes on.
  void miss(std::size_t samples);
  /// The keys that were heard, one after the other.
  std::optional<char> take();

 private:
  struct Free {
    void operator()(dtmf_rx_state_s* state) const;
  };
  std::unique_ptr<dtmf_rx_state_s, Free> state_;
};

/// Keys as sound: the two frequencies of each (ITU-T Q.23), a pause between them. A machine; one
/// thread; no allocation.
class DigitTones {
 public:
  static constexpr std::size_t most_waiting = 64;
  static constexpr std::chrono::milliseconds pause{60};

  /// False if it is no key, or most_waiting wait.
  bool press(char key, std::chrono::milliseconds duration);
  bool is_idle() const { return waiting_ == 0; }
  /// The next sound; what is over within the frame leaves silence behind it.
  void fill(MutableSamples frame, Rate rate);

 private:
  struct Press {
    double low = 0;  ///< Hz
    double high = 0;
    std::chrono::microseconds duration{};
  };

  std::array<Press, most_waiting> queue_{};
  std::size_t first_ = 0;
  std::size_t waiting_ = 0;
  double elapsed_ = 0;  ///< microseconds of the first one
};

}  // namespace dering::codec
