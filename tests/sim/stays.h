// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"

namespace dering::sim {

inline constexpr std::string_view echo_number = "*43";
/// As directory::ParkingNumbers has it.
inline constexpr std::string_view number_of_parking = "70";

/// Of somebody who took a call that was there already.
bool is_pickup(const directory::CallStay& stay);
/// Of somebody who took a call that was parked.
bool is_retrieval(const directory::CallStay& stay);
/// Of somebody who was sent on to a number.
bool is_sent_on(const directory::CallRecord& record);
/// Of somebody who was parked.
bool is_parked(const directory::CallRecord& record);

/// How a call may end without its caller because nobody took it.
bool is_refusal(std::string_view outcome);

/// What is wrong with the stays of all calls together, one sentence each: who placed a call and who
/// was called stand in it, each stay has an end and an outcome, no phone is in two calls at once
/// under one leg or comes to a call that has left no other one, and who was sent on in vain is
/// given back. A phone that a parked call returns to is rung.
std::vector<std::string> faults_of_stays(const std::vector<directory::CallRecord>& records);

}  // namespace dering::sim
