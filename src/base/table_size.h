// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace dering {

/// How much stands in one table, queue or index now. What owns tables lists them all, so that a
/// test can see that nothing is left behind.
struct TableSize {
  std::string_view name;
  std::size_t size = 0;
};
using TableSizes = std::vector<TableSize>;

}  // namespace dering
