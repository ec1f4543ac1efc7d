// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "directory/records.h"

// The sound of a person's calls as a table for spreadsheets and statistics. Pure functions.
namespace dering::api {

/// A value's category as TIPHON has it (ETSI TR 101 329), from 4, "very good", to 1, "poor".
struct Category {
  int degree = 0;
  std::string_view word;

  bool operator==(const Category&) const = default;
};
Category delay_category(double milliseconds);   ///< one way: to 150, 300, 450 ms, and above
Category jitter_category(double milliseconds);  ///< none, to 75, 125 ms, and above
Category loss_category(double percent);         ///< none, to 3, 15 %, and above

/// Comma-separated values (RFC 4180) with a first line of names: one line for each call in which
/// that person talked and in which anything was measured, in the order of `calls`. Delay is half of
/// the round trip. Of a value that is not known the field is empty. What a spreadsheet would take
/// for a formula begins with an apostrophe.
std::string quality_table(std::string_view extension, std::span<const directory::KeptCall> calls);

}  // namespace dering::api
