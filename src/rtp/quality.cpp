// SPDX-License-Identifier: Apache-2.0
#include "rtp/quality.h"

#include <algorithm>
#include <cmath>

namespace dering::rtp {
namespace {

constexpr double best = 93.2;
/// Delay that nobody minds, in ms (ITU-T G.107 §7.4).
constexpr double unnoticed = 100;

double delay_impairment(double delay) {
  if (delay <= unnoticed) return 0;
  const double x = std::log2(delay / unnoticed);
  const double slow = std::pow(1 + std::pow(x, 6), 1.0 / 6);
  const double fast = std::pow(1 + std::pow(x / 3, 6), 1.0 / 6);
  return 25 * (slow - 3 * fast + 2);
}

double loss_impairment(double lost_share, const Equipment& equipment) {
  const double percent = 100 * std::clamp(lost_share, 0.0, 1.0);
  if (percent == 0) return equipment.impairment;
  return equipment.impairment +
         (95 - equipment.impairment) * percent / (percent + equipment.robustness);
}

}  // namespace

double rating(const Conditions& conditions) {
  const double delay = static_cast<double>(conditions.delay.count());
  return std::clamp(
      best - delay_impairment(delay) - loss_impairment(conditions.lost_share, conditions.equipment),
      0.0, best);
}

double opinion_score(double rating) {
  const double r = std::clamp(rating, 0.0, 100.0);
  return std::clamp(1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6, 1.0, 4.5);
}

}  // namespace dering::rtp
