// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/instant.h"
#include "sip/endpoint/endpoint.h"
#include "sip/flow.h"
#include "trunk/liveness.h"
#include "trunk/registration.h"

namespace dering::trunk {

/// One server of a trunk: the way to it, and the OPTIONS that tell whether it is there. Sans-I/O,
/// signalling thread.
class Line {
 public:
  static constexpr std::chrono::seconds pause{30};  ///< between probes while it is there
  /// After it an OPTIONS is taken for unanswered, long before its transaction ends.
  static constexpr std::chrono::seconds patience{4};

  explicit Line(const sip::Flow& flow) : flow_(flow) {}

  const sip::Flow& flow() const { return flow_; }
  const Liveness& liveness() const { return liveness_; }
  bool is_down() const { return liveness_.state() == Liveness::State::down; }
  bool is(sip::ClientTransactionId transaction) const { return probe_ == transaction; }

  /// `host`: of the URI that is asked.
  void on_time(std::string_view host, Turn& turn);
  void on_probe_answered(int status, Instant now);
  void on_probe_failed(Instant now);
  /// What a request of somebody's call told.
  void on_request_answered(int status, Instant now) { liveness_.on_request_answered(status, now); }
  std::optional<Instant> next_deadline() const {
    return probe_ ? std::optional(asked_at_ + patience) : liveness_.next_deadline();
  }
  /// Nobody waits for its answer any more.
  void leave(Turn& turn);

 private:
  sip::Flow flow_;
  Liveness liveness_{pause};
  std::optional<sip::ClientTransactionId> probe_;
  Instant asked_at_{};
};

}  // namespace dering::trunk
