// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>

#include "sdp/description.h"
#include "sdp/rewrite.h"

namespace dering::sdp {

/// Our answer to a new offer of a phone that the far phone need not see: hold, unhold, refresh, ICE
/// restart. `previous` is what we last told this phone, in an answer or an offer. Codecs and keys
/// stay; direction mirrors the offer; sections that are new or have another kind are rejected.
/// `relay` brings new ICE credentials after an ICE restart, null keeps the old ones.
std::expected<SessionDescription, Unusable> answer_for_reoffer(const SessionDescription& offer,
                                                               const SessionDescription& previous,
                                                               const Relay* relay, Origin origin);

/// Our own offer that says the same as before with another direction, so that a phone learns that
/// the other one holds, or does not any more. Codecs and keys stay.
SessionDescription offer_again(SessionDescription said, Direction direction, Origin origin);

// ---- Pieces of answers
// ---------------------------------------------------------------------------

/// A section of an offer as an answer declines it: it keeps its place and its name.
MediaSection rejected(const MediaSection& offered);
/// BUNDLE with the accepted sections alone (RFC 9143 §7.3), if the offer had such a group.
void set_bundle(SessionDescription& answer, const SessionDescription& offer);

}  // namespace dering::sdp
