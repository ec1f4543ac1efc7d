// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "refusal/line.h"
#include "refusal/refusal.h"

namespace dering::refusal {

/// A refusal as it is remembered. The same again makes it later and higher, and gives it a new id.
struct Kept {
  std::uint64_t id = 0;  ///< a higher id was changed later
  UnixSeconds first_at{};
  UnixSeconds last_at{};
  Ban ban = Ban::may;
  std::string person = {};  ///< the extension it concerns; empty: nobody's
  Refusal refusal = {};     ///< with the count of all of them
};

/// The refusals of the last days, in memory: those that concern a person apart from all others, so
/// that no flood of strangers pushes out what somebody's own telephone met. One thread.
class Book {
 public:
  static constexpr std::size_t most_of_strangers = 500;
  static constexpr std::size_t most_of_a_person = 16;
  static constexpr std::size_t most_persons = 20'000;
  static constexpr std::chrono::hours kept_for{7 * 24};

  /// `person` is the extension that it concerns; empty: nobody's.
  void keep(Refusal refusal, Ban ban, std::string person, UnixSeconds now);
  /// Forgets what is older than kept_for.
  void on_time(UnixSeconds now);

  /// Newest first.
  std::vector<Kept> of(std::string_view person) const;
  /// With higher ids than `after` and not older than `since`; newest first, `limit` at most.
  std::vector<Kept> all(std::uint64_t after, UnixSeconds since, std::size_t limit) const;

 private:
  using Shelf = std::deque<Kept>;  ///< oldest change first

  void put(Shelf& shelf, Kept kept);
  void make_room_for_person();

  std::uint64_t last_id_ = 0;
  Shelf strangers_;
  std::map<std::string, Shelf, std::less<>> persons_;
};

}  // namespace dering::refusal
