// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "directory/directory.h"
#include "routing/document/fault.h"
#include "routing/plan/codes.h"
#include "routing/plan/draft.h"

// What the entries of a plan mean for each other and for the people of the house.
namespace dering::routing {

/// A draft that was read, and where what is found goes.
struct Case {
  const Draft& draft;
  const directory::Directory& directory;
  const Codes& codes;
  Faults& faults;
};

void judge_names(const Case& it);      ///< entries of one name, and names that nobody has
void judge_numbers(const Case& it);    ///< numbers that several have, and reserved ones
void judge_emergency(const Case& it);  ///< that help can be called
void judge_patterns(const Case& it);   ///< rules for the same calls
void judge_ways(const Case& it);       ///< that calls get to each rule and group, and end somewhere

/// How a number is used already: "the number of Siti"; empty if it is free. Ring groups and
/// extensions of the plan are not looked at.
std::string use_of(std::string_view number, const Case& it);

}  // namespace dering::routing
