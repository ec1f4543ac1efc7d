// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "net/proxy_header.h"

namespace {

using dering::SocketAddress;
using dering::net::ProxyHeader;
using dering::net::read_proxy_header;
using State = ProxyHeader::State;

/// As HAProxy writes it for that client.
std::string version_2(const SocketAddress& client) {
  std::string header("\r\n\r\n\0\r\nQUIT\n\x21", 13);
  const auto& ip = client.ipv6();
  const std::size_t size = client.is_ipv4() ? 4 : 16;
  header += client.is_ipv4() ? '\x11' : '\x21';
  header += '\0';
  header += static_cast<char>(2 * size + 4);
  header.append(ip.end() - static_cast<std::ptrdiff_t>(size), ip.end()).append(size, '\x7f');
  header += static_cast<char>(client.port() >> 8U);
  header += static_cast<char>(client.port() & 0xffU);
  return header.append(2, '\1');
}

std::string version_1(const SocketAddress& client) {
  const bool is_ipv4 = client.is_ipv4();
  return std::string("PROXY ") + (is_ipv4 ? "TCP4 " : "TCP6 ") + client.ip_text() + ' ' +
         (is_ipv4 ? "127.0.0.1" : "::1") + ' ' + std::to_string(client.port()) + " 443\r\n";
}

/// What comes after it is nobody's business here, and half of it waits for the rest.
void check_complete(std::string_view bytes, const ProxyHeader& header) {
  DERING_CHECK(header.size > 0 && header.size <= bytes.size());
  DERING_CHECK(header.size <= ProxyHeader::most_bytes);
  const std::string_view whole = bytes.substr(0, header.size);
  const ProxyHeader alone = read_proxy_header(whole);
  DERING_CHECK(alone.state == State::complete && alone.size == header.size);
  DERING_CHECK(alone.client == header.client);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const State state = read_proxy_header(whole.substr(0, size)).state;
    // Two empty lines could be a ping.
    DERING_CHECK(state == State::need_more || (size == 4 && state == State::none));
  }
}

}  // namespace

/// A header is the same however it is cut and whatever follows, and a client comes back from what
/// both versions write of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = dering::as_text({bytes, size});
  const ProxyHeader header = read_proxy_header(text);
  if (header.state == State::need_more) DERING_CHECK(size < ProxyHeader::most_bytes);
  if (header.state != State::complete) return 0;
  check_complete(text, header);
  if (!header.client) return 0;
  for (const std::string& again : {version_1(*header.client), version_2(*header.client)}) {
    const ProxyHeader read = read_proxy_header(again);
    DERING_CHECK(read.state == State::complete && read.size == again.size());
    DERING_CHECK(read.client == header.client);
  }
  return 0;
}
