// SPDX-License-Identifier: Apache-2.0
#include "net/socket_stream.h"

#include <fmt/format.h>
#include <netinet/tcp.h>

#include <boost/asio/ssl/stream.hpp>

namespace dering::net {
namespace {

using Socket = asio::ip::tcp::socket;

constexpr int unacknowledged_milliseconds = 60'000;

/// Ciphers that authenticate what they encrypt, under fresh keys (RFC 9325 §4.2). With the CBC
/// suites of TLS 1.2 a listener on the line may learn from how padding is refused.
constexpr const char* aead_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* aead_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

void prepare(Socket& socket) {
  IoError ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  // A peer that vanished without a word is noticed within a minute, not after the kernel's
  // quarter of an hour (RFC 5482).
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_milliseconds,
               sizeof unacknowledged_milliseconds);
}

template <class Plain>
class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Plain socket) : socket_(std::move(socket)) {}

  executor_type get_executor() override { return socket_.get_executor(); }
  void handshake(IoDone done) override {
    asio::post(get_executor(), [done = std::move(done)]() mutable { done(IoError{}, 0); });
  }
  void read_some(asio::mutable_buffer into, IoDone done) override {
    socket_.async_read_some(into, std::move(done));
  }
  void write_some(asio::const_buffer from, IoDone done) override {
    socket_.async_write_some(from, std::move(done));
  }
  void shutdown_send() override {
    IoError ignored;
    socket_.shutdown(Plain::shutdown_send, ignored);
  }
  void close() override {
    IoError ignored;
    socket_.close(ignored);
  }

 private:
  Plain socket_;
};

class TlsStream final : public ByteStream {
 public:
  TlsStream(Socket socket, std::shared_ptr<TlsContext> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {
    prepare(stream_.next_layer());
  }

  executor_type get_executor() override { return stream_.get_executor(); }
  void handshake(IoDone done) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [done = std::move(done)](IoError error) mutable { done(error, 0); });
  }
  void read_some(asio::mutable_buffer into, IoDone done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write_some(asio::const_buffer from, IoDone done) override {
    stream_.async_write_some(from, std::move(done));
  }
  void shutdown_send() override {
    IoError ignored;
    stream_.next_layer().shutdown(Socket::shutdown_send, ignored);
  }
  void close() override {
    IoError ignored;
    stream_.next_layer().close(ignored);
  }

 private:
  std::shared_ptr<TlsContext> context_;
  asio::ssl::stream<Socket> stream_;
};

}  // namespace

std::expected<std::shared_ptr<TlsContext>, std::string> make_tls_context(const KeyPair& pair) {
  auto context = std::make_shared<TlsContext>(TlsContext::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  // Whatever the machine's openssl.cnf says.
  if (SSL_CTX_set_cipher_list(native, aead_ciphers) != 1 ||
      SSL_CTX_set_ciphersuites(native, aead_suites) != 1) {
    return std::unexpected("OpenSSL knows no AEAD cipher");
  }
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  IoError error;
  context->use_certificate_chain(asio::buffer(pair.certificate), error);
  if (!error) {
    context->use_private_key(asio::buffer(pair.key), TlsContext::pem, error);
  }
  if (error) {
    return std::unexpected(fmt::format("OpenSSL refuses the certificate: {}", error.message()));
  }
  return context;
}

std::unique_ptr<ByteStream> make_socket_stream(Socket socket, std::shared_ptr<TlsContext> tls) {
  if (tls) return std::make_unique<TlsStream>(std::move(socket), std::move(tls));
  prepare(socket);
  return std::make_unique<PlainStream<Socket>>(std::move(socket));
}

std::unique_ptr<ByteStream> make_local_stream(asio::local::stream_protocol::socket socket) {
  return std::make_unique<PlainStream<asio::local::stream_protocol::socket>>(std::move(socket));
}

}  // namespace dering::net
