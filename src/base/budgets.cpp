// SPDX-License-Identifier: Apache-2.0
#include "base/budgets.h"

#include <algorithm>

namespace dering {

Budgets::Budgets(BudgetSize size, Random& random)
    : size_(size), hash_(random), cells_(rows * row_size) {}

Budgets::Places Budgets::places_of(std::string_view name) const {
  const Fingerprint print = hash_.of(name);
  Places places{};
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint64_t half = row < rows / 2 ? print.low : print.high;
    places[row] = row * row_size + (half >> (row % 2 * 32)) % row_size;
  }
  return places;
}

double Budgets::spent_in(const Cell& cell, Instant now) const {
  if (now <= cell.at) return cell.spent;
  const double back = double((now - cell.at).count()) / double(size_.each.count());
  return std::max(0.0, cell.spent - back);
}

double Budgets::spent_at(const Places& places, Instant now) const {
  double least = spent_in(cells_[places[0]], now);
  for (const std::size_t place : places) least = std::min(least, spent_in(cells_[place], now));
  return least;
}

std::optional<Duration> Budgets::wait(std::string_view name, Instant now) const {
  const double too_much = spent_at(places_of(name), now) + 1 - size_.burst;
  // What a double rounds away must not cost a wait.
  if (too_much <= 1e-6) return std::nullopt;
  return Duration(static_cast<std::int64_t>(too_much * double(size_.each.count())));
}

void Budgets::spend(std::string_view name, Instant now) {
  const Places places = places_of(name);
  const double spent = std::min<double>(spent_at(places, now) + 1, size_.burst);
  for (const std::size_t place : places) {
    Cell& cell = cells_[place];
    cell = {std::max(spent_in(cell, now), spent), std::max(now, cell.at)};
  }
}

std::optional<Duration> Budgets::try_spend(std::string_view name, Instant now) {
  if (const auto left = wait(name, now)) return left;
  spend(name, now);
  return std::nullopt;
}

}  // namespace dering
