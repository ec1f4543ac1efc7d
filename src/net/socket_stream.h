// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <memory>
#include <string>

#include "net/byte_stream.h"
#include "net/certificate.h"

namespace dering::net {

using TlsContext = asio::ssl::context;

/// A server's TLS settings: TLS 1.2 or newer, no renegotiation, no compression.
std::expected<std::shared_ptr<TlsContext>, std::string> make_tls_context(const KeyPair& pair);

/// Plain TCP, or TLS over it when a context is given. The stream keeps the context alive: a reload
/// of certificates does not disturb open connections.
std::unique_ptr<ByteStream> make_socket_stream(asio::ip::tcp::socket socket,
                                               std::shared_ptr<TlsContext> tls);

/// A connection of the admin socket.
std::unique_ptr<ByteStream> make_local_stream(asio::local::stream_protocol::socket socket);

}  // namespace dering::net
