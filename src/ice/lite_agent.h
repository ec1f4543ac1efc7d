// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/socket_address.h"
#include "stun/message.h"

namespace dering::ice {

/// RFC 8445 §5.3: user fragment and password of one side.
struct Credentials {
  std::string ufrag;
  std::string pwd;

  bool operator==(const Credentials&) const = default;
};

/// What both sides of one ICE generation sign with. `remote` is empty until the phone has answered:
/// then any user fragment of it will do, since our own password is what proves its right.
struct Generation {
  Credentials local;
  std::string remote_ufrag;
};

/// A pair of transport addresses: the phone's, as we see it, and the one of ours it sends to. The
/// port of `local` means nothing.
struct Path {
  SocketAddress remote;
  SocketAddress local;

  bool operator==(const Path&) const = default;
};

/// How long a phone may say nothing before PortSilent goes out, the first and the second time.
inline constexpr Duration silent_after = std::chrono::seconds(5);
inline constexpr Duration lost_after = std::chrono::seconds(30);
/// RFC 7675 §5.1: consent to send to an address expires 30 s after its last check.
inline constexpr Duration consent_time = std::chrono::seconds(30);

/// The controlled side of ICE on a machine that everyone can reach (RFC 8445 §2.5): it sends no
/// checks, it answers them. One per port. It learns an address only from a check that carries our
/// password (MESSAGE-INTEGRITY), sends to the first such address until the phone nominates one, and
/// afterwards to the one nominated last. A pure machine; one thread.
class LiteAgent {
 public:
  enum class State : std::uint8_t {
    waiting,    ///< no check has come
    connected,  ///< there is a path and the phone is heard
    silent,     ///< nothing heard for silent_after
    lost,       ///< nothing heard for lost_after
  };

  /// What became of one datagram.
  struct Answer {
    std::size_t size = 0;        ///< bytes of the response to send back; 0 for none
    bool authenticated = false;  ///< the sender knows the password: its address is learnt
    bool path_changed = false;   ///< selected() is new, or the phone is back after a silence
    /// An address that is not learnt any more, since there were too many.
    std::optional<SocketAddress> forgotten;
    /// Our user fragment of before the restart, which has come to its end.
    std::optional<std::string> retired_ufrag;
  };

  static constexpr std::size_t most_paths = 8;

  explicit LiteAgent(Generation generation) : current_(std::move(generation)) {}

  /// ICE restart (RFC 8445 §9): the old credentials count until the new ones have been used.
  /// Returns the user fragment that they displace, if there was a restart before.
  std::optional<std::string> restart(Generation next);
  void set_remote_ufrag(std::string ufrag) { current_.remote_ufrag = std::move(ufrag); }

  /// A Binding request for one of our user fragments. The response is written into `response`.
  Answer on_request(const stun::Message& request, const Path& path, Instant now,
                    MutableBytes response);
  /// Any other packet from an address learnt before. True if it ends a silence.
  bool on_packet(Instant now) {
    heard_ = now;
    if (state_ == State::connected) [[likely]]
      return false;
    return revive();
  }
  /// The silence that has lasted long enough by now, if it has not been told yet.
  std::optional<std::chrono::seconds> on_time(Instant now);
  std::optional<Instant> next_deadline() const;

  /// Another port has proved that the address is its own now.
  void forget(const SocketAddress& remote);
  /// True while the phone has a right to the address: a check came from it within consent_time.
  bool has_consent(const SocketAddress& remote, Instant now) const;

  State state() const { return state_; }
  /// Where to send to, or null.
  const Path* selected() const { return selected_ ? &*selected_ : nullptr; }
  const Generation& current() const { return current_; }
  const std::optional<Generation>& previous() const { return previous_; }

  struct Learnt {
    Path path;
    Instant checked;
  };
  const std::vector<Learnt>& learnt() const { return learnt_; }

 private:
  enum class Choice : std::uint8_t { none, first_valid, nominated };

  const Generation* generation_of(const stun::Message& request) const;
  std::optional<SocketAddress> learn(const Path& path, Instant now);
  bool choose(const Path& path, bool nominated);
  bool revive();

  // What every packet touches comes first.
  Instant heard_{};
  State state_ = State::waiting;
  Choice choice_ = Choice::none;
  std::optional<Path> selected_;
  std::vector<Learnt> learnt_;
  Generation current_;
  std::optional<Generation> previous_;
};

/// RFC 8445 §7.2.2: the part of USERNAME before the colon is the user fragment of who is asked.
std::string_view asked_ufrag(std::string_view username);

}  // namespace dering::ice
