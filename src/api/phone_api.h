// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/event_hub.h"
#include "api/exchange.h"
#include "api/pickup_notices.h"
#include "api/settings.h"
#include "base/log_gate.h"
#include "directory/records.h"

namespace dering::api {

/// What the phone asks for: how to start, who I am, who is there, what happened. Everything below
/// /api/v1 speaks of the user whose token came with the request. Worker thread.
class PhoneApi {
 public:
  PhoneApi(const Settings& settings, directory::Records& records, EventHub& hub,
           const PickupNotices& pickups)
      : settings_(settings), records_(records), hub_(hub), pickups_(pickups) {}

  Answer config(const Exchange& exchange) const;
  Answer me(const Exchange& exchange) const;
  Answer directory(const Exchange& exchange);
  Answer events(const Exchange& exchange);
  Answer calls(const Exchange& exchange);

 private:
  /// Nothing if the page that asks may be the phone.
  Answer foreign_page(const Exchange& exchange) const;

  const Settings& settings_;
  directory::Records& records_;
  EventHub& hub_;
  const PickupNotices& pickups_;
  LogGate store_line_;
};

}  // namespace dering::api
