// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "base/subnet.h"

namespace dering {

/// How peers of certain networks reach us where the address they send to is not our own: behind
/// address translation, in a cloud, in a container.
struct Network {
  std::vector<Subnet> subnets;  ///< of the peers
  /// A name, or an address as in a URI; empty: the address that the peer sent to.
  std::string host;
  std::uint16_t sip_port = 0;  ///< of UDP and TCP; 0: the one that the peer sent to
  /// Where media goes. Port 0: that of the media thread, else that of the first and counting up.
  std::optional<SocketAddress> media;
  std::uint16_t tls_port = 0;  ///< of SIP over TLS; 0: the one that the peer sent to
};

/// All of them; the narrowest one that a peer is in counts. Immutable after construction, any
/// thread.
class Networks {
 public:
  Networks() = default;
  explicit Networks(std::vector<Network> all) : all_(std::move(all)) {}

  /// Null if the peer is in none. Equally narrow ones: the first.
  const Network* of(const SocketAddress& peer) const;
  const std::vector<Network>& all() const { return all_; }

 private:
  std::vector<Network> all_;
};

}  // namespace dering
