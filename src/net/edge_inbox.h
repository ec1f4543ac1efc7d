// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <iterator>
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
  bool has_signed_in = false;
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
/// outlives the edge writes to nobody instead of into freed memory. SIP messages, events of streams
/// and what must arrive lie apart: none of them takes another's room.
class EdgeInbox {
 public:
  /// So many SIP messages may wait, and so many events.
  explicit EdgeInbox(std::size_t capacity)
      : answers_(Mailbox<Letter>::unbounded, wake()),
        messages_(capacity, wake()),
        events_(capacity, wake()),
        ends_(Mailbox<Letter>::unbounded, wake()) {}

  // Any thread. False if too many wait.
  [[nodiscard]] bool post(SendMessage letter) { return messages_.post(std::move(letter)); }
  [[nodiscard]] bool post(SendEvents letter) { return events_.post(std::move(letter)); }

  // Any thread. There can only be so many: for each connection that is open.
  void post_always(CloseConnection letter) { ends_.post_always(std::move(letter)); }
  void post_always(KeepConnection letter) { answers_.post_always(std::move(letter)); }
  void post_always(Respond letter) { answers_.post_always(std::move(letter)); }
  void post_always(OpenStream letter) { answers_.post_always(std::move(letter)); }
  void post_always(UseCertificate letter) { answers_.post_always(std::move(letter)); }
  /// One a second, from whoever watches.
  void post_always(Readiness letter) { answers_.post_always(std::move(letter)); }

  /// Any thread. Not a letter: the edge stops whatever waits.
  void stop() {
    is_stopping_.store(true);
    wakeup_.signal();
  }

  // Edge thread.
  /// Answers come first and ends last, so that an event finds its stream open and a message its
  /// connection; they are looked for the other way round, so that whatever was posted before one of
  /// them is in the same round.
  void take(std::vector<Letter>& out) {
    wakeup_.clear();
    std::vector<Letter> ends;
    ends_.take(ends);
    std::vector<Letter> events;
    events_.take(events);
    std::vector<Letter> messages;
    messages_.take(messages);
    answers_.take(out);
    for (auto* more : {&messages, &events, &ends}) {
      out.insert(out.end(), std::make_move_iterator(more->begin()),
                 std::make_move_iterator(more->end()));
    }
  }
  bool is_stopping() const { return is_stopping_.load(); }
  int wakeup_fd() const { return wakeup_.fd(); }

  std::size_t refused() const { return messages_.refused() + events_.refused(); }  ///< any thread

 private:
  std::function<void()> wake() {
    return [this] { wakeup_.signal(); };
  }

  Wakeup wakeup_;
  Mailbox<Letter> answers_;
  Mailbox<Letter> messages_;
  Mailbox<Letter> events_;
  Mailbox<Letter> ends_;
  std::atomic<bool> is_stopping_{false};
};

/// A reply for the request that the connection has open.
std::unique_ptr<HttpReply> make_reply(std::shared_ptr<EdgeInbox> inbox, std::uint64_t connection,
                                      std::size_t event_queue_cap);

}  // namespace dering::net
