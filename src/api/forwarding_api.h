// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/event_hub.h"
#include "api/exchange.h"
#include "base/budgets.h"
#include "base/random.h"
#include "directory/forwarding.h"

namespace dering::api {

/// Where a person's calls go: their own, and anybody's for an administrator. Worker thread.
class ForwardingApi {
 public:
  ForwardingApi(directory::Forwardings& forwardings, EventHub& hub, Random& random);

  Answer show(const Exchange& exchange) const;
  /// What is named changes, all else stays.
  Answer change(const Exchange& exchange);
  /// Whoever changed it: the person's pages are told.
  void on_changed(const directory::ForwardingChanged& changed);

 private:
  directory::Forwardings& forwardings_;
  EventHub& hub_;
  Budgets changes_;
};

}  // namespace dering::api
