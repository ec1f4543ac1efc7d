// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "call/leg.h"
#include "call/scene.h"
#include "feature/house.h"

namespace dering::feature {

/// A leg may go from one call to another so often: who sends people on in a circle ends there.
inline constexpr unsigned most_moves = 16;
/// How long somebody is called back who has hung up and whom their transfer returns to.
inline constexpr Duration ring_back_time = std::chrono::seconds(30);

/// One REFER, while it is judged.
struct Asked {
  const call::Leg& from;
  const call::Leg& other;  ///< whom they talk with
  const House& house;
};

/// Does what `from` asked for by REFER, or refuses it: sends the one they talk with to a number
/// (blind), or to whom they talk with in another call (attended, RFC 5589 §7). The switchboard does
/// it all; no phone is asked to place a call.
///
/// Blind: who is sent on goes to a call of their own, which rings the number and has `from` as the
/// one to return to; until somebody answers there, `from` waits alone, or hangs up. Attended: they
/// take the place that `from` has in the other call. If nobody has answered there yet
/// (semi-attended), that call is given up and its number is rung for them.
///
/// The number of parking, blind or attended: parking.h.
///
/// Refused: 400 what is no Refer-To; 403 another method than INVITE, and numbers outside; 404
/// numbers and dialogs that are not there, or not theirs; 482 to somebody who is in the call
/// already, and beyond most_moves.
void transfer(const call::Leg& from, const House& house, call::Scene& scene);

}  // namespace dering::feature
