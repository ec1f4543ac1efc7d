// SPDX-License-Identifier: Apache-2.0
#include "codec/dtmf.h"

#include <spandsp/telephony.h>
// They use what the ones above declare.
#include <spandsp/logging.h>
#include <spandsp/super_tone_rx.h>
// So does this one.
#include <spandsp/dtmf.h>

#include <cmath>
#include <numbers>
#include <string_view>

#include "base/check.h"

namespace dering::codec {
namespace {

constexpr std::string_view keys = "123A456B789C*0#D";
constexpr std::array rows{697.0, 770.0, 852.0, 941.0};
constexpr std::array columns{1209.0, 1336.0, 1477.0, 1633.0};
/// The peaks: the higher frequency a little louder, as lines take more of it away.
constexpr double low_size = 6'500;
constexpr double high_size = 8'200;

}  // namespace

void DigitDetector::Free::operator()(dtmf_rx_state_s* state) const {
  dtmf_rx_free(state);
}

DigitDetector::DigitDetector() : state_(dtmf_rx_init(nullptr, nullptr, nullptr)) {
  DERING_CHECK(state_ != nullptr);
}

void DigitDetector::hear(Samples sound) {
  dtmf_rx(state_.get(), sound.data(), static_cast<int>(sound.size()));
}

void DigitDetector::miss(std::size_t samples) {
  dtmf_rx_fillin(state_.get(), static_cast<int>(samples));
}

std::optional<char> DigitDetector::take() {
  std::array<char, 2> digit{};
  if (dtmf_rx_get(state_.get(), digit.data(), 1) == 0) return std::nullopt;
  return digit[0];
}

bool DigitTones::press(char key, std::chrono::milliseconds duration) {
  const std::size_t at = keys.find(key);
  if (at == std::string_view::npos || waiting_ == most_waiting) return false;
  queue_[(first_ + waiting_++) % most_waiting] = {rows[at / 4], columns[at % 4], duration};
  return true;
}

void DigitTones::fill(MutableSamples frame, Rate rate) {
  const double step = 1'000'000.0 / hertz(rate);
  for (std::int16_t& sample : frame) {
    sample = 0;
    if (waiting_ == 0) continue;
    const Press& press = queue_[first_];
    const auto duration = static_cast<double>(press.duration.count());
    if (elapsed_ < duration) {
      const double turn = 2 * std::numbers::pi * elapsed_ / 1'000'000;
      sample = static_cast<std::int16_t>(std::round(low_size * std::sin(turn * press.low) +
                                                    high_size * std::sin(turn * press.high)));
    }
    elapsed_ += step;
    if (elapsed_ < duration + std::chrono::microseconds(pause).count()) continue;
    elapsed_ = 0;
    first_ = (first_ + 1) % most_waiting;
    --waiting_;
  }
}

}  // namespace dering::codec
