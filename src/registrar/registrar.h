// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "base/names.h"
#include "base/random.h"
#include "directory/directory.h"
#include "identity/verdict.h"
#include "registrar/bindings.h"
#include "registrar/digest_sign_in.h"
#include "registrar/flow_sign_ins.h"
#include "registrar/held.h"
#include "registrar/outbox.h"
#include "registrar/phone_rate.h"
#include "sip/endpoint/endpoint.h"
#include "sip/message/writer.h"

namespace dering::registrar {

struct Settings {
  std::string realm = "dering";
  std::string authorization_server{};  ///< authz_server of a Bearer challenge: the issuer's URL
  bool md5 = true;                     ///< desk phones may answer with MD5
  /// Past it a phone of the same user makes room for the one that comes.
  std::size_t bindings_per_user = 10;
  std::size_t bindings = 200'000;          ///< of all users; past it 503
  std::size_t sign_ins = 100'000;          ///< connections; past it 503
  std::size_t questions = 10'000;          ///< REGISTERs that wait for a verdict; past it 503
  unsigned registrations_per_minute = 60;  ///< of one phone, so many at once; see PhoneRate
  Duration probe_interval = std::chrono::seconds(60);  ///< of phones that are reached by UDP
};

/// The registrar of RFC 3261 §10.3 with the flows of RFC 5626: who is signed in on which
/// connection, and where the phones of a user are. Browsers (WebSocket) sign in with a bearer token
/// (RFC 8898), desk phones by digest. Sans-I/O: signalling thread only; every effect leaves through
/// the outbox.
///
/// A WebSocket flow belongs to one user for its whole life, and no longer than its token. A
/// connection by TCP or TLS belongs to whoever signed in on it by digest; a UDP address to nobody,
/// since it can be forged.
class Registrar {
 public:
  Registrar(Settings settings, Random& random);

  // -- inputs
  /// A REGISTER from the endpoint.
  void on_request(sip::RequestOffered request, Instant now, Outbox& out);
  /// Questions that nobody waits for any more are ignored.
  void on_token_verdict(TokenQuestionId question, identity::TokenVerdict verdict, Instant now,
                        Outbox& out);
  /// Its phones are not rung any more; they stay present for 10 s, so that they can come back.
  void on_flow_closed(const sip::Flow& flow, Instant now, Outbox& out);
  /// The issuer ended a sign-in: connections that its tokens signed in end now. The user's other
  /// connections have 30 s to show a token that is newer than this.
  void on_signed_out(const identity::LogoutClaims& logout, Instant now, Outbox& out);
  /// Phones and connections of numbers that are nobody's now, or somebody else's, go too.
  void on_directory(const directory::DirectoryChanged& change, Outbox& out);
  /// Once, after the first wall clock. UDP bindings can be reached at once; the others have 30 s to
  /// come back.
  void on_stored_bindings(const std::vector<directory::StoredBinding>& bindings, Instant now,
                          Outbox& out);
  /// The wall clock at `now`; before anything else, and after each jump.
  void on_wall_clock(UnixSeconds wall, Instant now);
  /// What became of a Probe: any response, or none.
  void on_probed(const ProbeId& probe, bool is_answered, Outbox& out) {
    bindings_.on_probed(probe, is_answered, out);
  }
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const;
  /// What is known now; restore() makes a registrar that knows it, too.
  Held held(Instant now) const;
  void restore(const Held& held, Instant now, Outbox& out);
  /// From here on the tags of responses are those of this key.
  void restart_names(const dering::Names::Key& key) { tags_.restart(key); }
  /// Whom to ask which phones are in a call: those make room for others last.
  void spare(Bindings::IsInCall is_in_call) { bindings_.spare(std::move(is_in_call)); }
  /// See Bindings.
  void know_by_calls(Bindings::FlowsInCall flows_in_call) {
    bindings_.know_by_calls(std::move(flows_in_call));
  }

  // -- questions
  /// Who is signed in on this connection: never null for one that may place calls without a
  /// challenge. Valid until the next on_directory().
  const directory::User* user_of(const sip::Flow& flow) const;
  /// True if this user is signed in on this connection, alone or among others.
  bool is_signed_in(const sip::Flow& flow, std::string_view extension) const {
    return sign_ins_.is_on(flow, extension);
  }
  /// True if one user alone is signed in on this connection, and nobody else has called by it: what
  /// was said there may be said again where that user's phone is next.
  bool is_sole(const sip::Flow& flow) const { return sign_ins_.is_sole(flow); }
  bool is_shared(const sip::Flow& flow) const { return sign_ins_.has(flow) && !is_sole(flow); }
  /// Somebody has proven by digest who he is, and is not signed in here.
  void note_guest(const sip::Flow& flow) { sign_ins_.note_guest(flow); }
  /// For requests of desk phones other than REGISTER.
  DigestDecision authorize_digest(const sip::RequestOffered& request, Instant now) {
    return digest_.authorize(request, now);
  }
  /// The phones of a user that can be rung now.
  std::vector<Contact> contacts_of(std::string_view extension, Instant now) const {
    return bindings_.contacts_of(extension, now);
  }
  /// Names the phone of this user on that flow (RFC 5626 §4.1); empty if nothing does.
  std::string instance_on(std::string_view extension, const sip::Flow& flow) const {
    return bindings_.instance_on(extension, flow);
  }
  /// Which desk phone of this user, on a connection that is signed in, sent what has this Contact.
  std::string device_on(std::string_view extension, const sip::Flow& flow,
                        std::string_view contact) const {
    return bindings_.device_on(extension, flow, contact);
  }
  /// True if a phone of this user is registered, or lost its flow a moment ago.
  bool is_present(std::string_view extension) const { return bindings_.has(extension); }

  struct Counts {
    std::size_t bindings = 0;
    std::size_t flows_signed_in = 0;
    std::size_t questions = 0;
    std::uint64_t silent = 0;     ///< phones that were dropped since they did not answer
    std::uint64_t displaced = 0;  ///< phones that made room for another of the same user
    std::uint64_t shed = 0;       ///< phones whose last connection was forgotten before its time
  };
  Counts counts() const;
  void list(TableSizes& out) const;

 private:
  /// A REGISTER that waits for the verdict on its token.
  struct Waiting {
    TokenQuestionId question;
    sip::RequestOffered request;
  };

  void on_bearer(sip::RequestOffered request, std::string_view token, Outbox& out);
  void on_digest(sip::RequestOffered& request, Instant now, Outbox& out);
  void refuse_token(sip::RequestOffered& request, const identity::TokenRefused& refused,
                    Outbox& out);
  void judge_token(sip::RequestOffered& request, const identity::TokenClaims& claims, Instant now,
                   Outbox& out);
  /// The REGISTER of a user who is signed in.
  struct SignedIn {
    const directory::User& user;
    std::chrono::seconds longest;  ///< no binding lives longer than its sign-in
    bool is_fresh = false;         ///< see Registrant
    std::string_view device = {};  ///< whose credentials were good; empty: it showed a token
  };
  void update_bindings(sip::RequestOffered& request, const SignedIn& by, Instant now, Outbox& out);
  void end_sign_in(const sip::Flow& flow, Outbox& out);
  /// The same, and its phone is expected to sign in again.
  void sign_out(const sip::Flow& flow, Instant now, Outbox& out);
  /// True if the logout speaks of this user, whoever's session it names.
  bool is_vouched_for(const std::string& extension, const identity::LogoutClaims& logout) const;

  /// Who is not signed in.
  void turn_away(sip::RequestOffered& request, sip::StatelessAnswer answer, Outbox& out);
  /// Who is signed in, but may not do this.
  void refuse(sip::RequestOffered& request, int status, Outbox& out) {
    refuse(request, sip::Refusal{status, {}}, out);
  }
  /// With the refusal's phrase, or that of its status.
  void refuse(sip::RequestOffered& request, const sip::Refusal& refusal, Outbox& out);
  void respond(sip::RequestOffered& request, int status, std::string bytes, Outbox& out);
  /// Before the answer that refuses it.
  void tell(const sip::RequestOffered& request, refusal::Reason reason, Outbox& out,
            std::string_view note = {}) const;
  void tell_misread(const sip::RequestOffered& request, int status, Outbox& out) const;
  void ask_for_token(sip::RequestOffered& request, bool sent_one, Outbox& out);
  sip::MessageWriter response(const sip::RequestOffered& request, int status,
                              std::string_view phrase = {});
  UnixSeconds wall_at(Instant now) const;

  Settings settings_;
  Random& random_;
  dering::Names tags_;
  directory::DirectorySnapshot directory_;
  DigestSignIn digest_;
  FlowSignIns sign_ins_;
  Bindings bindings_;
  PhoneRate registrations_;
  std::unordered_map<sip::Flow, Waiting> waiting_;
  std::unordered_map<TokenQuestionId, sip::Flow> questions_;
  std::uint64_t last_question_ = 0;
  UnixSeconds wall_{};
  Instant wall_set_at_{};
};

}  // namespace dering::registrar
