// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "refusal/refusal.h"

namespace dering::refusal {

/// Lets one refusal of a kind from a source through at once and counts its like for a second, so
/// that a flood of them costs the other threads next to nothing. Where names are known the name is
/// part of the kind, and they have room of their own: made-up names can't push them out. One for
/// each thread that refuses; no I/O.
class Meter {
 public:
  static constexpr std::size_t most_kinds = 128;             ///< of strangers, and of known names
  static constexpr std::size_t most_names_of_a_source = 16;  ///< known ones, in a second
  static constexpr std::size_t most_kinds_of_a_source = 32;  ///< without a known name, in a second

  /// Nothing: it was counted.
  std::optional<Refusal> take(Refusal refusal, Instant now);
  /// What was counted and whose second is over. Cheap when there is nothing.
  std::vector<Refusal> due(Instant now);
  std::optional<Instant> next_deadline() const { return next_; }
  /// Those that found no room, since the last question.
  std::uint64_t take_unseen() { return std::exchange(unseen_, 0); }

 private:
  /// Source, what, reason, transport, note, and the name if it is known.
  using Kind = std::tuple<std::string, What, Reason, Transport, std::string_view, std::string>;
  struct Counted {
    Refusal refusal;  ///< the latest; its count is what was not told yet
    Instant until;
  };
  using Table = std::map<Kind, Counted>;

  bool has_room(const Table& table, const Kind& kind) const;

  Table known_;
  Table strangers_;
  std::optional<Instant> next_;
  std::uint64_t unseen_ = 0;
};

}  // namespace dering::refusal
