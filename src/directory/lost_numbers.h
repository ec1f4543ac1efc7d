// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "directory/directory.h"

namespace dering::directory {

/// The numbers of the older snapshot that are nobody's in the newer one, or somebody else's: who
/// was signed in under them is so no more. Takes time in proportion to the older one.
std::vector<std::string> lost_numbers(const Directory& older, const Directory& newer);

}  // namespace dering::directory
