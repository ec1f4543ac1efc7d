// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "call/leg.h"
#include "call/media.h"
#include "call/outcome.h"
#include "call/turn.h"

namespace dering::call {

/// The way the sound of one call takes, and the descriptions that tell the phones so.
///
/// direct: desk phones send to each other; descriptions pass unchanged, the engine is not asked.
/// sealed: two browsers encrypt end to end; the engine relays between two ports without a key.
/// echo:   one browser talks to the engine, which has the key and sends the sound back.
///
/// A sealed call has one bridge, one port for the caller and, until one answers, one port for each
/// phone that rings.
class MediaPath {
 public:
  bool uses_engine() const { return kind_ != Kind::direct; }
  /// A leg may come and go only where no port of the engine goes along.
  bool may_be_left() const { return kind_ == Kind::direct; }

  /// For a call between phones. Says why it cannot be, or nothing.
  std::optional<Outcome> open(Leg& caller, std::string_view offer, Turn& turn);
  /// Answers the caller itself: the description for its 200.
  std::expected<std::string, Outcome> open_echo(Leg& caller, std::string_view offer, Turn& turn);

  /// Room for one more phone that rings.
  bool has_room(const Turn& turn) const;
  /// What the caller's offer becomes for this phone.
  std::string offer_to(Leg& callee, std::string_view offer, Turn& turn);
  /// What the answer of the phone that won becomes for the caller. Nothing: it is no answer.
  std::optional<std::string> answer_from(Leg& callee, Leg& caller, std::string_view answer,
                                         Turn& turn);
  /// A later offer of a browser (hold, ICE restart) is answered here; the other side need not know.
  std::optional<std::string> answer_again(Leg& leg, std::string_view offer, Turn& turn);

  void drop(Leg& leg, Turn& turn);
  void close(Turn& turn);

 private:
  enum class Kind : std::uint8_t { direct, sealed, echo };

  void open_bridge(Kind kind, CallId call, Turn& turn);
  /// Gives the leg a port on the bridge.
  void open_port(Leg& leg, const sdp::IceCredentials& remote, const media::v2::Dtls* dtls,
                 Turn& turn);
  /// After a command of its port that may be refused.
  static void follow_command(Leg& leg, Turn& turn);
  /// What its phone is told; the leg has a port.
  sdp::Relay relay_of(const Leg& leg, const Turn& turn) const;

  Kind kind_ = Kind::direct;
  std::optional<Bridge> bridge_;
  decltype(MediaIndex::bridges)::Entry at_bridge_;
  decltype(MediaIndex::bridge_commands)::Entry at_command_;
  std::size_t port_count_ = 0;
};

}  // namespace dering::call
