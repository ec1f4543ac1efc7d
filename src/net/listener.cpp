// SPDX-License-Identifier: Apache-2.0
#include "net/listener.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/v6_only.hpp>
#include <chrono>
#include <utility>

#include "base/native_address.h"
#include "net/clock.h"
#include "net/http_connection.h"
#include "net/native_address.h"
#include "net/proxy_header.h"
#include "net/sip_connection.h"
#include "net/traffic_class.h"

namespace dering::net {
namespace {

using Tcp = asio::ip::tcp;

constexpr std::chrono::milliseconds pause_time{100};
constexpr std::chrono::milliseconds look_again_time{20};

SocketAddress address_of(const Tcp::endpoint& endpoint) {
  NativeAddress native;
  std::copy_n(reinterpret_cast<const char*>(endpoint.data()), endpoint.size(),
              reinterpret_cast<char*>(native.get()));
  return from_native(native);
}

Tcp::endpoint endpoint_of(const SocketAddress& address) {
  if (address.is_ipv4()) return {asio::ip::address_v4(address.ipv4()), address.port()};
  return {asio::ip::address_v6(address.ipv6()), address.port()};
}

}  // namespace

struct Listener::Arrival {
  Tcp::socket socket;
  SocketAddress peer;
  SocketAddress local;
  bool is_from_proxy;
  std::optional<SocketAddress> client;
  asio::steady_timer look_again;
  Instant until;

  void close() {
    IoError ignored;
    look_again.cancel();
    socket.close(ignored);
  }
};

Listener::Listener(EdgeState& edge, Kind kind, std::shared_ptr<TlsContext> tls)
    : edge_(edge), kind_(kind), tls_(std::move(tls)), acceptor_(edge.io), pause_(edge.io) {}

std::expected<SocketAddress, std::string> Listener::open(const SocketAddress& address) {
  const Tcp::endpoint endpoint = endpoint_of(address);
  IoError error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && !address.is_ipv4()) acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error && kind_ == Kind::sip) mark_as_signalling(acceptor_.native_handle());
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
  for (const auto& arrival : std::exchange(arriving_, {})) arrival->close();
}

void Listener::on_accepted(IoError error, Tcp::socket socket) {
  if (error) return pause();
  welcome(std::move(socket));
  accept();
}

/// Out of descriptors, most likely: the peer stays in the kernel's queue, so accepting at once
/// would fail at once, for ever (hostile-input G8).
void Listener::pause() {
  pauses_.warning(now(), "cannot accept connections for now; out of file descriptors?");
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
  Arrival arrival{.socket = std::move(socket),
                  .peer = address_of(remote),
                  .local = address_of(local),
                  .is_from_proxy = edge_.settings.proxies.include(address_of(remote)),
                  .client = std::nullopt,
                  .look_again = asio::steady_timer(edge_.io),
                  .until = now() + edge_.settings.times.http_header};
  if (!arrival.is_from_proxy) return serve(std::move(arrival));
  auto kept = std::make_shared<Arrival>(std::move(arrival));
  arriving_.insert(kept);
  wait_for_proxy_header(std::move(kept));
}

void Listener::wait_for_proxy_header(std::shared_ptr<Arrival> arrival) {
  Arrival& it = *arrival;
  // Both end the wait; the first of them forgets the other.
  it.look_again.expires_after(edge_.settings.times.http_header);
  it.look_again.async_wait([this, arrival](IoError error) {
    if (error || arriving_.erase(arrival) == 0) return;
    refuse_proxy(arrival->peer, refusal::Reason::too_slow);
    arrival->close();
  });
  it.socket.async_wait(Tcp::socket::wait_read, [this, arrival](IoError error) {
    if (error || !arriving_.contains(arrival)) return;
    arrival->look_again.cancel();
    read_proxy_header(arrival);
  });
}

/// Looks without taking: what is no header belongs to whoever serves the connection.
void Listener::read_proxy_header(std::shared_ptr<Arrival> arrival) {
  std::array<char, ProxyHeader::most_bytes> bytes;
  const int fd = arrival->socket.native_handle();
  const ssize_t size = ::recv(fd, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
  const auto seen = static_cast<std::size_t>(std::max<ssize_t>(size, 0));
  const ProxyHeader header = net::read_proxy_header({bytes.data(), seen});
  const bool is_over = size <= 0 || now() > arrival->until;
  if (header.state == ProxyHeader::State::need_more && !is_over) {
    // The rest of it is on its way; waiting for readable bytes would find those that are there.
    arrival->look_again.expires_after(look_again_time);
    return arrival->look_again.async_wait([this, arrival](IoError error) {
      if (!error && arriving_.contains(arrival)) read_proxy_header(arrival);
    });
  }
  arriving_.erase(arrival);
  const bool is_broken = header.state == ProxyHeader::State::broken;
  if (is_broken) refuse_proxy(arrival->peer, refusal::Reason::malformed);
  if (is_over && size > 0) refuse_proxy(arrival->peer, refusal::Reason::too_slow);
  if (is_broken || is_over) return arrival->close();
  if (header.state == ProxyHeader::State::complete) {
    ::recv(fd, bytes.data(), header.size, MSG_DONTWAIT);
    arrival->client = header.client;
  }
  serve(std::move(*arrival));
}

void Listener::refuse_proxy(const SocketAddress& proxy, refusal::Reason reason) {
  edge_.refusals->report({.transport = transport(),
                          .source = proxy,
                          .what = refusal::What::connection,
                          .reason = reason,
                          .is_proven = true,
                          .note = "PROXY header of a trusted proxy"});
}

refusal::Transport Listener::transport() const {
  if (kind_ == Kind::web) return tls_ ? refusal::Transport::https : refusal::Transport::http;
  return tls_ ? refusal::Transport::tls : refusal::Transport::tcp;
}

void Listener::serve(Arrival arrival) {
  const SocketAddress peer = arrival.client.value_or(arrival.peer);
  // A proxy's connection for pages may serve many clients, one after the other.
  const bool is_shared = arrival.is_from_proxy && !arrival.client && kind_ == Kind::web;
  const EdgeState::Newcomer newcomer{
      peer, transport(), kind_ == Kind::web ? Admission::Kind::web : Admission::Kind::sip};
  auto ticket = is_shared ? edge_.admit_proxy(newcomer) : edge_.admit(newcomer);
  if (!ticket) return turn_away(arrival.socket);
  ++edge_.counters.accepted;
  Accepted accepted{.id = ++edge_.last_connection,
                    .stream = make_socket_stream(std::move(arrival.socket), tls_),
                    .peer = peer,
                    .local = local_towards(arrival.local, arrival.client),
                    .is_tls = tls_ != nullptr,
                    .is_from_proxy = arrival.is_from_proxy,
                    .ticket = std::move(*ticket)};
  switch (kind_) {
    case Kind::web:
      return start_http(edge_, std::move(accepted));
    case Kind::sip:
      return start_sip_stream(edge_, std::move(accepted));
  }
}

void Listener::turn_away(Tcp::socket& socket) {
  if (kind_ != Kind::web || tls_) return;
  constexpr std::string_view busy =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
      "Connection: close\r\n\r\n";
  IoError ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(busy), ignored);
}

}  // namespace dering::net
