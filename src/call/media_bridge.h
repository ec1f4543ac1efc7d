// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "call/leg.h"
#include "call/media.h"
#include "call/turn.h"
#include "sdp/offer_answer.h"

namespace dering::call {

/// The bridge of one call at the media engine: the ports of its legs, and whether the engine has
/// their keys (docs/protocols/media.md). Between two browsers a call is sealed: they encrypt end to
/// end and the engine has no key. Else it is terminated, and stays so. Signalling thread.
class MediaBridge {
 public:
  /// What phones are told of a terminated call.
  enum class Why : std::uint8_t { desk_phone, late_offer, echo, announcement, transfer };

  explicit MediaBridge(CallId call) : call_(call) {}

  // -- what becomes of the sound, known with the first answer
  bool is_undecided() const { return mode_ == Mode::undecided; }
  bool is_sealed() const { return mode_ == Mode::sealed; }
  bool is_terminated() const { return mode_ == Mode::terminated; }
  void seal() { mode_ = Mode::sealed; }
  void terminate(Why why);
  /// The leg's page is told from its next message on.
  void tell_mode(Leg& leg) const;

  // -- what the engine has of it
  bool is_open() const { return bridge_.has_value(); }
  /// Only while the engine is ready.
  void open(Turn& turn);
  /// Takes all ports along.
  void close(Turn& turn);
  /// Whether one more phone can have a port.
  bool has_room(Way way, const Turn& turn) const;
  /// Gives the leg a port; false if there is none left.
  bool add(Leg& leg, Way way, sdp::IceCredentials remote, Turn& turn);
  void remove(Leg& leg, Turn& turn);
  /// A leg that talks comes from another call, with its port; this bridge is opened for it if it is
  /// not open. One of a sealed call is anchored here. False: its sound cannot come along, and all
  /// is as it was.
  bool take(Leg& leg, MediaBridge& from, Turn& turn);
  /// The sound of a leg that was sealed ends here from now on: it gets another port, which its page
  /// is to be told of (MediaEnd::reoffer). False: there is none left.
  bool anchor(Leg& leg, MediaBridge& from, Turn& turn);
  /// On an engine that has come up in place of one that died: the bridge, then port by port. False
  /// if there is no port left.
  void reopen(Turn& turn);
  bool reopen_port(Leg& leg, Turn& turn);

  // -- what phones are told of it
  /// Where the leg's phone reaches its port.
  sdp::Relay relay_of(const Leg& leg, const Turn& turn) const;
  /// Our side of a leg whose sound ends here, with keys of its own.
  sdp::LocalMedia local_media(const Leg& leg, Turn& turn) const;

 private:
  enum class Mode : std::uint8_t { undecided, sealed, terminated };

  void enter(Turn& turn);
  void leave();

  CallId call_;
  Mode mode_ = Mode::undecided;
  Why why_ = Why::desk_phone;
  std::optional<Bridge> bridge_;
  decltype(MediaIndex::bridges)::Entry at_bridge_;
  decltype(MediaIndex::bridge_commands)::Entry at_command_;
  std::size_t port_count_ = 0;
};

/// How the engine reaches a phone that speaks so.
constexpr Way way_of(MediaProfile profile) {
  return profile == MediaProfile::webrtc ? Way::ice : Way::rtp;
}

}  // namespace dering::call
