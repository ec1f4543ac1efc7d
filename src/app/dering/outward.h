// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/dering/config.h"
#include "base/networks.h"
#include "net/forwarding.h"
#include "net/web_address.h"

// What the configuration says of the addresses under which others reach this machine, in the words
// of those who work with it (docs/decisions/0007).
namespace dering::app {

/// Names of media are looked up here and now; one that can't be found is told and left out.
Networks networks_of(const Config& config);

/// What may stand for this machine in an address that a phone dials: names in lower case and IP
/// addresses, those of its interfaces not among them.
std::vector<std::string> domains_of(const Config& config);

net::TrustedProxies trusted_proxies(const Config& config);

/// The stated ones first; each of our own is good with every stated prefix too.
std::vector<net::WebAddress> web_addresses(const Config& config,
                                           const std::vector<std::string>& own_origins);
/// Whose pages may be phones: the origins of all addresses, and those of the configuration.
std::vector<std::string> websocket_origins(const Config& config,
                                           const std::vector<net::WebAddress>& addresses);

/// Settings of addresses that contradict each other.
std::optional<std::string> fault_of_addresses(const Config& config);

}  // namespace dering::app
