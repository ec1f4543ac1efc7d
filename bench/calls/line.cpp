// SPDX-License-Identifier: Apache-2.0
#include "calls/line.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "identity/digest.h"

namespace dering::bench {
namespace {

constexpr auto algorithm = identity::DigestAlgorithm::sha256;

net::UdpSocket bound(std::uint32_t address) {
  auto socket = net::UdpSocket::bind(SocketAddress::from_ipv4(address, 0));
  DERING_CHECK(socket.has_value());
  return std::move(*socket);
}

}  // namespace

void Line::take_challenge(const sip::Message& response) {
  const auto id = response.status() == 401 ? sip::HeaderId::www_authenticate
                                           : sip::HeaderId::proxy_authenticate;
  std::string_view value = response.header(id).value_or("");
  const std::size_t begin = value.find("nonce=\"");
  if (begin == std::string_view::npos) return;
  value.remove_prefix(begin + 7);
  nonce = take_until(value, '"');
  nonce_count = 0;
}

std::string Line::credentials(std::string_view method, std::string_view uri) {
  const std::string nc = fmt::format("{:08x}", ++nonce_count);
  const identity::DigestCredentials credentials{extension, realm,  nonce,    uri, {},
                                                {},        "auth", "c1ie9t", nc};
  return fmt::format(
      "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{}\", response=\"{}\", "
      "algorithm=SHA-256, qop=auth, cnonce=\"c1ie9t\", nc={}",
      extension, realm, nonce, uri,
      identity::digest_response(algorithm, digest_secret_of(extension), method, credentials), nc);
}

std::string digest_secret_of(std::string_view extension) {
  return identity::digest_ha1(algorithm, extension, realm, password);
}

PhoneSocket::PhoneSocket(std::uint32_t address, const SocketAddress& subject)
    : subject_(subject), socket_(bound(address)) {}

std::string PhoneSocket::via(std::uint64_t number) const {
  return fmt::format("SIP/2.0/UDP {};branch=z9hG4bK{:x};rport", local().text(), number);
}

std::string PhoneSocket::contact(std::string_view extension) const {
  return fmt::format("<sip:{}@{};transport=udp>", extension, local().text());
}

void PhoneSocket::flush() {
  if (queue_.empty()) return;
  std::vector<net::UdpSocket::Outgoing> batch;
  for (const std::string& bytes : queue_) batch.push_back({bytes, subject_});
  socket_.send_batch(batch);
  queue_.clear();
}

std::size_t PhoneSocket::drain() {
  std::size_t count = 0;
  for (auto batch = socket_.receive_batch(); !batch.empty(); batch = socket_.receive_batch()) {
    count += batch.size();
  }
  return count;
}

}  // namespace dering::bench
