// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/mailbox.h"
#include "directory/binding.h"
#include "directory/directory.h"
#include "identity/verdict.h"
#include "net/http_client.h"
#include "net/http_message.h"
#include "sip/flow.h"
#include "sip/message/message.h"
#include "switchboard/switchboard.h"

// What the threads of dering write to each other.
namespace dering::app {

// ---- to the signalling thread -------------------------------------------------------------------

/// From the edge: a parsed message, or the end of a connection.
struct FlowMessage {
  sip::Flow flow;
  sip::Message message;
};
struct FlowClosed {
  sip::Flow flow;
};
/// From the worker.
struct TokenVerdict {
  switchboard::TokenQuestionId question;
  identity::TokenVerdict verdict;
};
struct DirectoryChanged {
  directory::DirectorySnapshot snapshot;
};
/// From the worker: an issuer ended a sign-in.
struct SignedOut {
  identity::LogoutClaims logout;
};
/// From the main thread: end all calls, then return from run().
struct StopSignalling {};

using SignallingLetter = std::variant<FlowMessage, FlowClosed, TokenVerdict, DirectoryChanged,
                                      SignedOut, StopSignalling>;
using SignallingMailbox = Mailbox<SignallingLetter>;

// ---- to the worker thread -----------------------------------------------------------------------

/// From the edge: an HTTP request and the way back.
struct HttpArrived {
  net::HttpRequest request;
  std::unique_ptr<net::HttpReply> reply;
};
/// From the signalling thread: switchboard::VerifyToken, SaveBinding, DropBinding, SaveCallRecord
/// and PresenceChanged as they came out of the switchboard.
using WorkerErrand =
    std::variant<switchboard::VerifyToken, switchboard::SaveBinding, switchboard::DropBinding,
                 switchboard::SaveCallRecord, switchboard::PresenceChanged>;
/// From the fetch thread.
struct FetchAnswered {
  net::HttpAnswer answer;
};
/// From the main thread: an account was changed by another program.
struct ReloadDirectory {};
/// From the main thread: another program changed that person's password, or shut them out.
struct EndSignIns {
  std::string username;
};
/// From the main thread, for `dering sync`.
struct StartSync {
  bool is_forced = false;
};
struct StopWorker {};

using WorkerLetter = std::variant<HttpArrived, WorkerErrand, FetchAnswered, ReloadDirectory,
                                  EndSignIns, StartSync, StopWorker>;
using WorkerMailbox = Mailbox<WorkerLetter>;

// ---- to the main thread -------------------------------------------------------------------------

/// Once a second from the signalling thread, for `dering status`.
struct SignallingReport {
  switchboard::Switchboard::Counts counts;
  bool engine_is_ready = false;
  std::uint32_t media_port = 0;
};
using MainMailbox = Mailbox<SignallingReport>;

}  // namespace dering::app
