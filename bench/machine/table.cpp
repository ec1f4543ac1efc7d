// SPDX-License-Identifier: Apache-2.0
#include "machine/table.h"

#include <fmt/format.h>

#include <algorithm>

namespace dering::bench {

void Table::add(std::string_view row, double value) {
  const auto found = std::ranges::find(rows_, row, &decltype(rows_)::value_type::first);
  if (found != rows_.end()) return found->second.push_back(value);
  rows_.emplace_back(row, std::vector{value});
}

void Table::print(std::string_view unit) const {
  fmt::print("\n{:<44} {:>8} {:>8} {:>8}   {}\n", "all rounds", "median", "least", "most", unit);
  for (const auto& [name, values] : rows_) {
    std::vector<double> sorted = values;
    std::ranges::sort(sorted);
    fmt::print("{:<44} {:>8.2f} {:>8.2f} {:>8.2f}\n", name, sorted[sorted.size() / 2],
               sorted.front(), sorted.back());
  }
}

}  // namespace dering::bench
