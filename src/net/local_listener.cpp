// SPDX-License-Identifier: Apache-2.0
#include "net/local_listener.h"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "net/clock.h"
#include "net/http_connection.h"
#include "net/local_socket.h"
#include "net/socket_stream.h"

namespace dering::net {
namespace {

constexpr std::chrono::milliseconds pause_time{100};

}  // namespace

std::expected<void, std::string> LocalListener::open(const std::filesystem::path& path) {
  auto fd = listen_locally(path);
  if (!fd) return std::unexpected(fd.error());
  IoError error;
  // A copy of the descriptor, because Asio closes the one it is given.
  acceptor_.assign(asio::local::stream_protocol(), ::dup(fd->get()), error);
  if (error) return std::unexpected(error.message());
  path_ = path;
  return {};
}

void LocalListener::accept() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_accept([this](IoError error, Socket socket) {
    if (acceptor_.is_open()) on_accepted(error, std::move(socket));
  });
}

void LocalListener::close() {
  IoError ignored;
  acceptor_.close(ignored);
  pause_.cancel();
  if (const auto path = std::exchange(path_, {}); !path.empty()) ::unlink(path.c_str());
}

void LocalListener::on_accepted(IoError error, Socket socket) {
  if (!error) {
    welcome(std::move(socket));
    return accept();
  }
  // Out of descriptors, most likely: at once it would fail at once, for ever (hostile-input G8).
  pause_.expires_after(pause_time);
  pause_.async_wait([this](IoError cancelled) {
    if (!cancelled) accept();
  });
}

void LocalListener::welcome(Socket socket) {
  if (!is_own_peer(socket.native_handle())) {
    return refused_.warning(now(), "the admin socket refused a program of another user");
  }
  auto ticket = edge_.local_admission.admit();
  if (!ticket) {
    return crowded_.warning(now(), "the admin socket is full: {} programs speak over it",
                            edge_.settings.limits.local_connections);
  }
  ++edge_.counters.accepted;
  start_http(edge_, {.id = ++edge_.last_connection,
                     .stream = make_local_stream(std::move(socket)),
                     .peer = {},
                     .local = {},
                     .is_tls = false,
                     .is_from_proxy = false,
                     .door = Door::admin_socket,
                     .ticket = std::move(*ticket)});
}

}  // namespace dering::net
