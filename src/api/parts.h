// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/account_api.h"
#include "api/device_api.h"
#include "api/event_hub.h"
#include "api/forwarding_api.h"
#include "api/gate.h"
#include "api/history_api.h"
#include "api/live_api.h"
#include "api/logging_api.h"
#include "api/logout.h"
#include "api/oidc/provider.h"
#include "api/outlets.h"
#include "api/phone_api.h"
#include "api/pickup_notices.h"
#include "api/plan_api.h"
#include "api/recording_api.h"
#include "api/refusal_api.h"
#include "api/settings.h"
#include "api/status_api.h"
#include "api/surroundings.h"
#include "api/sync_api.h"
#include "api/trunks_api.h"

namespace dering::api {

/// The parts of the API and what they share. They refer to each other: it stays where it was made.
struct Parts {
  Parts(Settings with, const Surroundings& around);
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  /// All sign-ins of a person of the built-in provider end; what begins within the same second
  /// too. False if nobody of that name is in the directory.
  bool sign_out(std::string_view username, UnixSeconds now);
  Answer reload(const Exchange& exchange) const;

  const Settings settings;
  const Outlets outlets;
  EventHub hub;
  RefusalApi refusals;
  Gate gate;
  Logout logout;
  PickupNotices pickups;
  PhoneApi phone;
  HistoryApi history;
  DeviceApi devices;
  AccountApi accounts;
  ForwardingApi forwardings;
  PlanApi plans;
  StatusApi status;
  RecordingApi recording;
  LiveApi live;
  LoggingApi logging;
  SyncApi sync;
  TrunksApi trunks;
  oidc::Provider provider;
};

}  // namespace dering::api
