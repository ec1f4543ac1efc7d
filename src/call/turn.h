// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "base/strong_id.h"
#include "call/media.h"
#include "directory/directory.h"
#include "sip/dialog/dialog.h"
#include "sip/endpoint/endpoint.h"

namespace dering::call {

using CallId = StrongId<struct CallTag>;
using LegId = StrongId<struct LegTag>;

/// Names one leg from outside.
struct LegRef {
  CallId call;
  LegId leg;

  bool operator==(const LegRef&) const = default;
};

/// Which leg waits for what. Legs enter themselves; the call engine takes all entries of a leg out
/// when its call is over.
struct Index {
  std::unordered_map<sip::ClientTransactionId, LegRef> requests;
  std::unordered_map<sip::ServerTransactionId, LegRef> invites;
  std::unordered_map<sip::DialogId, LegRef, sip::DialogIdHash> dialogs;
  std::unordered_map<sip::Flow, std::vector<LegRef>> flows;
  std::unordered_map<PortId, LegRef> ports;
  std::unordered_map<BridgeId, CallId> bridges;
};

/// What calls leave for the world beside SIP messages.
struct Outbox {
  Commands commands;
  std::vector<directory::CallRecord> records;
  std::vector<std::string> touched;  ///< extensions whose presence may have changed
};

/// What a call has at hand while it handles one input.
struct Turn {
  Instant now;
  UnixSeconds wall;         ///< the same moment, for call records
  std::string_view domain;  ///< of From and To
  sip::Endpoint& endpoint;
  Media& media;
  Random& random;
  Index& index;
  sip::Outbox& sip;
  Outbox& out;
};

}  // namespace dering::call
