// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/instant.h"

namespace dering::ua {

/// Whether the peer knows the session as we do. A connection that breaks may take our answer to an
/// offer with it, or the peer's answer to ours, and then each side may go on with a session of its
/// own: a refresh without a description (RFC 3311) does not show that. RFC 3261 §14.2 would end the
/// dialog; we ask the peer what it has instead, by an INVITE without a description. A value.
/// Signalling thread.
class SessionDoubt {
 public:
  /// Our answer to an offer went out.
  void on_answered(Instant now) { answered_at_ = now; }
  /// Its ACK came.
  void on_acknowledged() { answered_at_.reset(); }
  /// What was answered and not acknowledged may never have come. The response to an UPDATE is
  /// acknowledged by nothing, but that its sender asks no more.
  void on_flow_lost(Instant now);
  /// An offer of ours went with its connection, or its answer did.
  void on_offer_lost(Instant now) { ask_at_ = now; }

  /// The peer shall be asked now.
  bool is_due(Instant now) const { return ask_at_ && now >= *ask_at_; }
  std::optional<Instant> next_deadline() const { return ask_at_; }
  void on_asking() { ask_at_.reset(); }
  void on_told() { tries_ = 0; }
  /// It has an offer of its own under way (491) or no time (5xx): it is asked again, a few times.
  /// `tag`: of ours in the dialog; what it makes of the pause nobody else does.
  void on_refused(int status, std::string_view tag, Instant now);

 private:
  std::optional<Instant> answered_at_;
  std::optional<Instant> ask_at_;
  unsigned tries_ = 0;
};

}  // namespace dering::ua
