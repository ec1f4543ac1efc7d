// SPDX-License-Identifier: Apache-2.0
#include "base/networks.h"

namespace dering {

const Network* Networks::of(const SocketAddress& peer) const {
  const Network* found = nullptr;
  unsigned narrowest = 0;
  for (const Network& network : all_) {
    for (const Subnet& subnet : network.subnets) {
      const bool is_narrower = found == nullptr || subnet.prefix() > narrowest;
      if (!is_narrower || !subnet.contains(peer)) continue;
      found = &network;
      narrowest = subnet.prefix();
    }
  }
  return found;
}

}  // namespace dering
