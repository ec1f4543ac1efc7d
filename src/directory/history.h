// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"

// From what a call leaves behind to what its people see of it. Pure functions, for any thread.
namespace dering::directory {

/// Of one call. A hunt through hundreds of phones shall not fill the disk.
inline constexpr std::size_t most_stays = 200;

/// The stays as they are kept. Whoever was dialled has one even if no phone of theirs took part,
/// under no leg, unless nothing of the call was meant to reach them. A phone that stopped ringing
/// because somebody else was tried, and nobody answered, has missed the call. Past most_stays those
/// stay who talked, then one for each person. May be said again of what it gave.
std::vector<CallStay> kept_stays(const CallRecord& record);

/// Whoever is there when an answered call ends has talked: all who rang are gone by then.
bool has_talked(const CallStay& stay, const CallRecord& record);

/// In place of who withheld the number (RFC 3323 §4.1.1.3).
inline constexpr std::string_view anonymous = "anonymous";
/// That, or what stands there: others than the person themselves are not told who hides.
std::string shown_to(std::string_view extension, std::string_view person, const CallRecord& record);

/// A call as one of its people sees it.
struct SeenCall {
  bool is_outgoing = false;  ///< they placed it, or it went on for their sake
  /// Whom they talked with, the longest if with several. If with nobody: who called, or what they
  /// dialled themselves. "anonymous" for who withheld the number.
  std::string peer;
  std::int64_t started_at = 0;   ///< Unix seconds: when it came to them
  std::int64_t duration_ms = 0;  ///< of their own conversation; -1: they had none
  /// Of their own stay: a word of call/outcome.h, "elsewhere": somebody else answered, or
  /// "forwarded": it went to whom they named, and they have missed nothing.
  std::string outcome;
  bool is_transferred = false;  ///< they came to it or left it by a transfer
  std::string forwarded_by{};   ///< whose forwarding brought it to them; empty: nobody's
  std::string forwarded_to{};   ///< whom theirs sent it to; empty: it did not
  LineQuality quality{};        ///< of their phone that talked longest

  bool operator==(const SeenCall&) const = default;
};

/// `record` has its kept_stays(), and at least one of them is this person's.
SeenCall seen_by(std::string_view extension, const CallRecord& record);

/// Whether the person would want to call back: somebody called them, nobody answered in their
/// place, and they did not decline.
bool is_missed(const SeenCall& call);

}  // namespace dering::directory
