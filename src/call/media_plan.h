// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "call/leg.h"
#include "call/media_bridge.h"
#include "call/outcome.h"
#include "call/turn.h"
#include "sdp/offer_answer.h"

namespace dering::call {

/// The sound of one call while it is set up: what whoever is there first offered, what each phone
/// that rings is offered, and what the first answer makes of the call.
///
/// There is one port for whoever is there first and, until one answers, one for each phone that
/// rings. Between two browsers the answer seals the call; else each leg makes its own offers and
/// answers with the engine. Signalling thread.
class MediaPlan {
 public:
  /// `offer`: of the leg that comes first; empty for a late offer.
  MediaPlan(MediaBridge& bridge, std::string offer) : bridge_(bridge), offer_(std::move(offer)) {}

  /// For a call between phones. Says why it cannot be, or nothing.
  std::optional<Outcome> open(Leg& first, Turn& turn);
  /// False if the first leg and we have no codec in common: then a browser alone can be rung.
  bool is_terminable() const { return bridge_.is_terminated() || has_common_codec_; }
  /// Whether a phone there could be rung too.
  bool can_ring(const Leg& first, const sip::Flow& phone, const Turn& turn) const;
  /// What it is offered. Only if can_ring().
  std::string offer_to(Leg& callee, const Leg& first, Turn& turn);
  /// `winner` has answered with this: they are a pair. Gives the description for the first one's
  /// 200, which is empty if that talks already.
  std::expected<std::string, Outcome> connect(Leg& first, Leg& winner, Turn& turn);
  /// Somebody comes in whom nobody rang, and will hear `other`: the description for their 200. The
  /// call is terminated from then on.
  std::expected<std::string, Outcome> take_in(Leg& newcomer, const Leg& other,
                                              std::string_view offer, Turn& turn);
  /// The description for the 200 of the first leg, whom the newcomer will hear.
  std::expected<std::string, Outcome> answer_first_to(Leg& first, const Leg& newcomer, Turn& turn);
  /// Answers the first leg, whom nobody else will talk with: the description for its 200.
  std::expected<std::string, Outcome> open_alone(Leg& first, MediaBridge::Why why, Turn& turn);
  /// A ringing phone sends sound already, and says what: of no effect where it is sealed.
  void take_early(Leg& callee, std::string_view answer, Turn& turn);
  /// What the first leg is told in a 183, once, as soon as `callee` alone can answer and sends
  /// sound. From then on the call is terminated.
  std::optional<std::string> pass_early(Leg& first, Leg& callee, Turn& turn);
  /// The first leg has offered anew since, and was answered so: its 200 says the same.
  void on_early_offer(std::string_view answer) { early_ = answer; }

 private:
  std::optional<Outcome> take_first_offer(Leg& first, sdp::SessionDescription description,
                                          Turn& turn);
  bool can_be_sealed(const Leg& first, const sip::Flow& phone) const;
  std::string sealed_offer(Leg& callee, Turn& turn);
  std::expected<std::string, Outcome> connect_sealed(Leg& first, Leg& winner, Turn& turn);
  std::expected<std::string, Outcome> answer_first(Leg& first,
                                                   std::span<const sdp::Encoding> wanted,
                                                   Turn& turn);

  MediaBridge& bridge_;
  std::string offer_;
  bool has_common_codec_ = false;  ///< the first leg and we
  std::string early_;              ///< what the first leg was told before the 200
};

}  // namespace dering::call
