// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace dering::app {

/// Rows of cells below each other, as wide as the widest; the first row is the heading. Safe for a
/// terminal, whatever the cells say.
std::string text_table(std::vector<std::vector<std::string>> rows);

}  // namespace dering::app
