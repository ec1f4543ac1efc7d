// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/index.h"
#include "base/instant.h"
#include "base/strong_id.h"
#include "base/text_hash.h"
#include "sip/endpoint/endpoint.h"

namespace dering::ua {

/// The leg that a peer, an invitation or a usage belongs to: whatever comes in for it is found by
/// this. Unique for ever.
using LegId = StrongId<struct LegTag>;

/// Which leg waits for what. Who waits keeps the entry, and the entry goes with it.
struct LegIndex {
  Index<sip::ClientTransactionId, LegId> requests;
  Index<sip::ServerTransactionId, LegId> invites;
  /// By our own tag, which nobody guesses; Peer::is_in_dialog() judges the rest.
  Index<std::string, LegId, TextHash> dialogs;
  MultiIndex<sip::Flow, LegId> flows;
};
using RequestEntry = decltype(LegIndex::requests)::Entry;
using InviteEntry = decltype(LegIndex::invites)::Entry;
using DialogEntry = decltype(LegIndex::dialogs)::Entry;
using FlowEntry = decltype(LegIndex::flows)::Entry;

/// What a machine of this folder has at hand while it handles one input. Signalling thread.
struct Turn {
  Instant now;
  std::string_view domain;  ///< of From and To
  sip::Endpoint& endpoint;
  LegIndex& index;
  sip::Outbox& sip;
};

}  // namespace dering::ua
