// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/exchange.h"
#include "api/outlets.h"

namespace dering::api {

/// What administrators see and do of the directory's sync with the issuers. Worker thread.
class SyncApi {
 public:
  explicit SyncApi(const Outlets& outlets) : outlets_(outlets) {}

  Answer state(const Exchange& exchange) const;
  Answer start(const Exchange& exchange) const;

 private:
  std::vector<directory::SyncState> states() const;

  const Outlets& outlets_;
};

}  // namespace dering::api
