// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/dering/letters.h"
#include "net/event_loop.h"

namespace dering::app {

/// The thread on which passwords are hashed, one after the other, and nothing else. Everything but
/// mailbox() and run() belongs to it.
class PasswordLane {
 public:
  PasswordLane();

  PasswordMailbox& mailbox() { return mailbox_; }
  /// Until StopPasswords.
  void run(WorkerMail& worker);

 private:
  net::EventLoop loop_;
  PasswordMailbox mailbox_;
};

}  // namespace dering::app
