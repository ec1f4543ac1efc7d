// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/socket_address.h"

namespace dering {

/// A block of IP addresses of one family (RFC 4632, RFC 4291 §2.3). A plain value.
class Subnet {
 public:
  /// "10.0.0.0/8", "2001:db8::/32", or one address. Bits beyond the prefix do not matter.
  static std::optional<Subnet> from_text(std::string_view text);

  /// "::/0" holds no IPv4 address and "0.0.0.0/0" no IPv6 one.
  bool contains(const SocketAddress& address) const;
  /// How many bits of an address it fixes: the more, the narrower.
  unsigned prefix() const { return prefix_; }
  bool is_ipv4() const { return address_.is_ipv4(); }
  /// Every address of its family.
  bool is_everything() const { return prefix_ == 0; }

  bool operator==(const Subnet& other) const {
    return prefix_ == other.prefix_ && contains(other.address_);
  }

 private:
  Subnet(const SocketAddress& address, unsigned prefix) : address_(address), prefix_(prefix) {}

  SocketAddress address_;
  unsigned prefix_;
};

}  // namespace dering
