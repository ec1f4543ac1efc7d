// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "call/leg_event.h"
#include "call/media.h"
#include "directory/directory.h"
#include "directory/errand.h"
#include "directory/forwarding.h"
#include "ua/turn.h"

namespace dering::call {

class CallEngine;
class LegTable;
class Numbers;

/// What calls leave for the world beside SIP messages.
struct Outbox {
  Commands commands;
  std::vector<directory::CallRecord> records;
  std::vector<directory::LineChanged> lines;
  std::vector<directory::ChangeForwarding> forwardings;
  std::vector<std::string> touched;  ///< extensions of whom others may see something new
};

/// What a call has at hand while it handles one input.
struct Turn : ua::Turn {
  UnixSeconds wall;  ///< the same moment, for call records
  Media& media;
  Random& random;
  const Numbers& numbers;
  CallEngine& calls;
  LegTable& legs;
  LegEvents& events;  ///< what legs have to tell, once the input is digested
  Outbox& out;
};

}  // namespace dering::call
