// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "app/dering/letters.h"
#include "app/dering/password_queue.h"
#include "app/dering/readiness.h"
#include "app/dering/sync_desk.h"
#include "base/log_gate.h"
#include "base/random.h"
#include "directory/person.h"
#include "identity/keys.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "routing/document/plan_book.h"
#include "store/accounts.h"
#include "store/forwarding_book.h"
#include "store/plan_versions.h"
#include "store/store.h"

namespace dering::app {

struct WorkerSettings {
  api::Settings api;
  std::map<std::string, directory::NumberPlan, std::less<>> plans;  ///< by the issuer's url
  std::vector<SyncSettings> syncs;
  std::function<void(net::Readiness)> tell_readiness;
  std::chrono::days keep_calls{90};  ///< how long call records are kept
  std::function<std::expected<void, std::string>()> reload_certificates = {};
  /// See api::Outlets.
  std::function<std::expected<api::LoggingState, std::string>(const api::LoggingWish&)>
      change_logging = {};
};

/// How many changes wait for room on the disk, and how many were lost: written by the worker, read
/// by the main thread.
struct DiskBacklog {
  std::atomic<std::size_t> waiting{0};
  std::atomic<std::size_t> lost{0};
};

/// The thread that may wait for a disk: owns the store, keeps the directory and answers HTTP
/// requests. Tokens and passwords are judged on lanes of their own. Everything but mail() and run()
/// belongs to it.
class WorkerThread {
 public:
  /// What it writes to.
  struct Neighbours {
    SignallingMail& signalling;
    TokenMail& tokens;
    PasswordMailbox& passwords;
    net::HttpClient& client;
    DiskBacklog& backlog;
  };

  WorkerThread(std::unique_ptr<store::Store> store, identity::SigningKey key,
               WorkerSettings settings);

  WorkerMail& mail() { return mail_; }
  /// A telephone is registered from there. Before run(): those that the store kept.
  void on_sign_in(const directory::StoredBinding& binding);
  /// Before run(): the plan that the store kept; the house's own codes where there is none.
  routing::PlanSnapshot read_plan();
  /// Until StopWorker; what was posted before it is done first.
  void run(Neighbours neighbours);

 private:
  enum class State : std::uint8_t { working, stopping };
  using Provision = std::expected<directory::DirectorySnapshot, api::NotProvisioned>;

  api::Outlets outlets();
  void read_mail();
  void tell_pages(const directory::PresenceChanged& it);
  void tell_pages(const directory::LineChanged& it);
  void tell_pages(const directory::RingingChanged& it);
  void tell_pages(const directory::ParkingChanged& it);
  void tell_pages(const directory::TrunkChanged& it);
  void take(directory::Errand& errand);
  void tell_forwarding(const directory::ForwardingChanged& changed);
  void take(WorkerNews& news);
  void take(IssuerState& state);
  void take(HttpArrived& arrived);
  void on_second();
  /// Tells the edge how all stands, for /readyz.
  void tell_readiness();
  void tell_backlog();
  void sweep();
  void welcome(Vouched& vouched);
  void post(const sync::Fetch& fetch);
  /// A place in the directory for somebody whose token is good.
  Provision provision(const identity::TokenClaims& claims);
  void reload_directory();
  void publish(directory::DirectorySnapshot snapshot);
  void bury_retired();
  void tell_histories();
  void write_out();

  net::EventLoop loop_;
  WorkerMail mail_;
  SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  store::AccountBook accounts_;
  store::ForwardingBook forwardings_;
  store::PlanVersions plan_versions_;
  routing::PlanBook plan_;
  identity::SigningKey key_;
  std::map<std::string, directory::NumberPlan, std::less<>> plans_;
  std::chrono::days keep_calls_;
  std::function<std::expected<void, std::string>()> reload_certificates_;
  std::function<std::expected<api::LoggingState, std::string>(const api::LoggingWish&)>
      change_logging_;
  Instant next_sweep_{};
  Instant next_backlog_line_{};
  std::optional<Neighbours> neighbours_;  ///< while it runs
  directory::DirectorySnapshot directory_ = std::make_shared<const directory::Directory>();
  /// Earlier ones that other threads may still hold.
  std::vector<directory::DirectorySnapshot> retired_;
  std::function<void(net::Readiness)> tell_readiness_;
  std::map<std::string, std::string> issuer_troubles_;  ///< by url; empty: it is well
  std::map<std::string, std::string> trunk_states_;     ///< as they were logged last, by id
  bool engine_is_ready_ = false;
  std::optional<Instant> reported_at_;  ///< by the signalling thread
  PasswordQueue passwords_;
  SyncDesk sync_;
  api::Api api_;
  State state_ = State::working;
  std::uint64_t refusals_unseen_ = 0;  ///< by edge and signalling thread, as was told last
  LogGate no_place_line_;
  LogGate store_line_;
  std::vector<store::Write> writes_;  ///< of one round: one transaction
};

}  // namespace dering::app
