// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/strong_id.h"
#include "sip/dialog/dialog.h"
#include "sip/endpoint/endpoint.h"
#include "sip/message/event_fields.h"
#include "ua/turn.h"

namespace dering::ua {

/// Unique for as long as the program runs.
using SubscriptionId = StrongId<struct SubscriptionTag>;

// How long a subscription lives without a refresh, in seconds (RFC 6665 §4.2.1.1). The longest is
// short, since none outlives a restart of ours: then the next refresh gets 481, and the phone
// subscribes anew (RFC 6665 §4.1.2.2).
inline constexpr std::uint32_t min_subscription_seconds = 60;
inline constexpr std::uint32_t max_subscription_seconds = 600;

/// The notifier's side of a subscription (RFC 6665 §4.2), with a dialog of its own. It knows when
/// something is to be told, not what: whoever owns it asks is_due() and gives notify() the body. At
/// most one NOTIFY is under way; what changes meanwhile is told by the next one, as it is then.
/// Sans-I/O, signalling thread.
class Subscription {
 public:
  enum class State : std::uint8_t {
    active,
    away,    ///< its connection is gone: nothing is said until the phone is back, or time is up
    ending,  ///< its last NOTIFY is to be said, or waits for its response
    over,    ///< nothing more will be said: forget it
  };
  /// What is to be told next.
  enum class Due : std::uint8_t {
    nothing,
    changes,     ///< what is new since the last NOTIFY
    everything,  ///< the whole state, whatever was told before (RFC 6665 §4.2.1.3)
  };
  using Reason = sip::SubscriptionState::Reason;

  /// Of a SUBSCRIBE that has been found good.
  struct Terms {
    std::string event;          ///< Event of each NOTIFY: with the id that the phone gave it
    std::string user;           ///< of our Contact
    std::uint32_t seconds = 0;  ///< 0: tell the state once (RFC 6665 §4.4.3)
  };

  /// Answers `subscribe` with 200. The state is due at once.
  Subscription(const sip::RequestArrived& subscribe, Terms terms, Turn& turn);

  State state() const { return state_; }
  bool is_over() const { return state_ == State::over; }
  const std::string& event() const { return terms_.event; }
  const std::string& local_tag() const { return dialog_.id().local_tag; }
  const sip::Flow& flow() const { return dialog_.flow(); }
  /// True if Call-ID and both tags of a request name its dialog.
  bool is_in_dialog(const sip::Message& request) const;

  /// SUBSCRIBE in the dialog: prolongs it, or ends it with 0 seconds. Answers it.
  void on_refresh(const sip::RequestArrived& subscribe, std::uint32_t seconds, Turn& turn);
  /// What is watched has changed.
  void on_changed() { ask_for(Due::changes); }
  /// What has changed is as it was told: there is nothing to say of it.
  void on_unchanged() {
    if (due_ == Due::changes) due_ = Due::nothing;
  }
  /// It ends with one more NOTIFY, which says why.
  void end(Reason reason);
  /// The connection is gone.
  void on_flow_closed();
  /// Its phone speaks from here now.
  void on_flow_moved(const sip::Flow& flow);

  /// What may be told at this moment.
  Due due(Instant now) const;
  /// Counts the NOTIFYs, from 0.
  std::uint32_t version() const { return version_; }
  /// Sends what is due; an empty body where nothing is known any more.
  struct Body {
    std::string_view type;
    std::string text;
  };
  sip::ClientTransactionId notify(const Body& body, Turn& turn);
  /// The response to the NOTIFY that is under way.
  void on_response(const sip::Message& response, Instant now);
  /// None will come.
  void on_failed(sip::RequestFailed::Reason reason);

  void on_time(Instant now);
  std::optional<Instant> next_deadline() const;

 private:
  void ask_for(Due due) { due_ = std::max(due_, due); }
  void enter(State state, Reason why = Reason::none);
  void respond(const sip::RequestArrived& request, int status, Turn& turn) const;
  sip::SubscriptionState told_state(Instant now) const;

  sip::Dialog dialog_;
  Terms terms_;
  State state_ = State::active;
  Reason why_ = Reason::none;  ///< it ends
  Due due_ = Due::everything;
  std::optional<sip::ClientTransactionId> pending_;  ///< the NOTIFY under way
  std::optional<Instant> quiet_until_;               ///< the phone asked for a rest (503)
  Instant expires_at_;
  std::uint32_t version_ = 0;
};

}  // namespace dering::ua
