// SPDX-License-Identifier: Apache-2.0
#include "engine/local_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <memory>

#include "engine/native_path.h"

namespace dering::engine {

std::vector<SocketAddress> find_local_addresses() {
  constexpr std::size_t most_addresses = 4;
  std::vector<SocketAddress> found;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) == 0) {
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(first, &::freeifaddrs);
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
      const bool is_usable = entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET &&
                             (entry->ifa_flags & IFF_UP) != 0 &&
                             (entry->ifa_flags & IFF_LOOPBACK) == 0;
      if (!is_usable || found.size() == most_addresses) continue;
      NativeAddress native{};
      native.v4 = *reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
      native.v4.sin_port = 0;
      found.push_back(from_native(native));
    }
  }
  if (found.empty()) found.push_back(SocketAddress::from_ipv4(0x7f000001, 0));
  return found;
}

}  // namespace dering::engine
