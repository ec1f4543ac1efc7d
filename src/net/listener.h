// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <unordered_set>

#include "base/log_gate.h"
#include "net/edge_state.h"
#include "net/socket_stream.h"

namespace dering::net {

/// One listening TCP port: lets peers in or turns them away. Edge thread.
class Listener {
 public:
  enum class Kind : std::uint8_t { web, sip };

  Listener(EdgeState& edge, Kind kind, std::shared_ptr<TlsContext> tls);

  /// Binds. The error is one sentence naming the address.
  std::expected<SocketAddress, std::string> open(const SocketAddress& address);
  void accept();
  void close();
  /// For connections from now on.
  void use(std::shared_ptr<TlsContext> tls) { tls_ = std::move(tls); }

 private:
  void on_accepted(IoError error, asio::ip::tcp::socket socket);
  /// A connection before it is served.
  struct Arrival;

  void welcome(asio::ip::tcp::socket socket);
  void wait_for_proxy_header(std::shared_ptr<Arrival> arrival);
  void read_proxy_header(std::shared_ptr<Arrival> arrival);
  void serve(Arrival arrival);
  void turn_away(asio::ip::tcp::socket& socket);
  void refuse_proxy(const SocketAddress& proxy, refusal::Reason reason);
  refusal::Transport transport() const;
  void pause();

  EdgeState& edge_;
  const Kind kind_;
  std::shared_ptr<TlsContext> tls_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  /// Of trusted proxies, until they have said whom they speak for.
  std::unordered_set<std::shared_ptr<Arrival>> arriving_;
  LogGate pauses_;
};

}  // namespace dering::net
