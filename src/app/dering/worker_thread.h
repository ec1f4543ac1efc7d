// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/api.h"
#include "app/dering/letters.h"
#include "app/dering/readiness.h"
#include "app/dering/sync_desk.h"
#include "app/dering/token_desk.h"
#include "base/random.h"
#include "directory/person.h"
#include "identity/keys.h"
#include "identity/refusal_log.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "store/store.h"

namespace dering::app {

struct WorkerSettings {
  api::Settings api;
  std::vector<identity::Issuer> external_issuers;
  std::map<std::string, directory::NumberPlan, std::less<>> plans;  ///< by the issuer's url
  std::vector<SyncSettings> syncs;
  std::function<void(net::Readiness)> tell_readiness;
};

/// The thread that may block: owns the store, judges tokens, keeps the directory and answers HTTP
/// requests. Everything but mailbox() and run() belongs to it.
class WorkerThread {
 public:
  /// What it writes to.
  struct Neighbours {
    SignallingMailbox& signalling;
    net::HttpClient& client;
  };

  WorkerThread(std::unique_ptr<store::Store> store, identity::SigningKey key,
               WorkerSettings settings);

  WorkerMailbox& mailbox() { return mailbox_; }
  /// Until StopWorker; what was posted before it is done first.
  void run(Neighbours neighbours);

 private:
  enum class State : std::uint8_t { working, stopping };
  using Provision = std::expected<directory::DirectorySnapshot, api::NotProvisioned>;

  api::Outlets outlets();
  void take(WorkerLetter& letter);
  void take(WorkerErrand& errand);
  void take(FetchAnswered& letter);
  void tell_token_endpoints();
  void on_second();
  /// Tells the edge how all stands, for /readyz.
  void tell_readiness();
  void judge(const identity::VerifyToken& question);
  identity::TokenVerdict verdict_on(const std::string& token);
  /// A place in the directory for somebody whose token is good.
  Provision provision(const identity::TokenClaims& claims);
  void reload_directory();
  void publish(directory::DirectorySnapshot snapshot);
  void write_out();

  net::EventLoop loop_;
  WorkerMailbox mailbox_;
  SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  identity::SigningKey key_;
  std::map<std::string, directory::NumberPlan, std::less<>> plans_;
  std::optional<Neighbours> neighbours_;  ///< while it runs
  directory::DirectorySnapshot directory_ = std::make_shared<const directory::Directory>();
  std::function<void(net::Readiness)> tell_readiness_;
  std::vector<std::string> external_issuers_;  ///< their urls
  bool engine_is_ready_ = false;
  std::optional<Instant> reported_at_;  ///< by the signalling thread
  bool is_store_ill_ = false;           ///< the last changes were lost
  TokenDesk tokens_;
  identity::RefusalLog refusals_;
  SyncDesk sync_;
  api::Api api_;
  State state_ = State::working;
  std::vector<WorkerLetter> letters_;
  std::vector<store::Write> writes_;  ///< of one round: one transaction
};

}  // namespace dering::app
