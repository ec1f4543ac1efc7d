// SPDX-License-Identifier: Apache-2.0
#include "net/proxy_header.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dering::net {
namespace {

using State = ProxyHeader::State;
using namespace std::string_view_literals;

constexpr std::string_view signature_2 = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::string_view signature_1 = "PROXY "sv;
constexpr std::size_t fixed_size_2 = 16;
constexpr std::size_t most_bytes_1 = 107;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}
std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

/// The source address of an address block, of TCP over IPv4 or IPv6; other families tell nothing.
std::optional<SocketAddress> source_in(std::uint8_t family, std::string_view block) {
  constexpr std::uint8_t tcp4 = 0x11;
  constexpr std::uint8_t tcp6 = 0x21;
  std::array<std::uint8_t, 16> ip{};
  if (family == tcp4 && block.size() >= 12) {
    std::uint32_t v4 = 0;
    for (std::size_t i = 0; i < 4; ++i) v4 = v4 << 8 | byte_at(block, i);
    return SocketAddress::from_ipv4(v4, number_at(block, 8));
  }
  if (family == tcp6 && block.size() >= 36) {
    std::copy_n(block.begin(), ip.size(), ip.begin());
    return SocketAddress::from_ipv6(ip, number_at(block, 32));
  }
  return std::nullopt;
}

ProxyHeader read_version_2(std::string_view bytes) {
  if (bytes.size() < fixed_size_2) return {.state = State::need_more};
  const std::uint8_t version_and_command = byte_at(bytes, 12);
  const std::size_t size = fixed_size_2 + number_at(bytes, 14);
  const bool is_local = version_and_command == 0x20;
  if ((!is_local && version_and_command != 0x21) || size > ProxyHeader::most_bytes) {
    return {.state = State::broken};
  }
  if (bytes.size() < size) return {.state = State::need_more};
  const std::string_view block = bytes.substr(fixed_size_2, size - fixed_size_2);
  return {.state = State::complete,
          .size = size,
          .client = is_local ? std::nullopt : source_in(byte_at(bytes, 13), block)};
}

/// "PROXY TCP4 192.0.2.1 198.51.100.7 40000 443\r\n", "PROXY UNKNOWN …\r\n".
ProxyHeader read_version_1(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, most_bytes_1).find("\r\n");
  if (end == bytes.npos) {
    return {.state = bytes.size() < most_bytes_1 ? State::need_more : State::broken};
  }
  std::string_view line = bytes.substr(signature_1.size(), end - signature_1.size());
  const std::string_view family = take_until(line, ' ');
  if (family == "UNKNOWN") return {.state = State::complete, .size = end + 2};
  const std::string_view source = take_until(line, ' ');
  take_until(line, ' ');
  const auto port = to_number<std::uint16_t>(take_until(line, ' '));
  const auto client = SocketAddress::from_text(source, port.value_or(0));
  if ((family != "TCP4" && family != "TCP6") || !port || !client) return {.state = State::broken};
  return {.state = State::complete, .size = end + 2, .client = client};
}

bool begins_like(std::string_view bytes, std::string_view signature) {
  return signature.starts_with(bytes.substr(0, signature.size()));
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view bytes) {
  if (bytes.starts_with(signature_2)) return read_version_2(bytes);
  if (bytes.starts_with(signature_1)) return read_version_1(bytes);
  // Two empty lines are a ping of SIP too (RFC 5626 §4.4.1), and whoever pings waits for an answer.
  const bool is_ping = bytes == "\r\n\r\n"sv;
  const bool may_become_one = begins_like(bytes, signature_2) || begins_like(bytes, signature_1);
  return {.state = may_become_one && !is_ping ? State::need_more : State::none};
}

}  // namespace dering::net
