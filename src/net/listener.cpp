// SPDX-License-Identifier: Apache-2.0
#include "net/listener.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "net/http_connection.h"
#include "net/native_address.h"
#include "net/sip_connection.h"

namespace dering::net {
namespace {

using Tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds pause_time{100};

SocketAddress address_of(const Tcp::endpoint& endpoint) {
  NativeAddress native;
  std::copy_n(reinterpret_cast<const char*>(endpoint.data()), endpoint.size(),
              reinterpret_cast<char*>(&native.storage));
  return from_native(native.storage);
}

Tcp::endpoint endpoint_of(const SocketAddress& address) {
  if (address.is_ipv4()) return {asio::ip::address_v4(address.ipv4()), address.port()};
  return {asio::ip::address_v6(address.ipv6()), address.port()};
}

}  // namespace

Listener::Listener(EdgeState& edge, Kind kind, std::shared_ptr<TlsContext> tls)
    : edge_(edge), kind_(kind), tls_(std::move(tls)), acceptor_(edge.io), pause_(edge.io) {}

std::expected<SocketAddress, std::string> Listener::open(const SocketAddress& address) {
  const Tcp::endpoint endpoint = endpoint_of(address);
  IoError error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && !address.is_ipv4()) acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  const Tcp::endpoint bound = error ? endpoint : acceptor_.local_endpoint(error);
  if (error) {
    return std::unexpected(
        fmt::format("cannot listen on TCP {}: {}", address.text(), error.message()));
  }
  return address_of(bound);
}

void Listener::accept() {
  acceptor_.async_accept([this](IoError error, Tcp::socket socket) {
    if (acceptor_.is_open()) on_accepted(error, std::move(socket));
  });
}

void Listener::close() {
  IoError ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Listener::on_accepted(IoError error, Tcp::socket socket) {
  if (error) return pause();
  welcome(std::move(socket));
  accept();
}

/// Out of descriptors, most likely: the peer stays in the kernel's queue, so accepting at once
/// would fail at once, for ever (hostile-input G8).
void Listener::pause() {
  if (!std::exchange(has_complained_, true)) {
    log::warning("cannot accept connections for now; out of file descriptors?");
  }
  pause_.expires_after(pause_time);
  pause_.async_wait([this](IoError error) {
    if (!error) accept();
  });
}

void Listener::welcome(Tcp::socket socket) {
  IoError error;
  const Tcp::endpoint remote = socket.remote_endpoint(error);
  const Tcp::endpoint local = error ? Tcp::endpoint() : socket.local_endpoint(error);
  if (error) return;  // gone already
  const SocketAddress peer = address_of(remote);
  auto ticket = edge_.admission.admit(peer);
  if (!ticket) return turn_away(socket);
  ++edge_.counters.accepted;
  Accepted accepted{.id = ++edge_.last_connection,
                    .stream = make_socket_stream(std::move(socket), tls_),
                    .peer = peer,
                    .local = address_of(local),
                    .is_tls = tls_ != nullptr,
                    .ticket = std::move(*ticket)};
  switch (kind_) {
    case Kind::web:
      return start_http(edge_, std::move(accepted));
    case Kind::sip:
      return start_sip_stream(edge_, std::move(accepted));
  }
}

void Listener::turn_away(Tcp::socket& socket) {
  ++edge_.counters.refused;
  if (kind_ != Kind::web || tls_) return;
  constexpr std::string_view busy =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
      "Connection: close\r\n\r\n";
  IoError ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(busy), ignored);
}

}  // namespace dering::net
