// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/ladder.h"

namespace dering::recording {

/// What came of playing a recording to a switchboard of this version.
struct Replayed {
  std::size_t inputs = 0;
  std::size_t calls = 0;  ///< records that it left
  std::string left_out;   ///< calls that were under way when the recording began; may be empty
  /// What no switchboard may do, one sentence each.
  std::vector<std::string> faults;
  /// Where what was said differs from what was said then, one sentence for each dialog. A newer
  /// version may say other things, and be right.
  std::vector<std::string> differences;
  monitor::Ladder ladder{"dering"};
};

/// Plays it in virtual time, then lets everybody go home and more than a week pass: nothing may be
/// left behind. The error says in which line the recording cannot be read.
std::expected<Replayed, std::string> replay(std::string_view recording);

}  // namespace dering::recording
