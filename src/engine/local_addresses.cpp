// SPDX-License-Identifier: Apache-2.0
#include "engine/local_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/file_descriptor.h"
#include "base/native_address.h"

namespace dering::engine {

namespace {

constexpr std::size_t most_addresses = 4;

/// The address that leads out of this machine's own networks; nothing if there is no way.
std::optional<SocketAddress> outgoing_address() {
  const FileDescriptor fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  // RFC 5737: nobody has this address. A datagram socket that connects sends nothing.
  const NativeAddress nobody = to_native(SocketAddress::from_ipv4(0xc0000201, 9), AF_INET);
  if (!fd || ::connect(fd.get(), nobody.get(), nobody.size) != 0) return std::nullopt;
  NativeAddress own;
  if (::getsockname(fd.get(), own.get(), &own.size) != 0) return std::nullopt;
  own.v4.sin_port = 0;
  return from_native(own);
}

std::vector<SocketAddress> all_addresses() {
  std::vector<SocketAddress> found;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) == 0) {
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(first, &::freeifaddrs);
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
      const bool is_usable = entry->ifa_addr != nullptr && entry->ifa_addr->sa_family == AF_INET &&
                             (entry->ifa_flags & IFF_UP) != 0 &&
                             (entry->ifa_flags & IFF_LOOPBACK) == 0;
      if (!is_usable) continue;
      NativeAddress native;
      native.v4 = *reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
      native.v4.sin_port = 0;
      found.push_back(from_native(native));
    }
  }
  return found;
}

}  // namespace

std::vector<SocketAddress> find_local_addresses() {
  std::vector<SocketAddress> found = all_addresses();
  // The kernel lists interfaces as they were made, bridges of containers sometimes first.
  if (const auto outgoing = outgoing_address()) {
    const auto at = std::ranges::find(found, *outgoing);
    if (at != found.end()) std::rotate(found.begin(), at, at + 1);
  }
  if (found.size() > most_addresses) found.resize(most_addresses);
  if (found.empty()) found.push_back(SocketAddress::from_ipv4(0x7f000001, 0));
  return found;
}

}  // namespace dering::engine
