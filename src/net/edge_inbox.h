// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/file_descriptor.h"
#include "base/mailbox.h"
#include "net/certificate.h"
#include "net/edge.h"
#include "net/http_message.h"
#include "net/probes.h"

namespace dering::net {

/// What both ends of an event stream know of it: how much waits to be written, and whether it is
/// over.
struct StreamGauge {
  std::atomic<std::size_t> queued{0};
  std::atomic<bool> is_closed{false};
};

// Letters to the edge thread. Connections are named by number: one that is gone is no error.
struct SendMessage {
  std::uint64_t connection;
  std::string bytes;
};
struct CloseConnection {
  std::uint64_t connection;
  CloseReason reason = CloseReason::normal;
};
struct KeepConnection {
  std::uint64_t connection;
};
struct Respond {
  std::uint64_t connection;
  HttpResponse response;
};
struct OpenStream {
  std::uint64_t connection;
  std::shared_ptr<StreamGauge> gauge;
};
struct SendEvents {
  std::uint64_t connection;
  std::string bytes;
};
struct UseCertificate {
  std::size_t listener;
  KeyPair pair;
};
using Letter = std::variant<SendMessage, CloseConnection, KeepConnection, Respond, OpenStream,
                            SendEvents, UseCertificate, Readiness>;

/// How other threads reach the edge thread. Replies share it with the edge, so that one which
/// outlives the edge writes to nobody instead of into freed memory.
class EdgeInbox {
 public:
  explicit EdgeInbox(std::size_t capacity) : letters_(capacity, [this] { wakeup_.signal(); }) {}

  bool post(Letter letter) { return letters_.post(std::move(letter)); }  ///< any thread
  /// Any thread. Not a letter: a full mailbox must not keep the edge from stopping.
  void stop() {
    is_stopping_.store(true);
    wakeup_.signal();
  }

  // Edge thread.
  void take(std::vector<Letter>& out) {
    wakeup_.clear();
    letters_.take(out);
  }
  bool is_stopping() const { return is_stopping_.load(); }
  int wakeup_fd() const { return wakeup_.fd(); }

  std::size_t refused() const { return letters_.refused(); }  ///< any thread

 private:
  Wakeup wakeup_;
  Mailbox<Letter> letters_;
  std::atomic<bool> is_stopping_{false};
};

/// A reply for the request that the connection has open.
std::unique_ptr<HttpReply> make_reply(std::shared_ptr<EdgeInbox> inbox, std::uint64_t connection,
                                      std::size_t event_queue_cap);

}  // namespace dering::net
