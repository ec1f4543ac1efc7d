// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <expected>
#include <filesystem>
#include <string>

#include "base/log_gate.h"
#include "net/edge_state.h"

namespace dering::net {

/// The Unix socket on which administrators of this machine speak HTTP. Its connections have places
/// of their own, so that no crowd on the network keeps them out. Edge thread.
class LocalListener {
 public:
  explicit LocalListener(EdgeState& edge) : edge_(edge), acceptor_(edge.io), pause_(edge.io) {}
  ~LocalListener() { close(); }
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;

  /// Binds. The error is one sentence naming the path.
  std::expected<void, std::string> open(const std::filesystem::path& path);
  void accept();
  /// Takes the file away as well.
  void close();

 private:
  using Socket = asio::local::stream_protocol::socket;
  void on_accepted(IoError error, Socket socket);
  void welcome(Socket socket);

  EdgeState& edge_;
  asio::local::stream_protocol::acceptor acceptor_;
  asio::steady_timer pause_;
  std::filesystem::path path_;  ///< empty: nothing to take away
  LogGate refused_;
  LogGate crowded_;
};

}  // namespace dering::net
