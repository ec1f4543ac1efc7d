// SPDX-License-Identifier: Apache-2.0
#include "base/socket_address.h"

#include <arpa/inet.h>
#include <fmt/compile.h>

#include <cstring>

#include "base/text.h"

namespace dering {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<SocketAddress> SocketAddress::from_text(std::string_view ip, std::uint16_t port) {
  if (ip.size() > 2 && ip.front() == '[' && ip.back() == ']') ip = ip.substr(1, ip.size() - 2);
  char terminated[INET6_ADDRSTRLEN + 1] = {};
  if (ip.empty() || ip.size() >= sizeof terminated) return std::nullopt;
  std::memcpy(terminated, ip.data(), ip.size());
  in_addr v4{};
  if (inet_pton(AF_INET, terminated, &v4) == 1) return from_ipv4(ntohl(v4.s_addr), port);
  std::array<std::uint8_t, 16> v6{};
  if (inet_pton(AF_INET6, terminated, v6.data()) == 1) return from_ipv6(v6, port);
  return std::nullopt;
}

std::optional<SocketAddress> SocketAddress::from_host_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = to_number<std::uint16_t>(text.substr(colon + 1));
  return port ? from_text(text.substr(0, colon), *port) : std::nullopt;
}

SocketAddress SocketAddress::from_ipv4(std::uint32_t host_order_ip, std::uint16_t port) {
  SocketAddress address;
  std::memcpy(address.ip_.data(), mapped_prefix.data(), mapped_prefix.size());
  for (unsigned i = 0; i < 4; ++i) {
    address.ip_[12 + i] = static_cast<std::uint8_t>(host_order_ip >> (24 - 8 * i));
  }
  address.port_ = port;
  return address;
}

SocketAddress SocketAddress::from_ipv6(const std::array<std::uint8_t, 16>& ip, std::uint16_t port) {
  SocketAddress address;
  address.ip_ = ip;
  address.port_ = port;
  return address;
}

bool SocketAddress::is_ipv4() const {
  return std::memcmp(ip_.data(), mapped_prefix.data(), mapped_prefix.size()) == 0;
}

bool SocketAddress::is_loopback() const {
  if (is_ipv4()) return ip_[12] == 127;
  std::array<std::uint8_t, 16> loopback{};
  loopback[15] = 1;
  return ip_ == loopback;
}

bool SocketAddress::is_unspecified() const {
  if (is_ipv4()) return ipv4() == 0;
  return ip_ == std::array<std::uint8_t, 16>{};
}

std::uint32_t SocketAddress::ipv4() const {
  return static_cast<std::uint32_t>(ip_[12]) << 24 | static_cast<std::uint32_t>(ip_[13]) << 16 |
         static_cast<std::uint32_t>(ip_[14]) << 8 | ip_[15];
}

std::string SocketAddress::ip_text() const {
  if (is_ipv4()) {
    // inet_ntop prints through vsnprintf, and every response we write names its source.
    return fmt::format(FMT_COMPILE("{}.{}.{}.{}"), ip_[12], ip_[13], ip_[14], ip_[15]);
  }
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, ip_.data(), text, sizeof text);
  return text;
}

std::string SocketAddress::host_for_uri() const {
  return is_ipv4() ? ip_text() : "[" + ip_text() + "]";
}

std::string SocketAddress::text() const {
  return host_for_uri() + ":" + std::to_string(port_);
}

std::size_t SocketAddress::hash() const {
  std::uint64_t high;
  std::uint64_t low;
  std::memcpy(&high, ip_.data(), sizeof high);
  std::memcpy(&low, ip_.data() + 8, sizeof low);
  // Neighbouring addresses differ in the highest bits of `low` only, and tables index by the
  // lowest: every bit must reach them (the finaliser of MurmurHash3).
  std::uint64_t mixed = low ^ (high + port_) * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ mixed >> 33) * 0xff51afd7ed558ccdULL;
  mixed = (mixed ^ mixed >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return static_cast<std::size_t>(mixed ^ mixed >> 33);
}

}  // namespace dering
