// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <media.pb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "base/strong_id.h"
#include "directory/binding.h"
#include "directory/directory.h"
#include "identity/verdict.h"
#include "sip/endpoint/endpoint.h"
#include "switchboard/settings.h"

namespace dering::switchboard {

using TokenQuestionId = StrongId<struct TokenQuestionTag>;

// ---- What the switchboard asks of the world -----------------------------------------------------

/// To the edge: close this connection, because its user's sign-in has ended.
struct CloseFlow {
  sip::Flow flow;
};
/// To the edge: a desk phone has signed in on this connection; it may stay silent.
struct KeepFlow {
  sip::Flow flow;
};
/// To the media engine.
struct CommandEngine {
  media::v1::Command command;
};
/// To a worker: verify this bearer token; answer with Switchboard::on_token_verdict().
struct VerifyToken {
  TokenQuestionId question;
  std::string token;
};
/// To the store. A binding is named by (extension, contact_uri).
struct SaveBinding {
  directory::StoredBinding binding;
};
struct DropBinding {
  std::string extension;
  std::string contact_uri;
};
struct SaveCallRecord {
  directory::CallRecord record;
};
/// To the event streams of the API.
struct PresenceChanged {
  std::string extension;
  directory::Presence presence;
};

using Output = std::variant<sip::Send, CloseFlow, KeepFlow, CommandEngine, VerifyToken, SaveBinding,
                            DropBinding, SaveCallRecord, PresenceChanged>;
using Outbox = std::vector<Output>;

// ---- The switchboard ----------------------------------------------------------------------------

/// The whole switchboard without a socket, clock, thread or database: SIP endpoint, registrar, call
/// engine, directory and presence joined. app/ feeds it from real edges, tests/sim from a simulated
/// world. Owns all call state; signalling thread only; every effect leaves through the outbox.
class Switchboard {
 public:
  Switchboard(Settings settings, Random& random);
  Switchboard(Switchboard&&) noexcept;
  Switchboard& operator=(Switchboard&&) noexcept;
  ~Switchboard();

  // -- from the edge
  void on_message(const sip::Flow& flow, sip::Message&& message, Instant now, Outbox& out);
  void on_flow_closed(const sip::Flow& flow, Instant now, Outbox& out);

  // -- from workers
  void on_token_verdict(TokenQuestionId question, identity::TokenVerdict verdict, Instant now,
                        Outbox& out);
  void on_directory(directory::DirectorySnapshot snapshot, Instant now, Outbox& out);
  /// The issuer ended a sign-in. Its connections and bindings go; what becomes of calls is settled
  /// by Settings::calls_after_sign_out.
  void on_signed_out(const identity::LogoutClaims& logout, Instant now, Outbox& out);
  /// Once, before the first message: what the store kept. Only UDP bindings can still be reached.
  void on_stored_bindings(std::vector<directory::StoredBinding> bindings, Instant now, Outbox& out);

  // -- from the media engine
  void on_engine_event(const media::v1::Event& event, Instant now, Outbox& out);
  /// Calls that depended on it end with words; new ones get 503 until Ready comes again.
  void on_engine_lost(Instant now, Outbox& out);

  // -- time
  /// The wall clock at `now`; call once a second or before anything else after a jump.
  void on_wall_clock(UnixSeconds wall, Instant now);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const;

  /// Ends all calls with BYE or a final response; for a clean stop.
  void end_all_calls(Instant now, Outbox& out);

  directory::Presence presence(std::string_view extension) const;

  struct Counts {
    std::size_t calls = 0;
    std::size_t legs = 0;
    std::size_t bindings = 0;
    std::size_t transactions = 0;
    std::size_t flows_signed_in = 0;
    std::size_t flows_dismissed = 0;  ///< signed out, and kept for a call
  };
  Counts counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::switchboard
