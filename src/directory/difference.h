// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "directory/directory.h"

namespace dering::directory {

/// What became different from one snapshot to the next, by extension: that is how others know
/// somebody. A number that went to somebody else is `changed`.
struct Difference {
  std::vector<const User*> added;    ///< in the newer snapshot
  std::vector<const User*> changed;  ///< in the newer snapshot
  std::vector<const User*> gone;     ///< in the older snapshot

  bool empty() const { return added.empty() && changed.empty() && gone.empty(); }
};

/// Lives as long as both snapshots. Takes time in proportion to their size.
Difference difference(const Directory& older, const Directory& newer);

}  // namespace dering::directory
