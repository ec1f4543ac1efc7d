// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "switchboard/switchboard.h"
#include "ua/turn.h"

namespace dering::testing {

/// Puts faults into a switchboard, to see that they are found.
class Saboteur {
 public:
  /// An entry of an index that its owner does not take out when it ends. Goes before the
  /// switchboard.
  using ForgottenEntry = ua::RequestEntry;

  explicit Saboteur(switchboard::Switchboard& switchboard) : switchboard_(switchboard) {}

  ForgottenEntry forget_entry();

 private:
  switchboard::Switchboard& switchboard_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace dering::testing
