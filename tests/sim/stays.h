// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "directory/directory.h"

namespace dering::sim {

/// What is wrong with the stays of all calls together, one sentence each: who placed a call and who
/// was called stand in it, each stay has an end and an outcome, and no phone is in two calls at
/// once under one leg.
std::vector<std::string> faults_of_stays(const std::vector<directory::CallRecord>& records);

}  // namespace dering::sim
