// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "routing/plan/pattern.h"

namespace dering::routing {

/// Patterns as a tree of their places, so that a number is looked up in as many steps as it has
/// digits, however many patterns there are. Each leads to the numbers that were given with it.
/// A lookup visits each node once at most, so no choice of patterns makes it explode (G6).
class PatternTable {
 public:
  void add(const Pattern& pattern, std::uint32_t value);

  /// Asks `is_taken(value)` for what matches, narrowest pattern first, those of one pattern in the
  /// order in which they were added, until it says yes. `number`: cleaned.
  template <typename IsTaken>
  bool find(std::string_view number, const IsTaken& is_taken) const {
    return find_from(0, number, is_taken);
  }

 private:
  struct Edge {
    Pattern::Symbols symbols;
    std::uint32_t node;
  };
  struct Node {
    std::vector<Edge> edges;                           ///< fewest choices first
    std::array<std::vector<std::uint32_t>, 3> values;  ///< by tail
  };

  static bool is_digits(std::string_view rest);
  std::uint32_t child(std::uint32_t node, Pattern::Symbols symbols);

  template <typename IsTaken>
  bool any_of(const Node& node, Pattern::Tail tail, const IsTaken& is_taken) const {
    for (const std::uint32_t value : node.values[static_cast<std::size_t>(tail)]) {
      if (is_taken(value)) return true;
    }
    return false;
  }
  template <typename IsTaken>
  bool find_from(std::uint32_t at, std::string_view rest, const IsTaken& is_taken) const {
    const Node& node = nodes_[at];
    if (rest.empty() && any_of(node, Pattern::Tail::none, is_taken)) return true;
    if (!rest.empty()) {
      const Pattern::Symbols symbol = Pattern::symbol(rest.front());
      for (const Edge& edge : node.edges) {
        if ((edge.symbols & symbol) != 0 && find_from(edge.node, rest.substr(1), is_taken)) {
          return true;
        }
      }
    }
    if (!is_digits(rest)) return false;
    if (!rest.empty() && any_of(node, Pattern::Tail::some, is_taken)) return true;
    return any_of(node, Pattern::Tail::any, is_taken);
  }

  std::vector<Node> nodes_{Node{}};
};

}  // namespace dering::routing
