// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "call/leg.h"
#include "call/media_bridge.h"
#include "call/outcome.h"
#include "call/turn.h"

// Offers and answers of a leg that talks already, which its call need not see: hold, another codec,
// an ICE restart, a refresh.

namespace dering::call {

/// Answers an offer of the phone, or makes one where it wants one (empty); or why there is none.
std::expected<std::string, Outcome> answer_later_offer(Leg& leg, std::string_view offer,
                                                       const MediaBridge& bridge, Turn& turn);
/// Codecs to name first to a leg that talks: those that the other one takes, so that nothing has to
/// be decoded, then those that it speaks now.
std::vector<sdp::Encoding> best_codecs(const Leg& leg, const Turn& turn);
/// The ACK of a 2xx that made an offer. False: the phone does not say where to send.
bool take_later_answer(Leg& leg, std::string_view answer, Turn& turn);

}  // namespace dering::call
