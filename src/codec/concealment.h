// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "codec/sound.h"

namespace dering::codec {

/// Fills the gaps of sound whose codec has no means against loss: repeats the last period of the
/// voice, fades it out, and crosses over into what comes after (the way of ITU-T G.711 Appendix I,
/// without its delay). One thread, one stream, no allocation.
class Concealment {
 public:
  /// Narrowband or wideband.
  explicit Concealment(Rate rate);

  /// What was decoded, to be remembered. Its start is crossed over after a gap.
  void on_sound(MutableSamples sound);

  /// Made up in place of what did not come.
  void fill(MutableSamples sound);

 private:
  void begin();
  std::size_t find_period() const;
  std::int16_t next();

  static constexpr std::size_t most_history =
      samples_in(std::chrono::milliseconds(40), Rate::wideband);
  static constexpr std::size_t most_period =
      samples_in(std::chrono::milliseconds(15), Rate::wideband);

  std::size_t history_size_;
  std::size_t crossing_size_;
  std::array<std::int16_t, most_history> history_{};  ///< the newest last
  std::array<std::int16_t, most_period> period_{};
  std::size_t period_size_ = 0;  ///< zero: there is no gap
  std::size_t position_ = 0;     ///< in the period
  float gain_ = 0;
  std::size_t held_ = 0;  ///< samples until it begins to fade
  float fade_;            ///< of the gain, for each sample
};

}  // namespace dering::codec
