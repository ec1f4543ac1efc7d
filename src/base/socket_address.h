// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dering {

/// An IP address and a port, as a plain value. IPv4 is kept as IPv4-mapped IPv6, so that equality
/// is one comparison of bytes.
class SocketAddress {
 public:
  SocketAddress() = default;
  /// "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"; no names. Nothing if it is not an IP address.
  static std::optional<SocketAddress> from_text(std::string_view ip, std::uint16_t port);
  /// As text() writes it: "192.0.2.1:5060", "[2001:db8::1]:5060".
  static std::optional<SocketAddress> from_host_and_port(std::string_view text);
  static SocketAddress from_ipv4(std::uint32_t host_order_ip, std::uint16_t port);
  static SocketAddress from_ipv6(const std::array<std::uint8_t, 16>& ip, std::uint16_t port);

  bool is_ipv4() const;
  bool is_loopback() const;
  /// 0.0.0.0 or ::
  bool is_unspecified() const;
  std::uint32_t ipv4() const;  ///< host order; only if is_ipv4()
  const std::array<std::uint8_t, 16>& ipv6() const { return ip_; }
  std::uint16_t port() const { return port_; }

  std::string ip_text() const;       ///< "192.0.2.1" or "2001:db8::1"
  std::string text() const;          ///< "192.0.2.1:5060" or "[2001:db8::1]:5060"
  std::string host_for_uri() const;  ///< "192.0.2.1" or "[2001:db8::1]"

  std::size_t hash() const;
  auto operator<=>(const SocketAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> ip_{};
  std::uint16_t port_ = 0;
};

/// Who a peer is, as far as counting goes: the bytes of one IPv4 address, or of an IPv6 /64, the
/// half that its owner cannot vary.
inline std::string network_of(const SocketAddress& peer) {
  constexpr std::size_t network_bytes = 8;
  return {peer.ipv6().begin(),
          peer.is_ipv4() ? peer.ipv6().end() : peer.ipv6().begin() + network_bytes};
}

}  // namespace dering

template <>
struct std::hash<dering::SocketAddress> {
  std::size_t operator()(const dering::SocketAddress& address) const noexcept {
    return address.hash();
  }
};
