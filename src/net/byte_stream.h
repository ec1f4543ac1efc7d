// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

// Inside net/*.cpp only: Asio in a header costs seconds in every file that includes it.

namespace dering::net {

namespace asio = boost::asio;
using IoError = boost::system::error_code;
using IoDone = std::move_only_function<void(IoError, std::size_t)>;

/// The bytes of one connection, plain or encrypted, or from memory in tests. One type, so that
/// Beast's WebSocket is compiled once and not once per kind. At most one read and one write at a
/// time; `done` is called later, never from inside the call. Edge thread.
class ByteStream {
 public:
  using executor_type = asio::any_io_executor;

  virtual ~ByteStream() = default;
  virtual executor_type get_executor() = 0;
  /// TLS handshake; nothing to do on plain streams.
  virtual void handshake(IoDone done) = 0;
  virtual void read_some(asio::mutable_buffer into, IoDone done) = 0;
  virtual void write_some(asio::const_buffer from, IoDone done) = 0;
  virtual void shutdown_send() = 0;
  /// Waiting reads and writes end with an error.
  virtual void close() = 0;

  // The same as Asio's templates want it (AsyncReadStream, AsyncWriteStream).
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token);
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token);

 private:
  std::string gathered_;  ///< small pieces of one write, joined into one packet and TLS record
};

/// Says to the peer that nothing more comes, then reads and forgets what it still sends: a socket
/// closed with unread bytes would reset the connection and take our last answer with it. The caller
/// sets a deadline and closes.
void linger(ByteStream& stream, std::move_only_function<void()> done);

// How Beast ends a connection below a WebSocket.
inline void beast_close_socket(ByteStream& stream) {
  stream.close();
}
inline void teardown(boost::beast::role_type, ByteStream& stream, IoError& error) {
  stream.close();
  error = {};
}
template <class Done>
void async_teardown(boost::beast::role_type, ByteStream& stream, Done&& done) {
  linger(stream, [&stream, done = std::forward<Done>(done)]() mutable {
    stream.close();
    std::move(done)(IoError{});
  });
}

template <class Buffers, class Token>
auto ByteStream::async_read_some(const Buffers& buffers, Token&& token) {
  asio::mutable_buffer into;
  for (auto it = asio::buffer_sequence_begin(buffers);
       it != asio::buffer_sequence_end(buffers) && into.size() == 0; ++it) {
    into = *it;
  }
  return asio::async_initiate<Token, void(IoError, std::size_t)>(
      [this, into](auto&& done) { read_some(into, IoDone(std::forward<decltype(done)>(done))); },
      token);
}

template <class Buffers, class Token>
auto ByteStream::async_write_some(const Buffers& buffers, Token&& token) {
  constexpr std::size_t largest_packet = 16 * 1024;
  gathered_.resize(std::min(largest_packet, asio::buffer_size(buffers)));
  asio::buffer_copy(asio::buffer(gathered_), buffers);
  return asio::async_initiate<Token, void(IoError, std::size_t)>(
      [this](auto&& done) {
        write_some(asio::buffer(gathered_), IoDone(std::forward<decltype(done)>(done)));
      },
      token);
}

}  // namespace dering::net
