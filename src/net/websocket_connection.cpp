// SPDX-License-Identifier: Apache-2.0
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/bytes.h"
#include "base/text.h"
#include "net/sip_connection.h"

namespace dering::net {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using UpgradeRequest = beast::http::request<beast::http::empty_body>;

constexpr std::chrono::seconds farewell_time{5};

/// RFC 6455 §7.4.2 leaves 4000 to 4999 to applications.
websocket::close_code code_of(CloseReason reason) {
  constexpr std::uint16_t signed_out = 4401;
  return reason == CloseReason::signed_out ? websocket::close_code(signed_out)
                                           : websocket::close_code::normal;
}

/// SIP over WebSocket (RFC 7118): one SIP message a WebSocket message.
class WebSocketConnection final : public SipConnection {
 public:
  WebSocketConnection(EdgeState& edge, Accepted accepted)
      : SipConnection(edge, std::move(accepted), Framing::websocket),
        socket_(stream()),
        // Beast needs room to ask for more before it learns that the message is too large.
        received_(edge.settings.limits.websocket_message + 4096) {}

  void start(UpgradeRequest request) {
    set_up_socket();
    deadline().set(edge().settings.times.first_message, self(),
                   &WebSocketConnection::on_first_message_missing);
    request_ = std::move(request);
    socket_.async_accept(request_, [self = self()](IoError error) {
      if (error) return self->end();
      self->request_.clear();
      self->read();
    });
  }

  void close(CloseReason reason) override {
    if (has_ended() || std::exchange(is_closing_, true)) return;
    deadline().set(farewell_time, self(), &WebSocketConnection::on_farewell_over);
    socket_.async_close(code_of(reason), [self = self()](IoError) { self->end(); });
  }

 private:
  std::shared_ptr<WebSocketConnection> self() {
    return std::static_pointer_cast<WebSocketConnection>(shared_from_this());
  }

  void set_up_socket() {
    const EdgeTimes& times = edge().settings.times;
    // Beast pings after half of the idle time without a byte, and gives up after the whole.
    socket_.set_option(websocket::stream_base::timeout{.handshake_timeout = times.http_header,
                                                       .idle_timeout = 2 * times.websocket_ping,
                                                       .keep_alive_pings = true});
    socket_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
      response.set(beast::http::field::sec_websocket_protocol, "sip");
      response.set(beast::http::field::server, "Dering");
    }));
    socket_.read_message_max(edge().settings.limits.websocket_message);
    socket_.auto_fragment(false);
  }

  void read() {
    socket_.async_read(received_, [self = self()](IoError error, std::size_t) {
      if (self->has_ended()) return;
      if (error) return self->on_read_error(error);
      self->on_websocket_message();
      self->read_on();
    });
  }
  void read_on() override {
    if (may_read_on()) read();
  }

  /// Who leaves, or is not there any more, was not refused.
  void on_read_error(IoError error) {
    const bool has_left = error == websocket::error::closed &&
                          socket_.reason().code == websocket::close_code::going_away;
    if (has_left) return end(sip::FlowEnd::left);
    const bool is_too_large =
        error == websocket::error::message_too_big || error == websocket::error::buffer_overflow;
    if (is_too_large) {
      report(refusal::What::message, refusal::Reason::too_large);
    } else if (error == websocket::condition::protocol_violation) {
      report(refusal::What::message, refusal::Reason::malformed);
    }
    end();
  }

  void on_websocket_message() {
    const auto bytes = received_.data();
    const std::string_view message(static_cast<const char*>(bytes.data()), bytes.size());
    if (message == "\r\n\r\n") {
      on_ping(message.size());  // of RFC 5626 §3.5.1, which RFC 7118 §6 allows here too
    } else if (message != "\r\n") {
      on_message(sip::Message::parse(message), message.size());
    }
    received_.consume(received_.size());
  }

  void write(std::string_view bytes) override {
    if (is_closing_) return;
    // A browser fails the whole connection on a text message that is not UTF-8 (RFC 6455 §8.1).
    socket_.text(is_utf8(bytes));
    socket_.async_write(asio::buffer(bytes),
                        [self = self()](IoError error, std::size_t) { self->on_written(error); });
  }

  void on_first_message_missing() { on_deadline(); }
  void on_farewell_over() { end(); }

  websocket::stream<ByteStream&, false> socket_;
  UpgradeRequest request_;
  beast::flat_buffer received_;
  bool is_closing_ = false;
};

}  // namespace

void start_websocket(EdgeState& edge, Accepted accepted, const std::string& target,
                     const HttpFields& fields) {
  const std::uint64_t id = accepted.id;
  UpgradeRequest request(beast::http::verb::get, target, 11);
  for (const auto& [name, value] : fields) request.insert(name, value);
  auto connection = std::make_shared<WebSocketConnection>(edge, std::move(accepted));
  edge.sip.emplace(id, connection);
  connection->start(std::move(request));
}

}  // namespace dering::net
