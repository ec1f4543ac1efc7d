// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "net/probes.h"

namespace dering::app {

/// How the parts stand without which nobody calls or signs in: for each what is wrong with it, in
/// words for strangers, empty while it is well.
struct Health {
  std::string engine;
  std::string store;
  std::vector<std::pair<std::string, std::string>> issuers;  ///< by url
};

/// What /readyz says of it: ready is who has no trouble at all.
net::Readiness readiness_of(const Health& health);

}  // namespace dering::app
