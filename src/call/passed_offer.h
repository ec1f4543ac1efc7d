// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "call/turn.h"
#include "sip/endpoint/endpoint.h"
#include "ua/invite_usage.h"

namespace dering::call {

class Leg;
class MediaBridge;

/// An offer of one page of a sealed call that speaks of more than sound (a picture, a screen): the
/// other page answers it, for the engine has no key. It waits until that page may be made an offer,
/// and comes again where it met one of that page's (491). What cannot be passed on comes back to be
/// answered here, for a page whose offer is refused ends its call (docs/jssip.md, S23). Of the leg
/// that offers. A machine; signalling thread.
class PassedOffer {
 public:
  /// True if the offer of `leg` concerns `partner`'s page too. While that one has an offer waiting
  /// itself it does not: neither could be answered before the other.
  static bool concerns(const Leg& leg, const Leg& partner, std::string_view offer);

  bool is_waiting() const { return request_ != nullptr; }
  /// Whether that leg's phone has it.
  bool is_with(ua::LegId partner) const { return state_ == State::made && partner_ == partner; }

  void begin(sip::RequestArrived request, const Leg& partner, Instant now);
  /// After each input: makes the offer as soon as it may be. Gives the request where it cannot be
  /// passed on any more. `partner`: null if there is none.
  std::unique_ptr<sip::RequestArrived> settle(Leg& leg, Leg* partner, const MediaBridge& bridge,
                                              Turn& turn);
  /// Whose offer it is, and who is to answer it.
  struct Pair {
    Leg& leg;
    Leg& partner;
  };
  /// What became of the offer.
  void on_offered(Pair pair, const ua::PassedOn& passed, const MediaBridge& bridge, Turn& turn);
  std::optional<Instant> next_deadline() const;

 private:
  enum class State : std::uint8_t {
    none,
    wanted,  ///< to be made
    made,    ///< the partner's phone has not answered yet
    failed,  ///< to be answered here
  };

  void make(Leg& partner, const MediaBridge& bridge, Turn& turn);
  bool pass_back(Pair pair, std::string_view answer, const MediaBridge& bridge, Turn& turn);

  State state_ = State::none;
  std::unique_ptr<sip::RequestArrived> request_;
  ua::LegId partner_{};
  std::string offered_;  ///< to the partner's phone
  std::optional<Instant> retry_at_;
  Instant gives_up_at_{};
};

}  // namespace dering::call
