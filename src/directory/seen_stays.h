// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"

// What one person of a call may know of who took part in it. Pure functions, for any thread.
namespace dering::directory {

/// Shown of one call, however many people it came to.
inline constexpr std::size_t most_seen_stays = 20;

/// One person's part in a call, all their phones together. Numbers of who hides are "anonymous".
struct SeenStay {
  std::string person;        ///< extension
  std::string role;          ///< as in CallStay
  std::string why;           ///< as in CallStay
  std::int64_t from = 0;     ///< Unix seconds; of others, not before it came to who asks
  std::int64_t to = 0;       ///< Unix seconds; of others, not after who asks had left
  std::string outcome;       ///< as in CallStay; empty: it went on when who asks had left
  bool has_talked = false;   ///< with whom, their times tell
  std::string brought_by{};  ///< who transferred or forwarded it to them; empty: nobody
  std::string sent_by{};     ///< who transferred them out of it; empty: nobody
  std::string sent_to{};     ///< and to which number

  bool operator==(const SeenStay&) const = default;
};

/// In the order in which they began. Who placed the call sees all until they leave it. Everybody
/// else sees who placed it, with whom they talked, through whose forwarding it came to them, to
/// whom their own sent it, and who picked it up from them; of others who were rung, nothing. Past
/// most_seen_stays their own stay, and who talked. `record` has its kept_stays().
std::vector<SeenStay> seen_stays(std::string_view extension, const CallRecord& record);

}  // namespace dering::directory
