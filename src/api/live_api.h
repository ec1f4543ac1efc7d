// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "api/exchange.h"
#include "api/outlets.h"

namespace dering::api {

/// What is live and belongs to the signalling thread, asked for part by part, so that no question
/// holds up a call. Worker thread.
class LiveApi {
 public:
  explicit LiveApi(const Outlets& outlets) : outlets_(outlets) {}

  /// SIP messages as they went by, masked.
  Answer trace(const Exchange& exchange);
  /// Phones that are registered, by number, some thousand at once.
  Answer registrations(const Exchange& exchange) const;
  /// The answer to Outlets::live_ordered.
  void on_part(const LivePart& part);
  void on_time(UnixSeconds now);

 private:
  struct Waiting {
    std::unique_ptr<net::HttpReply> reply;
    UnixSeconds until;
  };

  Answer order(const Exchange& exchange, LiveOrder order);

  const Outlets& outlets_;
  std::map<std::uint64_t, Waiting> waiting_;  ///< by order
  std::uint64_t last_order_ = 0;
};

}  // namespace dering::api
