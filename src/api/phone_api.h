// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "api/event_hub.h"
#include "api/exchange.h"
#include "directory/records.h"

namespace dering::api {

/// What the phone asks for: how to start, who I am, who is there, what happened. Everything below
/// /api/v1 speaks of the user whose token came with the request. Worker thread.
class PhoneApi {
 public:
  PhoneApi(std::string realm, directory::Records& records)
      : realm_(std::move(realm)), records_(records) {}

  Answer config(const Exchange& exchange) const;
  Answer me(const Exchange& exchange) const;
  Answer directory(const Exchange& exchange) const;
  Answer events(const Exchange& exchange);
  Answer calls(const Exchange& exchange) const;

  EventHub& hub() { return hub_; }

 private:
  std::string realm_;
  directory::Records& records_;
  EventHub hub_;
};

}  // namespace dering::api
