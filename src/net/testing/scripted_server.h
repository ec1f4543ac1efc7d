// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/file_descriptor.h"
#include "net/certificate.h"

namespace dering::net::testing {

/// The server's end of one connection, with or without TLS. Blocking; a test's thread.
class ScriptedPeer {
 public:
  ScriptedPeer(int fd, SSL* tls) : fd_(fd), tls_(tls) {}

  /// Up to the end of a request's header, and as many bytes of body as it says; empty if the
  /// client goes before.
  std::string read_request() {
    std::string text;
    char buffer[4096];
    while (true) {
      const std::size_t end = text.find("\r\n\r\n");
      if (end != std::string::npos && text.size() >= end + 4 + body_size(text)) return text;
      const long count = tls_ ? SSL_read(tls_, buffer, sizeof buffer)
                              : static_cast<long>(::recv(fd_, buffer, sizeof buffer, 0));
      if (count <= 0) return {};
      text.append(buffer, static_cast<std::size_t>(count));
    }
  }
  /// False once the client is gone.
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const long count =
          tls_ ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
               : static_cast<long>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  /// Blocks until the client hangs up or the time is over; true if it hung up.
  bool wait_for_end(int milliseconds) {
    // What the client has still to say is of no interest.
    pollfd waiting{fd_, POLLRDHUP, 0};
    return ::poll(&waiting, 1, milliseconds) > 0;
  }

 private:
  static std::size_t body_size(const std::string& text) {
    const std::size_t at = text.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
  }

  int fd_;
  SSL* tls_;
};

/// Listens on a free port of 127.0.0.1 and runs a script for each connection, one after the other,
/// on a thread of its own.
class ScriptedServer {
 public:
  using Script = std::function<void(ScriptedPeer&)>;

  explicit ScriptedServer(Script script, std::optional<KeyPair> key_pair = std::nullopt)
      : script_(std::move(script)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (key_pair) use(*key_pair);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.get(), any, size), 0);
    EXPECT_EQ(::listen(listener_.get(), 16), 0);
    EXPECT_EQ(::getsockname(listener_.get(), any, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    // Wakes accept() with an error.
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::string url(std::string_view host = "localhost", std::string_view path = "/") const {
    return std::string(context_ ? "https://" : "http://") + std::string(host) + ':' +
           std::to_string(port_) + std::string(path);
  }
  int connections() const { return connections_; }

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  struct FreeTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  void use(const KeyPair& pair) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    const auto reader = [](const std::string& text) {
      return std::unique_ptr<BIO, decltype(&BIO_free)>(
          BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
    };
    X509* certificate =
        PEM_read_bio_X509(reader(pair.certificate).get(), nullptr, nullptr, nullptr);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(reader(pair.key).get(), nullptr, nullptr, nullptr);
    EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), key), 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  void serve() {
    // OpenSSL writes with write(); only this thread may be spared, the client is under test.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    while (true) {
      const FileDescriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection) return;
      ++connections_;
      std::unique_ptr<SSL, FreeTls> tls;
      if (context_) {
        tls.reset(SSL_new(context_.get()));
        SSL_set_fd(tls.get(), connection.get());
        if (SSL_accept(tls.get()) != 1) continue;
      }
      ScriptedPeer peer(connection.get(), tls.get());
      script_(peer);
    }
  }

  Script script_;
  FileDescriptor listener_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

}  // namespace dering::net::testing
