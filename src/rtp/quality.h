// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace dering::rtp {

/// What a codec does to a voice (ITU-T G.107 §7.2): its own impairment Ie, and how well it bears
/// loss, Bpl.
struct Equipment {
  double impairment = 0;
  double robustness = 0;
};

/// With concealment of packets (ITU-T G.113 Appendix I).
inline constexpr Equipment g711_equipment{.impairment = 0, .robustness = 25.1};
// G.113 has no values for these two on the scale of narrowband; they are taken as no worse than
// G.711, with the robustness of codecs of their kind.
inline constexpr Equipment g722_equipment{.impairment = 0, .robustness = 20};
inline constexpr Equipment opus_equipment{.impairment = 2, .robustness = 25};
/// Where each packet tells of the one before it, most single losses are not heard.
inline constexpr Equipment opus_with_redundancy{.impairment = 4, .robustness = 45};

/// How a call's one direction was, over some seconds.
struct Conditions {
  double lost_share = 0;              ///< of 1: lost, or too late to be heard
  std::chrono::milliseconds delay{};  ///< from mouth to ear
  Equipment equipment{};
};

/// The transmission rating R of the E-model (ITU-T G.107), with its default values for all that is
/// not told here: 0 to 93.2.
double rating(const Conditions& conditions);

/// The mean opinion score that a rating stands for (ITU-T G.107 Annex B): 1 to 4.5.
double opinion_score(double rating);

}  // namespace dering::rtp
