// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/socket_address.h"
#include "net/udp_socket.h"
#include "sip/message/message.h"
#include "sip/message/writer.h"

namespace dering::bench {

inline constexpr std::string_view realm = "dering";
inline constexpr std::string_view password = "a password of many phones";

/// One number on a desk phone, with the challenge it was given last.
struct Line {
  std::string extension;
  std::string nonce;
  std::uint32_t nonce_count = 0;

  /// Takes the challenge of a 401 or 407.
  void take_challenge(const sip::Message& response);
  /// The value of Authorization or Proxy-Authorization for the next request.
  std::string credentials(std::string_view method, std::string_view uri);
};

std::string digest_secret_of(std::string_view extension);

/// The UDP socket of many phones on one address, which sends in batches. `number` tells our
/// transactions apart.
class PhoneSocket {
 public:
  PhoneSocket(std::uint32_t address, const SocketAddress& subject);

  const SocketAddress& local() const { return socket_.local(); }
  const SocketAddress& subject() const { return subject_; }
  /// "SIP/2.0/UDP 127.0.0.2:5060;branch=…;rport"
  std::string via(std::uint64_t number) const;
  std::string contact(std::string_view extension) const;

  void send(std::string bytes) { queue_.push_back(std::move(bytes)); }
  void flush();
  /// Throws away what has come; returns how many datagrams it was.
  std::size_t drain();
  /// Hands every message that has come to `take`.
  template <class Take>
  void receive(Take take) {
    for (auto batch = socket_.receive_batch(); !batch.empty(); batch = socket_.receive_batch()) {
      for (const net::UdpSocket::Received& datagram : batch) {
        if (auto message = sip::Message::parse(as_text(datagram.bytes))) take(std::move(*message));
      }
      if (batch.size() < net::UdpSocket::batch_size) return;
    }
  }

 private:
  SocketAddress subject_;
  net::UdpSocket socket_;
  std::vector<std::string> queue_;
};

}  // namespace dering::bench
