// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ua/peer.h"
#include "ua/turn.h"

namespace dering::ua {

/// The subscription that a REFER inside a dialog makes (RFC 3515 §2.4.4): a usage of its own, which
/// tells the one who asked what becomes of it: a NOTIFY at once, one with each news, and one at the
/// end. It outlives the INVITE usage beside it (RFC 5057 §4), for at most `longest`. Signalling
/// thread.
class Referral {
 public:
  enum class State : std::uint8_t {
    asked,      ///< the REFER waits for its answer
    accepted,   ///< 202 sent
    unwatched,  ///< the phone does not know the subscription; what it asked for goes on
    over,
  };

  Referral(LegId leg, sip::RequestArrived refer) : leg_(leg), refer_(std::move(refer)) {}

  static constexpr Duration longest = std::chrono::minutes(5);

  State state() const { return state_; }
  bool is_open() const { return state_ == State::accepted; }
  /// It was accepted and has not come to an end.
  bool is_under_way() const { return is_open() || state_ == State::unwatched; }
  /// More is to be told, or the phone has not said yet that it heard the last word: it may refuse
  /// that, and is to be told again.
  bool is_telling() const { return is_open() || (state_ == State::over && !pending_.empty()); }
  const sip::Message& refer() const { return refer_.message; }

  /// 202, and "100 Trying".
  void accept(Peer& peer, Turn& turn);
  /// Takes the REFER back unanswered: somebody refuses it.
  sip::RequestArrived refuse();
  /// What goes on, as a provisional response of a call.
  void progress(Peer& peer, int status, Turn& turn);
  /// The status of a response, and words in place of its usual ones: phones show them.
  struct Told {
    int status;
    std::string_view words = {};
  };
  /// How it went, as the final response of a call; the subscription ends with it (RFC 3515 §2.4.7).
  void finish(Peer& peer, const Told& told, Turn& turn);
  /// What became of a NOTIFY, as the status of a final response; 408 where none came. A phone that
  /// does not know the subscription ends it (RFC 6665 §4.2.2). One that had heard a later request
  /// already refuses it (500, RFC 3261 §12.2.2): it is to be said again. False: it was another
  /// request.
  bool on_ended(sip::ClientTransactionId transaction, int status);
  /// The same where the connection took it along.
  bool on_lost(sip::ClientTransactionId transaction);
  /// Says again what the phone has not heard, if it can be reached.
  void say_again(Peer& peer, Turn& turn);
  /// False once it has lasted too long: it is to be finished.
  bool is_in_time(Instant now) const { return !is_under_way() || now < ends_at_; }
  std::optional<Instant> next_deadline() const {
    return is_under_way() ? std::optional(ends_at_) : std::nullopt;
  }

 private:
  struct Notify {
    sip::ClientTransactionId transaction;
    RequestEntry entry;
    int status;
  };
  /// Who refuses more often has other reasons.
  static constexpr unsigned most_repetitions = 3;
  std::optional<Notify> take(sip::ClientTransactionId transaction);
  void notify(Peer& peer, const Told& told, Turn& turn);

  LegId leg_;
  sip::RequestArrived refer_;
  State state_ = State::asked;
  int told_ = 0;          ///< status of the last NOTIFY
  std::string words_;     ///< and what it said in place of the usual ones
  bool is_owed_ = false;  ///< the phone has not heard it
  unsigned repetitions_ = 0;
  Instant ends_at_{};
  std::vector<Notify> pending_;
};

}  // namespace dering::ua
