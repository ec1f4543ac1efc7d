// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "sip/flow.h"
#include "sip/message/message.h"
#include "sip/message/writer.h"

namespace dering::ua {

/// RFC 4028 §4: what we ask for, and the shortest that we take.
inline constexpr std::uint32_t session_seconds = 1'800;
inline constexpr std::uint32_t min_session_seconds = 90;

/// Min-SE of a request or a 422 (RFC 4028 §5); what everybody has to take where there is none.
std::uint32_t min_session_of(const sip::Message& message);

/// What both sides agreed on: how long the session lives without a refresh, and who refreshes.
struct SessionTerms {
  enum class Refresher : std::uint8_t { us, peer };

  std::uint32_t seconds = session_seconds;
  Refresher refresher = Refresher::us;

  bool operator==(const SessionTerms&) const = default;
};

/// RFC 4028 §9: true if the interval that an INVITE or UPDATE asks for is below our minimum and its
/// sender understands the refusal (422). A browser is never refused so: JsSIP asks for 90 s, knows
/// no 422, and takes whatever we answer (jssip.md S22).
bool asks_for_too_short_session(const sip::Message& request, const sip::Flow& flow);

/// What we answer to an INVITE or UPDATE (RFC 4028 §9). We refresh unless the peer wants to: so no
/// browser ever writes into a dead socket.
SessionTerms terms_in_answer(const sip::Message& request, const sip::Flow& flow);
/// What the peer's 2xx to our INVITE or UPDATE says (RFC 4028 §7.2). Without Session-Expires we
/// refresh all the same, to learn of a phone that has died. `asked`: seconds in our request.
SessionTerms terms_answered(const sip::Message& response, std::uint32_t asked = session_seconds);

/// Session-Expires in our 2xx. RFC 4028 §9: a peer that shall refresh is told that it has to
/// understand so.
void agree_on_session(sip::MessageWriter& writer, const SessionTerms& terms);
/// Session-Expires in a request of ours.
void ask_for_session(sip::MessageWriter& writer, const SessionTerms& terms);

/// When to refresh, or to give a peer up that did not (RFC 4028 §10). A value.
class SessionTimer {
 public:
  enum class Due : std::uint8_t {
    nothing,
    refresh,
    expired,  ///< the peer did not refresh: BYE
  };

  /// The session was established or refreshed.
  void start(const SessionTerms& terms, Instant now);
  /// The next refresh is due now, whatever was agreed.
  void hurry(Instant now) { at_ = now; }
  /// A refresh of ours is under way: the next one in turn.
  void on_refreshing(Instant now);

  Due due(Instant now) const;
  std::optional<Instant> next_deadline() const { return at_; }
  const SessionTerms& terms() const { return terms_; }

 private:
  SessionTerms terms_;
  std::optional<Instant> at_;
};

}  // namespace dering::ua
