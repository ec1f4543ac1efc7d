// SPDX-License-Identifier: Apache-2.0
#include "refusal/meter.h"

#include <algorithm>
#include <utility>

namespace dering::refusal {
namespace {

constexpr std::chrono::seconds window{1};
constexpr std::uint32_t highest_count = 1'000'000'000;

}  // namespace

std::optional<Refusal> Meter::take(Refusal refusal, Instant now) {
  Table& table = refusal.is_known_name ? known_ : strangers_;
  Kind kind{network_of(refusal.source),
            refusal.what,
            refusal.reason,
            refusal.transport,
            refusal.note,
            refusal.is_known_name ? refusal.name : std::string()};
  if (const auto found = table.find(kind); found != table.end()) {
    const std::uint32_t count = found->second.refusal.count;
    const std::uint32_t more = std::min(refusal.count, highest_count - count);
    found->second.refusal = std::move(refusal);
    found->second.refusal.count = count + more;
    return std::nullopt;
  }
  if (!has_room(table, kind)) {
    unseen_ += refusal.count;
    return std::nullopt;
  }
  Refusal rest = refusal;
  rest.count = 0;
  table.emplace(std::move(kind), Counted{std::move(rest), now + window});
  if (!next_) next_ = now + window;
  return refusal;
}

bool Meter::has_room(const Table& table, const Kind& kind) const {
  if (table.size() >= most_kinds) return false;
  const std::string& source = std::get<0>(kind);
  const auto first = table.lower_bound(Kind{source, What{}, Reason{}, Transport{}, {}, {}});
  std::size_t of_source = 0;
  for (auto it = first; it != table.end() && std::get<0>(it->first) == source; ++it) ++of_source;
  return of_source < (&table == &known_ ? most_names_of_a_source : most_kinds_of_a_source);
}

std::vector<Refusal> Meter::due(Instant now) {
  std::vector<Refusal> told;
  if (!next_ || now < *next_) return told;
  next_.reset();
  for (Table* table : {&known_, &strangers_}) {
    for (auto it = table->begin(); it != table->end();) {
      Counted& counted = it->second;
      if (now >= counted.until) {
        if (counted.refusal.count == 0) {
          it = table->erase(it);
          continue;
        }
        // It goes on: the next second is counted as well before anything is told.
        told.push_back(counted.refusal);
        counted.refusal.count = 0;
        counted.until = now + window;
      }
      if (!next_ || counted.until < *next_) next_ = counted.until;
      ++it;
    }
  }
  return told;
}

}  // namespace dering::refusal
