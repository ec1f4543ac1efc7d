// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"

namespace dering::sim {

/// Of somebody who took a call that was there already.
bool is_pickup(const directory::CallStay& stay);

/// How a call may end without its caller because nobody took it.
bool is_refusal(std::string_view outcome);

/// What is wrong with the stays of all calls together, one sentence each: who placed a call and who
/// was called stand in it, each stay has an end and an outcome, no phone is in two calls at once
/// under one leg or comes to a call that has left no other one, and who was sent on in vain is
/// given back.
std::vector<std::string> faults_of_stays(const std::vector<directory::CallRecord>& records);

}  // namespace dering::sim
