// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "call/leg.h"
#include "call/media.h"
#include "call/media_end.h"
#include "call/outcome.h"
#include "call/turn.h"
#include "sdp/offer_answer.h"

namespace dering::call {

/// How the sound of one call goes, the descriptions that tell its phones so, and what the engine is
/// told (docs/protocols/media.md).
///
/// A call has one bridge, one port for whoever is there first and, until one answers, one for each
/// phone that rings. What becomes of it shows with the answer: between two browsers it is sealed,
/// they encrypt end to end and the engine has no key; else it is terminated, and each leg makes
/// its own offers and answers with the engine. What was terminated stays so.
class MediaPlan {
 public:
  /// `offer`: of the leg that comes first; empty for a late offer.
  MediaPlan(CallId call, std::string offer) : call_(call), offer_(std::move(offer)) {}

  bool uses_engine() const { return bridge_.has_value(); }
  bool is_sealed() const { return mode_ == Mode::sealed; }

  // -- while it is set up
  /// For a call between phones. Says why it cannot be, or nothing.
  std::optional<Outcome> open(Leg& first, Turn& turn);
  /// False if the first leg and we have no codec in common: then a browser alone can be rung.
  bool is_terminable() const { return is_terminable_; }
  /// Whether a phone there could be rung too.
  bool can_ring(const Leg& first, const sip::Flow& phone, const Turn& turn) const;
  /// What it is offered. Only if can_ring().
  std::string offer_to(Leg& callee, const Leg& first, Turn& turn);
  /// `winner` has answered with this: they are a pair. Gives the description for the first one's
  /// 200, which is empty if that talks already.
  std::expected<std::string, Outcome> connect(Leg& first, Leg& winner, Turn& turn);
  /// Answers the first leg itself, with its own sound: the description for its 200.
  std::expected<std::string, Outcome> open_echo(Leg& first, Turn& turn);
  /// A ringing phone sends sound already, and says what: of no effect where it is sealed.
  void take_early(Leg& callee, std::string_view answer, Turn& turn);
  /// What the first leg is told in a 183, once, as soon as `callee` alone can answer and sends
  /// sound. From then on the call is terminated.
  std::optional<std::string> pass_early(Leg& first, Leg& callee, Turn& turn);

  // -- when it is there
  /// Answers a later offer of a phone, or makes one where it wants one (empty). Nothing: 488.
  std::optional<std::string> answer_again(Leg& leg, std::string_view offer, Turn& turn);
  /// The ACK of a 2xx that made an offer. False: the phone does not say where to send.
  bool take_answer(Leg& leg, std::string_view answer, Turn& turn);
  /// What became of the offer that settle() sent.
  void on_offered(Leg& leg, int status, std::string_view answer, Turn& turn);
  /// Who hears whom, by what all phones want: once after each input.
  void settle(std::span<const LegId> legs, Turn& turn);
  std::optional<Instant> next_deadline() const { return retry_at_; }
  /// False for a phone that holds or is held: its silence means nothing.
  bool expects_sound(const Leg& leg) const;
  void send_digit(const Leg& to, char digit, Duration duration, Turn& turn) const;

  // -- how it ends
  void drop(Leg& leg, Turn& turn);
  void close(Turn& turn);
  /// The leg goes to another call, which has no bridge yet, and takes this one's along. False: its
  /// sound cannot.
  bool hand_over(Leg& leg, std::span<const LegId> others, MediaPlan& to, Turn& turn);

 private:
  enum class Mode : std::uint8_t { undecided, sealed, terminated };
  /// What phones are told of a terminated call.
  enum class Why : std::uint8_t { desk_phone, late_offer, echo, transfer };

  void open_bridge(Turn& turn);
  /// Gives the leg a port; false if there is none left.
  bool open_end(Leg& leg, Way way, sdp::IceCredentials remote, Turn& turn);
  sdp::LocalMedia local_media(const Leg& leg, MediaProfile profile, Turn& turn) const;
  void renew_crypto(MediaEnd& end, Turn& turn) const;
  std::optional<Outcome> take_first_offer(Leg& first, Turn& turn);
  bool can_be_sealed(const Leg& first, const sip::Flow& phone) const;
  std::string sealed_offer(Leg& callee, Turn& turn);
  std::expected<std::string, Outcome> connect_sealed(Leg& first, Leg& winner, Turn& turn);
  std::expected<std::string, Outcome> answer_first(Leg& first,
                                                   std::span<const sdp::Encoding> wanted,
                                                   Turn& turn);
  std::optional<std::string> answer_sealed_again(Leg& leg, std::string_view offer, Turn& turn);
  void terminate(Why why) {
    mode_ = Mode::terminated;
    why_ = why;
  }
  void tell_mode(Leg& leg) const;
  void apply(Leg& leg, Turn& turn) const;
  void place(Leg& leg, Turn& turn) const;
  const Leg* heard_by(const Leg& leg, Turn& turn) const;
  void tell_hold(Leg& leg, const Leg& partner, Turn& turn);
  sdp::Relay relay_of(const Leg& leg, const Turn& turn) const;

  CallId call_;
  std::string offer_;
  Mode mode_ = Mode::undecided;
  Why why_ = Why::desk_phone;
  bool is_terminable_ = false;  ///< the first leg and we have a codec in common
  std::optional<Bridge> bridge_;
  decltype(MediaIndex::bridges)::Entry at_bridge_;
  decltype(MediaIndex::bridge_commands)::Entry at_command_;
  std::size_t port_count_ = 0;
  std::string early_;  ///< what the first leg was told in a 183
  LegId early_leg_{};  ///< whose sound it hears
  std::optional<Instant> retry_at_;
};

}  // namespace dering::call
