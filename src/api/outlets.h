// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/strong_id.h"
#include "directory/binding.h"
#include "directory/directory.h"
#include "directory/person.h"
#include "identity/verdict.h"
#include "monitor/trace_ring.h"

namespace dering::api {

/// Why somebody with a good token gets no place in the directory.
enum class NotProvisioned : std::uint8_t {
  disabled,
  range_full,    ///< no number is left for them
  malformed,     ///< what the token calls them is no text for a directory
  store_failed,  ///< try again
};
std::string_view name_of(NotProvisioned why);

using PasswordQuestionId = StrongId<struct PasswordQuestionTag>;

/// Checking a password takes some 30 ms of CPU, so it is done on a thread of its own.
struct PasswordQuestion {
  PasswordQuestionId id;
  std::string password;
  std::string hash;
  /// network_of() the peer, or a browser that the name is known with: each has a fair share of that
  /// thread.
  std::string network;
  bool is_known = false;  ///< that name has signed in there before: it goes first
};

/// How the switchboard is at one moment.
struct Status {
  std::string json;  ///< an object
};

/// To whoever records what the switchboard takes; RecordingPart is the answer.
struct RecordingOrder {
  enum class What : std::uint8_t { begin, next, end };
  std::uint64_t id = 0;
  What what = What::next;
};
struct RecordingPart {
  std::uint64_t order = 0;
  int status = 200;
  std::string text;  ///< what was recorded since the last part, or a sentence why there is nothing
};

/// To whoever owns what is live; LivePart is the answer. Each costs the signalling thread bounded
/// work.
struct LiveOrder {
  /// SIP messages from that number on.
  struct Trace {
    std::uint64_t from = 0;
  };
  std::uint64_t id = 0;
  std::variant<Trace> what;
};
struct LivePart {
  std::uint64_t order = 0;
  std::variant<monitor::TracePart> what;
};

/// How much is written down.
struct LoggingState {
  std::string level;  ///< "debug", "info", "warning", "error"
  bool writes_sip = false;
  std::string sip_file;
};
struct LoggingWish {
  std::optional<std::string> level;
  std::optional<bool> writes_sip;
};

/// What the API asks of the program around it. All are called on the worker thread, within
/// on_request(), and may call the Api's other inputs in turn. An empty one does nothing, or
/// refuses.
struct Outlets {
  /// A good token of somebody whom the directory does not know, or knows by another name. Gives the
  /// directory with them in it, once all others have been told of it too.
  std::function<std::expected<directory::DirectorySnapshot, NotProvisioned>(
      const identity::TokenClaims&)>
      provision = {};
  /// A sign-in was ended: whoever judges tokens has to know, then Api::on_signed_out(), then its
  /// flows and bindings have to go.
  std::function<void(const identity::LogoutClaims&)> signed_out = {};
  /// The store's devices have changed: the switchboard must learn of it at once.
  std::function<void()> directory_touched = {};
  /// Somebody typed a password. False if too many wait to be checked; Api::on_password_judged() is
  /// the answer, and may come before this returns.
  std::function<bool(const PasswordQuestion&)> check_password = {};
  /// Starts the sync of all issuers that have one; `force` lets it disable any number of people.
  std::function<void(bool force)> start_sync = {};
  /// Somebody wants to know how the switchboard is. Api::on_status() is the answer.
  std::function<void()> status_wanted = {};
  /// Api::on_recording() is the answer.
  std::function<void(const RecordingOrder&)> recording_ordered = {};
  /// Api::on_live() is the answer.
  std::function<void(const LiveOrder&)> live_ordered = {};
  /// All phones that are registered, as the store keeps them.
  std::function<std::expected<std::vector<directory::StoredBinding>, std::string>()> registrations =
      {};
  /// Nothing is changed where nothing is wished; a sentence if it cannot be.
  std::function<std::expected<LoggingState, std::string>(const LoggingWish&)> change_logging = {};
  /// Certificates are to be read again; a sentence if they can't be.
  std::function<std::expected<void, std::string>()> reload = {};
  /// One entry for each issuer that has a sync.
  std::function<std::vector<directory::SyncState>()> sync_state = {};
};

}  // namespace dering::api
