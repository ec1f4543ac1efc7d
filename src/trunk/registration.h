// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"
#include "base/random.h"
#include "sip/endpoint/endpoint.h"
#include "trunk/digest_answer.h"
#include "trunk/retry.h"

namespace dering::trunk {

/// What a machine of this folder has at hand while it handles one input. Signalling thread.
struct Turn {
  Instant now;
  sip::Endpoint& endpoint;
  Random& random;
  sip::Outbox& sip;
};

/// What is registered, and where.
struct RegistrationTerms {
  std::string registrar;  ///< Request-URI: "sip:provider.example"
  std::string aor;        ///< "sip:6221555@provider.example": From and To
  std::string user;       ///< of our Contact: calls for the trunk come to it
  Account account;
  std::string route{};  ///< value of Route: the outbound proxy; may be empty
  std::chrono::seconds expires{3600};
};

/// Why nothing is registered.
struct RegistrationFault {
  enum class Kind : std::uint8_t {
    none,
    unreachable,   ///< no answer came, or the connection broke
    refused,       ///< a final response, see status
    not_answered,  ///< its challenge, see why
    nonsense,      ///< 2xx that does not name our Contact
  };
  Kind kind = Kind::none;
  int status = 0;
  std::string phrase{};  ///< of the response, as far as it may be shown
  NoAnswer why{};
};
/// For people: "The provider refused: 403 Forbidden".
std::string sentence_of(const RegistrationFault& fault);

/// Our registration with one provider (RFC 3261 §10.2): kept up, tried again by itself, and taken
/// back at the end. Its password is given only in answer to what its own flow says. Sans-I/O,
/// signalling thread.
class Registration {
 public:
  enum class State : std::uint8_t {
    off,         ///< not begun, or taken back
    trying,      ///< a REGISTER is under way, and nothing is registered
    registered,  ///< until its time; a refresh may be under way
    waiting,     ///< for the next try; see fault()
    leaving,     ///< REGISTER with Expires: 0 is under way
  };

  explicit Registration(RegistrationTerms terms) : terms_(std::move(terms)) {}

  State state() const { return state_; }
  bool is(sip::ClientTransactionId transaction) const {
    return transaction_ && *transaction_ == transaction;
  }
  const RegistrationFault& fault() const { return fault_; }
  /// Value of Service-Route (RFC 3608) of the last 200; empty: there is none.
  const std::string& service_route() const { return service_route_; }
  /// Until when the provider keeps it; only while registered.
  Instant until() const { return until_; }

  /// Registers from this flow, at once; the same when the way to the provider is another one.
  void begin(const sip::Flow& flow, Turn& turn);
  /// There is no way to the provider now: tried again by the pause of failures.
  void on_no_way(Turn& turn);
  void on_response(const sip::ResponseArrived& response, Turn& turn);
  void on_failed(Turn& turn);
  /// True when it is time to find the way and begin().
  bool is_due(Instant now) const { return next_ && *next_ <= now; }
  std::optional<Instant> next_deadline() const {
    return earlier(next_, state_ == State::registered ? std::optional(until_) : std::nullopt);
  }
  /// A registration that ended by its time is over.
  void on_time(Instant now);
  void leave(Turn& turn);

 private:
  void send(Turn& turn, std::string_view credentials_name, std::string_view credentials);
  void on_success(const sip::Message& response, Turn& turn);
  void on_challenge(const sip::Message& response, Turn& turn);
  bool on_too_brief(const sip::Message& response, Turn& turn);
  void fail(RegistrationFault fault, std::optional<std::chrono::seconds> retry_after, Turn& turn);
  bool is_up(Instant now) const { return state_ == State::registered && now < until_; }

  RegistrationTerms terms_;
  State state_ = State::off;
  sip::Flow flow_;
  std::string call_id_;
  std::string tag_;
  std::uint32_t cseq_ = 0;
  std::optional<sip::ClientTransactionId> transaction_;
  std::string answered_nonce_;
  int tries_ = 0;  ///< requests of this round: challenges and a longer time may come once each
  Instant until_{};
  std::optional<Instant> next_;
  std::string service_route_;
  RegistrationFault fault_;
  Retry retry_;
};

}  // namespace dering::trunk
