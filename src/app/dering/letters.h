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

/// From the main thread: end all calls, then return from run().
struct StopSignalling {};

using SignallingLetter = std::variant<switchboard::Input, StopSignalling>;
using SignallingMailbox = Mailbox<SignallingLetter>;

// ---- to the main thread and the worker thread ---------------------------------------------------

/// Once a second from the signalling thread, for `dering status` and /readyz.
struct SignallingReport {
  switchboard::Switchboard::Counts counts;
  bool engine_is_ready = false;
  std::uint32_t media_port = 0;
};

// ---- to the worker thread -----------------------------------------------------------------------

/// From the edge: an HTTP request and the way back.
struct HttpArrived {
  net::HttpRequest request;
  std::unique_ptr<net::HttpReply> reply;
};
/// From the signalling thread: effects of the switchboard as they came out of it.
using WorkerErrand =
    std::variant<identity::VerifyToken, directory::SaveBinding, directory::DropBinding,
                 directory::SaveCallRecord, directory::PresenceChanged>;
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
                                  EndSignIns, StartSync, SignallingReport, StopWorker>;
using WorkerMailbox = Mailbox<WorkerLetter>;

// ---- to the main thread -------------------------------------------------------------------------

using MainMailbox = Mailbox<SignallingReport>;

}  // namespace dering::app
