// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/joined.h"
#include "directory/errand.h"
#include "identity/verdict.h"
#include "refusal/refusal.h"
#include "sip/endpoint/endpoint.h"
#include "sip/flow.h"

namespace dering::registrar {

using directory::DropBinding;
using directory::SaveBinding;
using identity::TokenQuestionId;
using identity::VerifyToken;
using sip::CloseFlow;
using sip::KeepFlow;

/// To the endpoint: the final response, whole, to somebody who is signed in. It is kept for
/// repetitions of the request.
struct Respond {
  sip::RequestOffered request;
  int status = 0;
  std::string bytes;
};
/// To the endpoint: the answer to somebody who is not, or not yet. Nothing is kept.
struct TurnAway {
  sip::RequestOffered request;
  sip::StatelessAnswer answer;
  bool is_told = false;  ///< a refusal, which was told already
};
/// Phones of this user came or went: its presence may have changed.
struct BindingsChanged {
  std::string extension;
};
/// A phone came back on another flow (RFC 5626): its dialogs go there too.
struct BindingMoved {
  std::string extension;
  std::string instance;
  sip::Flow from;
  sip::Flow to;
};

/// The phone there answers no OPTIONS any more and is not rung: it has died.
struct PhoneSilent {
  sip::Flow flow;
};
/// A phone registered where it was, and as one that was switched on anew (RFC 3261 §10.2.4: another
/// Call-ID): what it knew of calls it may have forgotten.
struct PhoneRestarted {
  std::string extension;
  sip::Flow flow;
};

/// Names one binding as it was when it was probed.
struct ProbeId {
  std::string extension;
  std::uint64_t stamp = 0;
};
/// To the endpoint: ask this phone by OPTIONS whether it is there; then Registrar::on_probed().
struct Probe {
  ProbeId id;
  sip::Flow flow;
  std::string uri;
  std::string path;  ///< Route; may be empty
};

/// Effects that the switchboard passes on unchanged.
using Effect =
    Joined<std::variant<VerifyToken, CloseFlow, KeepFlow, refusal::Refusal>, directory::Errand>;

/// What a registrar leaves: for the switchboard beside it, and effects.
using Output = Joined<std::variant<Respond, TurnAway, BindingsChanged, BindingMoved, PhoneSilent,
                                   PhoneRestarted, Probe>,
                      Effect>;
using Outbox = std::vector<Output>;

}  // namespace dering::registrar
