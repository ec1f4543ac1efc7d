// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/random.h"

namespace dering {

/// How much a name may spend at once, and how long each takes to come back.
struct BudgetSize {
  unsigned burst = 0;
  Duration each{};
};

/// A budget for each name, in a room that never grows: leaky buckets in a count-min sketch (Cormode
/// and Muthukrishnan, 2005) with conservative update. Names that strangers make up can neither fill
/// it nor push others out. Nobody is granted more than their budget; somebody gets less only where
/// four spenders share each one of their four cells. One thread.
class Budgets {
 public:
  Budgets(BudgetSize size, Random& random);

  /// How long until that name may spend again; nothing if it may now.
  std::optional<Duration> wait(std::string_view name, Instant now) const;
  void spend(std::string_view name, Instant now);
  /// Spends if it may; else how long to wait.
  std::optional<Duration> try_spend(std::string_view name, Instant now);

 private:
  static constexpr std::size_t rows = 4;
  static constexpr std::size_t row_size = 4096;
  struct Cell {
    double spent = 0;
    Instant at{};
  };
  using Places = std::array<std::size_t, rows>;

  Places places_of(std::string_view name) const;
  double spent_in(const Cell& cell, Instant now) const;
  double spent_at(const Places& places, Instant now) const;

  BudgetSize size_;
  KeyedHash hash_;
  std::vector<Cell> cells_;
};

/// Of the wall clock, for those who have no other; a clock that was set back gives nothing back
/// until it is where it was.
inline Instant instant_of(UnixSeconds wall) {
  return Instant{} + wall;
}

/// For Retry-After (RFC 9110 §10.2.3, RFC 3261 §20.33): at least one.
inline std::uint64_t whole_seconds(Duration wait) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(wait).count()));
}

}  // namespace dering
