// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/event_loop.h"
#include "net/udp_socket.h"

namespace dering::net::testing {

/// A DNS server of the tests on 127.0.0.1, on the loop of who asks it: answers what is in its zone,
/// "no such name" to everything else, and nothing at all while silent (RFC 1035 §4).
class StubDns {
 public:
  static constexpr std::uint16_t a = 1, naptr = 35, srv = 33, aaaa = 28;

  explicit StubDns(EventLoop& loop)
      : loop_(loop), socket_(*UdpSocket::bind(*SocketAddress::from_text("127.0.0.1", 0))) {
    loop_.add(socket_.fd(), [this] { serve(); });
  }
  ~StubDns() { loop_.remove(socket_.fd()); }

  const SocketAddress& address() const { return socket_.local(); }
  StubDns& add(std::string name, std::uint16_t type, std::uint32_t ttl, std::string data) {
    zone_[{std::move(name), type}].push_back({ttl, std::move(data)});
    return *this;
  }
  void be_silent(bool silent) { silent_ = silent; }
  /// Answers end after so many bytes.
  void cut_after(std::size_t bytes) { cut_ = bytes; }
  int asked() const { return asked_; }

  static std::string number(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
    return text;
  }
  static std::string name(std::string_view dotted) {
    std::string wire;
    while (!dotted.empty()) {
      const std::string_view label = dotted.substr(0, dotted.find('.'));
      wire.append(text(label));
      dotted.remove_prefix(std::min(dotted.size(), label.size() + 1));
    }
    return wire.append(1, '\0');
  }
  static std::string text(std::string_view value) {
    return std::string(1, static_cast<char>(value.size())).append(value);
  }

 private:
  struct Record {
    std::uint32_t ttl;
    std::string data;
  };

  void serve() {
    for (const auto& datagram : socket_.receive_batch()) {
      ++asked_;
      if (silent_) continue;
      const std::string reply = answer_to(as_text(datagram.bytes)).substr(0, cut_);
      socket_.send_batch({{{.bytes = reply, .destination = datagram.source}}});
    }
  }

  std::string answer_to(std::string_view query) {
    std::string dotted;
    std::size_t at = 12;
    while (at < query.size() && query[at] != '\0') {
      const auto length = static_cast<std::size_t>(query[at]);
      dotted.append(dotted.empty() ? "" : ".").append(query.substr(at + 1, length));
      at += length + 1;
    }
    const auto type = static_cast<std::uint16_t>(static_cast<unsigned char>(query[at + 1]) << 8 |
                                                 static_cast<unsigned char>(query[at + 2]));
    const auto found = zone_.find({dotted, type});
    const auto records = found == zone_.end() ? std::vector<Record>{} : found->second;
    std::string reply(query.substr(0, 2));
    reply += number(records.empty() ? 0x8183 : 0x8180, 2) + number(1, 2);
    reply += number(static_cast<std::uint32_t>(records.size()), 2) + number(0, 4);
    reply += query.substr(12, at + 5 - 12);
    for (const Record& each : records) {
      reply += number(0xc00c, 2) + number(type, 2) + number(1, 2) + number(each.ttl, 4);
      reply += number(static_cast<std::uint32_t>(each.data.size()), 2) + each.data;
    }
    return reply;
  }

  EventLoop& loop_;
  UdpSocket socket_;
  std::map<std::pair<std::string, std::uint16_t>, std::vector<Record>> zone_;
  bool silent_ = false;
  std::size_t cut_ = std::string::npos;
  int asked_ = 0;
};

}  // namespace dering::net::testing
