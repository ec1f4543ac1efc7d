// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/outlets.h"
#include "base/random.h"
#include "directory/accounts.h"
#include "directory/forwarding.h"
#include "directory/records.h"
#include "identity/keys.h"
#include "routing/document/plan_book.h"

namespace dering::api {

/// What the API works with; all of it outlives the Api and lives on the worker thread.
struct Surroundings {
  directory::Records& records;
  directory::Accounts& accounts;
  directory::Forwardings& forwardings;
  routing::PlanBook& plans;
  const identity::SigningKey& key;
  Random& random;
  Outlets outlets = {};
};

}  // namespace dering::api
