// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "api/exchange.h"
#include "api/outlets.h"

namespace dering::api {

/// Recordings of what the switchboard takes, for `dering record`: fetched part by part, on this
/// machine alone. What was fetched is not kept, and a recording that nobody fetches ends. Worker
/// thread.
class RecordingApi {
 public:
  explicit RecordingApi(const Outlets& outlets) : outlets_(outlets) {}

  Answer order(const Exchange& exchange, RecordingOrder::What what);
  /// The answer to Outlets::recording_ordered.
  void on_part(RecordingPart part);
  void on_time(UnixSeconds now);

 private:
  struct Waiting {
    std::unique_ptr<net::HttpReply> reply;
    UnixSeconds until;
  };

  const Outlets& outlets_;
  std::map<std::uint64_t, Waiting> waiting_;  ///< by order
  std::uint64_t last_order_ = 0;
};

}  // namespace dering::api
