// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "api/exchange.h"
#include "api/outlets.h"

namespace dering::api {

/// How the running switchboard is, as it says itself at that moment: each question goes to the
/// signalling thread and waits for its answer. Worker thread.
class StatusApi {
 public:
  explicit StatusApi(const Outlets& outlets) : outlets_(outlets) {}

  Answer ask(const Exchange& exchange);
  void on_status(const Status& status);
  void on_time(UnixSeconds now);

 private:
  struct Waiting {
    std::unique_ptr<net::HttpReply> reply;
    UnixSeconds until;
  };

  const Outlets& outlets_;
  std::vector<Waiting> waiting_;
};

}  // namespace dering::api
