// SPDX-License-Identifier: Apache-2.0
#include "monitor/pcap.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dering::monitor {
namespace {

constexpr std::uint32_t magic = 0xa1b2c3d4;
constexpr std::uint32_t longest_packet = 65'535;
constexpr std::uint32_t raw_ip = 101;  ///< LINKTYPE_RAW
constexpr std::uint8_t udp = 17;
constexpr std::size_t udp_header = 8;
constexpr std::size_t ipv4_header = 20;
constexpr std::size_t ipv6_header = 40;

/// Integers of the file itself, in the order of bytes that the magic number tells.
void put_little(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

void put_big(std::string& out, std::uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

void put_address(std::string& out, const SocketAddress& address, bool is_ipv4) {
  const auto& ip = address.ipv6();
  out.append(ip.begin() + (is_ipv4 ? 12 : 0), ip.end());
}

/// RFC 1071.
std::uint16_t checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    sum += i % 2 == 0 ? byte << 8U : byte;
  }
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum & 0xffffU);
}

void set_checksum(std::string& bytes, std::size_t at, std::uint16_t sum) {
  bytes[at] = static_cast<char>(sum >> 8U);
  bytes[at + 1] = static_cast<char>(sum & 0xffU);
}

std::string udp_packet(const Datagram& datagram, std::string_view text, bool is_ipv4) {
  const auto length = static_cast<std::uint32_t>(udp_header + text.size());
  std::string packet;
  put_big(packet, datagram.from.port(), 2);
  put_big(packet, datagram.to.port(), 2);
  put_big(packet, length, 2);
  put_big(packet, 0, 2);
  packet += text;
  std::string pseudo;  // RFC 768, RFC 8200 §8.1
  put_address(pseudo, datagram.from, is_ipv4);
  put_address(pseudo, datagram.to, is_ipv4);
  put_big(pseudo, length, 4);
  put_big(pseudo, udp, 4);
  const std::uint16_t sum = checksum(pseudo + packet);
  set_checksum(packet, 6, sum == 0 ? std::uint16_t{0xffff} : sum);
  return packet;
}

std::string ip_packet(const Datagram& datagram) {
  const bool is_ipv4 = datagram.from.is_ipv4() && datagram.to.is_ipv4();
  const std::size_t most = longest_packet - udp_header - (is_ipv4 ? ipv4_header : ipv6_header);
  const std::string payload = udp_packet(datagram, datagram.text.substr(0, most), is_ipv4);
  std::string packet;
  if (is_ipv4) {
    put_big(packet, 0x4500, 2);
    put_big(packet, static_cast<std::uint32_t>(ipv4_header + payload.size()), 2);
    put_big(packet, 0x00004000, 4);  // no identification, do not fragment
    put_big(packet, 64U << 8U | udp, 2);
    put_big(packet, 0, 2);
  } else {
    put_big(packet, 0x60000000, 4);
    put_big(packet, static_cast<std::uint32_t>(payload.size()), 2);
    put_big(packet, udp << 8U | 64U, 2);
  }
  put_address(packet, datagram.from, is_ipv4);
  put_address(packet, datagram.to, is_ipv4);
  if (is_ipv4) set_checksum(packet, 10, checksum(packet));
  return packet + payload;
}

}  // namespace

std::string pcap_header() {
  std::string header;
  put_little(header, magic, 4);
  put_little(header, 2, 2);
  put_little(header, 4, 2);
  put_little(header, 0, 4);
  put_little(header, 0, 4);
  put_little(header, longest_packet, 4);
  put_little(header, raw_ip, 4);
  return header;
}

std::string pcap_packet(const Datagram& datagram) {
  constexpr std::int64_t second = 1'000'000;
  const std::string packet = ip_packet(datagram);
  const std::int64_t at = std::max<std::int64_t>(0, datagram.at_microseconds);
  std::string record;
  put_little(record, static_cast<std::uint32_t>(at / second), 4);
  put_little(record, static_cast<std::uint32_t>(at % second), 4);
  put_little(record, static_cast<std::uint32_t>(packet.size()), 4);
  put_little(record, static_cast<std::uint32_t>(packet.size()), 4);
  return record + packet;
}

}  // namespace dering::monitor
