// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "directory/person.h"
#include "directory/records.h"
#include "sync/population_reader.h"

namespace dering::sync {

struct SyncTimes {
  std::chrono::minutes every{15};          ///< from the end of one to the beginning of the next
  std::chrono::minutes first_retry{1};     ///< after a failure; doubles up to `every`
  std::chrono::minutes longest{15};        ///< of the reading
  std::chrono::seconds between_wants{60};  ///< of those that nobody asked for by hand
};

/// Both clocks at one moment.
struct Moment {
  Instant now{};
  UnixSeconds wall{0};
};

/// Keeps the people of one Keycloak realm in step: reads them all every 15 minutes and when asked
/// to, and hands them to the store. Nothing is handed over unless the whole reading succeeded.
/// Sans-I/O. Worker thread.
class DirectorySync {
 public:
  /// Ids of its fetches count up from `first`.
  DirectorySync(Realm realm, AdminApi api, FetchId first, SyncTimes times = {});

  /// From the issuer's discovery document. The first time: begins with the first sync.
  void on_token_endpoint(std::string url, Moment moment, Outbox& out);
  /// By hand. While one runs: nothing, but that `is_forced` counts for it too. "Forced" is a sync
  /// that may disable more than half of the people.
  void start(bool is_forced, Moment moment, Outbox& out);
  /// Something suggests that the issuer knows better: a disabled user showed a good token.
  void want(Moment moment, Outbox& out);
  void on_fetched(FetchId id, const Fetched& fetched, Moment moment, Outbox& out);
  /// The last step of Apply is done, or one failed.
  void on_applied(const directory::Stored<directory::Reconciled>& applied, Moment moment);
  void on_time(Moment moment, Outbox& out);
  std::optional<Instant> next_deadline() const;

  const directory::SyncState& state() const { return state_; }

 private:
  enum class Stage : std::uint8_t { waiting_for_issuer, resting, reading, applying };

  void begin(Moment moment, Outbox& out);
  void look_at_reader(Moment moment, Outbox& out);
  void finish(Moment moment);
  void fail(std::string sentence, Moment moment);

  Realm realm_;
  AdminApi api_;
  SyncTimes times_;
  std::string token_endpoint_;
  Stage stage_ = Stage::waiting_for_issuer;
  std::optional<Instant> deadline_;  ///< of the stage
  std::optional<PopulationReader> reader_;
  FetchId next_fetch_;
  bool is_forced_ = false;
  std::optional<Instant> began_;  ///< the last one
  std::chrono::minutes retry_;
  directory::SyncState state_;
};

}  // namespace dering::sync
