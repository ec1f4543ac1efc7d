// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "app/dering/letters.h"
#include "app/dering/log_file.h"
#include "base/log_gate.h"
#include "monitor/trace_ring.h"
#include "net/event_loop.h"

namespace dering::app {

/// The thread that writes SIP messages, masked, into a file while that is wanted. It reads the ring
/// of the signalling thread part by part, as an administrator does: a slow disk holds nobody up,
/// and what goes by too fast for it is counted in the file. Everything but mailbox() and run()
/// belongs to it.
class SipLogLane {
 public:
  SipLogLane(std::filesystem::path path, LogFile::Bounds bounds);

  SipLogMailbox& mailbox() { return mailbox_; }
  /// Until StopSipLog.
  void run(SignallingMail& signalling);

 private:
  enum class State : std::uint8_t {
    off,
    beginning,  ///< where the ring ends now is not known yet
    waiting,    ///< until it asks again
    asking,
    stopping,
  };

  void take(const SipLogSwitch& wanted);
  void take(const LiveTold& told);
  void take(const StopSipLog&) { state_ = State::stopping; }
  void ask(std::uint64_t from, State next);
  void write(const monitor::TracePart& part);

  net::EventLoop loop_;
  SipLogMailbox mailbox_;
  LogFile file_;
  SignallingMail* signalling_ = nullptr;  ///< while it runs
  State state_ = State::off;
  std::uint64_t next_ = 0;
  Instant ask_at_{};
  LogGate fault_line_;
};

}  // namespace dering::app
