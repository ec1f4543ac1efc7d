// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dering::directory {

/// How the sound of one phone went and got through, as far as the media engine could tell, or the
/// page of a sealed call. A value.
struct LineQuality {
  /// One direction. All of it is zero where nothing is known.
  struct Way {
    std::uint64_t packets = 0;  ///< that were expected
    std::uint64_t lost = 0;     ///< packets
    std::uint64_t late = 0;     ///< packets that came too late to be heard
    std::uint32_t jitter = 0;   ///< microseconds, in the mean (RFC 3550 §6.4.1)
    std::uint32_t mos = 0;      ///< hundredths, in the mean, by the E-model (ITU-T G.107)

    bool operator==(const Way&) const = default;
  };

  std::string codec;  ///< that the phone sent last, "opus"
  Way from_phone;
  Way to_phone;                  ///< as the phone's RTCP says
  std::uint32_t round_trip = 0;  ///< milliseconds, the last that was known
  /// What kept it from others: "sealed" (from phone to phone), "dtls", "srtp", "clear"; empty if
  /// the phone never talked.
  std::string media{};
  /// How loud the phone heard the other one last: dB below full scale (RFC 6464); 0: not known.
  std::uint32_t level = 0;

  bool is_known() const { return !codec.empty() || !media.empty(); }
  /// "opus 1500 3 0 900 430 1490 0 0 1200 441 23 dtls 31", as the store keeps it, with "-" for a
  /// word that is empty; nothing if not known.
  std::string text() const;
  /// Of what is none: not known. What an older version wrote has no media and no level.
  static LineQuality from_text(std::string_view text);

  bool operator==(const LineQuality&) const = default;
};

}  // namespace dering::directory
