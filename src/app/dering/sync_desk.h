// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/person.h"
#include "store/reconciliation.h"
#include "store/store.h"
#include "sync/directory_sync.h"

namespace dering::app {

/// One issuer whose people are read from Keycloak's Admin API.
struct SyncSettings {
  sync::Realm realm;
  sync::AdminApi api;
  directory::NumberPlan plan;
};

/// The directory syncs of all issuers, and the steps by which the store follows them: one at a
/// time, so that the worker can answer requests in between. Worker thread.
class SyncDesk {
 public:
  /// Set in the id of each fetch, so that its answer finds its way here.
  static constexpr std::uint64_t fetch_mark = std::uint64_t{1} << 62;
  using Post = std::function<void(const sync::Fetch&)>;

  SyncDesk(const std::vector<SyncSettings>& settings, store::Store& store, Post post);

  /// What the issuer's discovery document says; empty while it is not known.
  void on_token_endpoint(std::string_view issuer, const std::string& url, sync::Moment moment);
  void start(bool is_forced, sync::Moment moment);
  /// The issuer seems to know better than the directory.
  void want(std::string_view issuer, sync::Moment moment);
  void on_fetched(std::uint64_t id, const sync::Fetched& fetched, sync::Moment moment);
  void on_time(sync::Moment moment);

  /// True while step() has something to do.
  bool has_steps() const { return !applying_.empty(); }
  /// One step of the store. True if the directory has changed, when the last of a sync is done.
  bool step(sync::Moment moment);

  std::vector<directory::SyncState> states() const;

 private:
  struct Source {
    sync::DirectorySync sync;
    directory::NumberPlan plan;
    std::string token_endpoint = {};
  };
  struct Applying {
    std::size_t source;
    store::Reconciliation reconciliation;
  };

  Source* find(std::string_view issuer);
  void carry_out(std::size_t source);

  store::Store& store_;
  Post post_;
  std::vector<Source> sources_;
  std::deque<Applying> applying_;
  sync::Outbox out_;
};

}  // namespace dering::app
