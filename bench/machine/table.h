// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dering::bench {

/// The rounds of each row, in the order of their first appearance: printed as median and range,
/// because one round on a shared machine says little.
class Table {
 public:
  void add(std::string_view row, double value);
  void print(std::string_view unit) const;

 private:
  std::vector<std::pair<std::string, std::vector<double>>> rows_;
};

}  // namespace dering::bench
