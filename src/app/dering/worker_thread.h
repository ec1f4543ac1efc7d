// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "api/api.h"
#include "app/dering/letters.h"
#include "base/random.h"
#include "identity/keys.h"
#include "identity/token.h"
#include "net/event_loop.h"
#include "store/store.h"

namespace dering::app {

/// The thread that may block: owns the store, checks tokens and answers HTTP requests. Everything
/// but mailbox() and run() belongs to it.
class WorkerThread {
 public:
  WorkerThread(std::unique_ptr<store::Store> store, identity::SigningKey key,
               api::Settings settings);

  WorkerMailbox& mailbox() { return mailbox_; }
  /// Until StopWorker; what was posted before it is done first.
  void run(SignallingMailbox& signalling);

 private:
  enum class State : std::uint8_t { working, stopping };

  void take(WorkerLetter& letter, SignallingMailbox& signalling);
  void take(WorkerErrand& errand, SignallingMailbox& signalling);
  void reload_directory(SignallingMailbox& signalling);
  void write_out();

  net::EventLoop loop_;
  WorkerMailbox mailbox_;
  SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  identity::SigningKey key_;
  identity::TokenVerifier verifier_;
  api::Api api_;
  State state_ = State::working;
  std::vector<WorkerLetter> letters_;
  std::vector<store::Write> writes_;  ///< of one round: one transaction
};

}  // namespace dering::app
