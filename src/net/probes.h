// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"
#include "net/http_message.h"

namespace dering::net {

/// Whether the program is able to serve, as somebody who knows found it a moment ago.
struct Readiness {
  bool is_ready = false;
  std::string json;  ///< which part stands how, and why; nothing secret, for strangers read it
};

/// What a monitor or a load balancer asks: is it alive (/healthz), is it ready (/readyz)? Answered
/// from what is known already, so that no queue that strangers fill stands before the answer. Edge
/// thread.
class Probes {
 public:
  /// Who says so once has to say so again: what is older than this means that they are stuck.
  static constexpr std::chrono::seconds good_for{10};

  void on_readiness(Readiness readiness, Instant now) {
    readiness_ = std::move(readiness);
    heard_at_ = now;
  }
  /// Nothing for the path of no probe.
  std::optional<HttpResponse> answer(std::string_view path, Instant now) const;

 private:
  Readiness readiness_;
  std::optional<Instant> heard_at_;
};

}  // namespace dering::net
