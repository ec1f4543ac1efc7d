// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/strong_id.h"
#include "directory/binding.h"
#include "sip/endpoint/endpoint.h"
#include "sip/flow.h"

namespace dering::registrar {

using TokenQuestionId = StrongId<struct TokenQuestionTag>;

/// To the endpoint: a final response, whole.
struct Respond {
  sip::ServerTransactionId transaction;
  int status = 0;
  std::string bytes;
};
/// To a worker: verify this bearer token; answer with Registrar::on_token_verdict().
struct VerifyToken {
  TokenQuestionId question;
  std::string token;
};
/// To the store: this binding is new or was refreshed.
struct SaveBinding {
  directory::StoredBinding binding;
};
struct DropBinding {
  std::string extension;
  std::string contact_uri;
};
/// To the edge: the sign-in of this connection ended.
struct CloseFlow {
  sip::Flow flow;
};
/// To the edge: a desk phone has signed in on this connection, and may be silent on it for as long
/// as it likes.
struct KeepFlow {
  sip::Flow flow;
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

using Output = std::variant<Respond, VerifyToken, SaveBinding, DropBinding, CloseFlow, KeepFlow,
                            BindingsChanged, BindingMoved>;
using Outbox = std::vector<Output>;

}  // namespace dering::registrar
