// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/exchange.h"
#include "api/outlets.h"

namespace dering::api {

/// What the running switchboard writes down: level of its log, SIP messages into a file. Until it
/// stops; the configuration says how it begins. Worker thread.
class LoggingApi {
 public:
  explicit LoggingApi(const Outlets& outlets) : outlets_(outlets) {}

  Answer show(const Exchange& exchange) const;
  Answer change(const Exchange& exchange) const;

 private:
  Answer answer(const LoggingWish& wish) const;

  const Outlets& outlets_;
};

}  // namespace dering::api
