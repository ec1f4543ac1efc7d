// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/device_api.h"
#include "api/event_hub.h"
#include "api/gate.h"
#include "api/logout.h"
#include "api/oidc/provider.h"
#include "api/outlets.h"
#include "api/phone_api.h"
#include "api/settings.h"
#include "api/surroundings.h"
#include "api/sync_api.h"

namespace dering::api {

/// The parts of the API and what they share. They refer to each other: it stays where it was made.
struct Parts {
  Parts(Settings with, const Surroundings& around);
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  const Settings settings;
  const Outlets outlets;
  EventHub hub;
  Gate gate;
  Logout logout;
  PhoneApi phone;
  DeviceApi devices;
  SyncApi sync;
  oidc::Provider provider;
};

}  // namespace dering::api
