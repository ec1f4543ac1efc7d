// SPDX-License-Identifier: Apache-2.0
#include "routing/plan/pattern_table.h"

#include <algorithm>
#include <bit>

namespace dering::routing {

bool PatternTable::is_digits(std::string_view rest) {
  return std::ranges::all_of(rest, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint32_t PatternTable::child(std::uint32_t node, Pattern::Symbols symbols) {
  auto& edges = nodes_[node].edges;
  const auto found =
      std::ranges::find_if(edges, [&](const Edge& edge) { return edge.symbols == symbols; });
  if (found != edges.end()) return found->node;
  const auto added = static_cast<std::uint32_t>(nodes_.size());
  const auto after = std::ranges::find_if(edges, [&](const Edge& edge) {
    return std::popcount(edge.symbols) > std::popcount(symbols);
  });
  edges.insert(after, Edge{symbols, added});
  nodes_.emplace_back();
  return added;
}

void PatternTable::add(const Pattern& pattern, std::uint32_t value) {
  std::uint32_t node = 0;
  for (const Pattern::Symbols symbols : pattern.places()) node = child(node, symbols);
  nodes_[node].values[static_cast<std::size_t>(pattern.tail())].push_back(value);
}

}  // namespace dering::routing
