// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "call/call_engine.h"
#include "call/media.h"
#include "call/outcome.h"
#include "call/turn.h"
#include "registrar/registrar.h"
#include "sip/endpoint/endpoint.h"
#include "switchboard/objection.h"
#include "switchboard/presence_board.h"
#include "switchboard/switchboard.h"

namespace dering::switchboard {

/// The pieces of the switchboard and the stairs between them: endpoint → registrar or calls, and
/// what those leave behind → the outbox. Each input runs until nothing is left to tell anybody.
class Switchboard::Impl {
 public:
  Impl(Settings settings, Random& random);

  void on_message(const sip::Flow& flow, sip::Message&& message, Instant now, Outbox& out);
  void on_flow_closed(const sip::Flow& flow, Instant now, Outbox& out);
  void on_token_verdict(TokenQuestionId question, identity::TokenVerdict verdict, Instant now,
                        Outbox& out);
  void on_directory(directory::DirectorySnapshot snapshot, Instant now, Outbox& out);
  void on_signed_out(const identity::LogoutClaims& logout, Instant now, Outbox& out);
  void on_stored_bindings(const std::vector<directory::StoredBinding>& bindings, Instant now,
                          Outbox& out);
  void on_engine_event(const media::v1::Event& event, Instant now, Outbox& out);
  void on_engine_lost(Instant now, Outbox& out);
  void on_wall_clock(UnixSeconds wall, Instant now);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const;
  void end_all_calls(Instant now, Outbox& out);
  directory::Presence presence(std::string_view extension) const { return presence_.of(extension); }
  Counts counts() const;

 private:
  // -- the stairs (switchboard.cpp)
  call::Turn turn(Instant now);
  /// Passes on what the pieces left for each other until all is said.
  void settle(Instant now, Outbox& out);
  void dispatch(sip::Output& event, Instant now, Outbox& out);
  void carry_out_registrar(Instant now, Outbox& out);
  void carry_out_calls(Outbox& out);
  void tell_presence(const std::string& extension, Outbox& out);
  /// Calls that wait for a phone of this user, or ring, learn which can be reached.
  void tell_contacts(const std::string& extension, call::Turn& it);
  /// The sign-in on this connection ended: it is closed, after its calls.
  void dismiss(const sip::Flow& flow, Instant now, Outbox& out);
  void close_dismissed(Outbox& out);

  // -- requests (requests.cpp)
  void on_request(sip::RequestArrived request, Instant now);
  void on_new_call(sip::RequestArrived invite, Instant now);
  /// Who calls; null if the request was answered with a challenge or a refusal.
  const directory::User* caller_of(const sip::RequestArrived& invite, Instant now);
  void route(call::IncomingCall call, Instant now);
  /// Why this call may not even be tried.
  std::optional<call::Outcome> refusal_of(const call::IncomingCall& call) const;
  std::vector<call::Contact> contacts_of(const std::string& extension, Instant now) const;
  void respond(const sip::RequestArrived& request, const Objection& answer, Instant now);

  Settings settings_;
  Random& random_;
  sip::Endpoint endpoint_;
  registrar::Registrar registrar_;
  call::Media media_;
  call::CallEngine calls_;
  PresenceBoard presence_;
  directory::DirectorySnapshot directory_;
  UnixSeconds wall_{};
  Instant wall_set_at_{};

  std::unordered_set<sip::Flow> dismissed_;  ///< signed out, and still needed by a call

  sip::Outbox sip_out_;
  registrar::Outbox registrar_out_;
  call::Outbox call_out_;
};

}  // namespace dering::switchboard
