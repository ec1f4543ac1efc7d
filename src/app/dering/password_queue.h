// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "api/outlets.h"
#include "base/fair_queue.h"

namespace dering::app {

/// Passwords that wait to be checked: those of names that have signed in from there before come
/// first, then each network in turn. One is on its way at a time. Worker thread.
class PasswordQueue {
 public:
  using Post = std::function<void(api::PasswordQuestion)>;

  explicit PasswordQueue(Post post) : post_(std::move(post)) {}

  /// False if too many wait, in all or from that network.
  [[nodiscard]] bool ask(api::PasswordQuestion question) {
    Queue& queue = question.is_known ? known_ : strangers_;
    const std::string network = question.network;
    if (!queue.push(network, std::move(question))) return false;
    if (!is_busy_) send_next();
    return true;
  }
  /// The one that was on its way is answered.
  void on_judged() {
    is_busy_ = false;
    send_next();
  }
  std::size_t waiting() const { return known_.size() + strangers_.size(); }

 private:
  using Queue = FairQueue<api::PasswordQuestion>;

  void send_next() {
    auto next = known_.empty() ? strangers_.pop() : known_.pop();
    if (!next) return;
    is_busy_ = true;
    post_(*std::move(next));
  }

  Post post_;
  // A password takes some 30 ms: the last of these waits one or two seconds.
  Queue known_{{.in_all = 64, .of_a_source = 32}};
  Queue strangers_{{.in_all = 64, .of_a_source = 4}};
  bool is_busy_ = false;
};

}  // namespace dering::app
