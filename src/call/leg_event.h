// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/strong_id.h"
#include "ua/turn.h"

namespace dering::call {

using CallId = StrongId<struct CallTag>;
using ua::LegId;

/// What happened to a leg, as far as the feature of its call must know.
struct LegEvent {
  enum class What : std::uint8_t {
    ringing,         ///< a called phone rings
    answered,        ///< a called phone answered
    failed,          ///< a called phone will not answer; Leg::failure() says why
    joined,          ///< it came from another call
    left,            ///< it went to another call
    hung_up,         ///< its person ended the call, or cancelled it
    lost,            ///< its phone does not know the call any more, or is silent for too long
    transfer_asked,  ///< its person sends the other one on; Leg::asked_transfer() says where to
    transfer_ended,  ///< what it asked for is done, or will not be
    unplayable,      ///< the media engine has no port for it
    digit,           ///< its person pressed a key
  };

  CallId call;
  LegId leg;
  What what;
  char key = 0;  ///< of a digit
};
/// In the order in which it happened.
using LegEvents = std::vector<LegEvent>;

}  // namespace dering::call
