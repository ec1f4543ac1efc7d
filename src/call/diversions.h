// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "call/call.h"
#include "directory/forwarding.h"

namespace dering::call {

/// What a feature may do about a call that goes on to somebody else, while it is told of one event.
class Diversions {
 public:
  Diversions(Call& call, Turn& turn) : call_(call), turn_(turn) {}

  /// The call came to somebody, by `why`, and goes on to somebody else.
  void pass_by(const Party& person, std::string_view why) { call_.pass_by(person, why, turn_); }
  /// That person's phones stop ringing, and have missed nothing.
  void stop(std::string_view person);
  /// Nothing at all was heard of whom that leg calls, not even 100.
  bool is_silent(LegId leg) const;
  /// The person of the first leg wants their own calls to go elsewhere.
  void change(directory::ForwardingChange change);

 private:
  Call& call_;
  Turn& turn_;
};

}  // namespace dering::call
