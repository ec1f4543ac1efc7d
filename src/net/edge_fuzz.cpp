// SPDX-License-Identifier: Apache-2.0
// One connection of a browser, or of a robot: raw bytes from the first byte of HTTP on, through the
// upgrade into WebSocket frames. Runs the real edge on a stream in memory, without a socket.
//
// Input: the bytes the peer sends, in pieces. A piece ends with "\n%%\n" (then the peer waits until
// the edge has done all it can). "%%accept%%" stands for a good upgrade request.

#include <deque>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/log.h"
#include "net/http_connection.h"
#include "net/sip_connection.h"

namespace dering::net {
namespace {

constexpr std::string_view piece_end = "\n%%\n";
constexpr std::string_view accept_mark = "%%accept%%";
constexpr std::string_view good_upgrade =
    "GET /ws/sip HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Origin: https://phone.example\r\nSec-WebSocket-Protocol: sip\r\n\r\n";

/// What the peer sends and what becomes of it. Outlives the stream, which the edge owns.
struct Wire {
  std::string to_edge;
  std::size_t from_edge = 0;
  bool is_closed = false;
  IoDone waiting;
  asio::mutable_buffer waiting_into;
};

class MemoryStream final : public ByteStream {
 public:
  MemoryStream(asio::io_context& io, Wire& wire) : io_(io), wire_(wire) {}

  executor_type get_executor() override { return io_.get_executor(); }
  void handshake(IoDone done) override { complete(std::move(done), {}, 0); }
  void read_some(asio::mutable_buffer into, IoDone done) override {
    DERING_CHECK(!wire_.waiting && into.size() > 0);
    wire_.waiting = std::move(done);
    wire_.waiting_into = into;
    feed(io_, wire_);
  }
  void write_some(asio::const_buffer from, IoDone done) override {
    wire_.from_edge += from.size();
    complete(std::move(done), wire_.is_closed ? asio::error::eof : IoError{}, from.size());
  }
  void shutdown_send() override {}
  void close() override {
    wire_.is_closed = true;
    feed(io_, wire_);
  }

  /// Lets a waiting read have what is there.
  static void feed(asio::io_context& io, Wire& wire) {
    if (!wire.waiting || (wire.to_edge.empty() && !wire.is_closed)) return;
    const std::size_t size =
        asio::buffer_copy(wire.waiting_into, asio::buffer(std::string_view(wire.to_edge)));
    wire.to_edge.erase(0, size);
    const IoError error = size == 0 ? IoError(asio::error::eof) : IoError{};
    asio::post(
        io, [done = std::exchange(wire.waiting, {}), error, size]() mutable { done(error, size); });
  }

 private:
  void complete(IoDone done, IoError error, std::size_t size) {
    asio::post(io_, [done = std::move(done), error, size]() mutable { done(error, size); });
  }

  asio::io_context& io_;
  Wire& wire_;
};

/// What the application saw, to hold the edge to its promises.
struct Seen {
  std::size_t messages = 0;
  std::size_t closed = 0;
};

EdgeSettings settings() {
  EdgeSettings settings;
  settings.allowed_origins = {"https://phone.example"};
  return settings;
}

EdgeCallbacks callbacks(Seen& seen) {
  return {.on_http =
              [](HttpRequest request, std::unique_ptr<HttpReply> reply) {
                DERING_CHECK(request.path.starts_with('/') && !request.path.contains("/../"));
                if (request.path == "/api/events") {
                  (void)reply->open_event_stream()->send("hello", "there");
                } else if (request.path != "/api/dropped") {
                  reply->respond({.status = 200, .fields = {}, .body = std::move(request.body)});
                }
              },
          .on_message =
              [&](const sip::Flow&, sip::Message&, Standing) {
                ++seen.messages;
                return true;
              },
          .on_flow_closed = [&](const sip::FlowClosed&) { ++seen.closed; }};
}

void deliver_letters(EdgeState& edge) {
  std::vector<Letter> letters;
  edge.inbox->take(letters);
  for (Letter& letter : letters) deliver(edge, std::move(letter));
}

void run(EdgeState& edge) {
  edge.io.restart();
  while (edge.io.poll() > 0) deliver_letters(edge);
  deliver_letters(edge);
  edge.io.poll();
}

std::string_view take_piece(std::string_view& input) {
  const std::size_t at = input.find(piece_end);
  const std::string_view piece = input.substr(0, at);
  input = at == std::string_view::npos ? std::string_view{} : input.substr(at + piece_end.size());
  return piece;
}

}  // namespace
}  // namespace dering::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering::net;
  dering::log::set_level(dering::log::Level::error);
  std::string_view input(reinterpret_cast<const char*>(bytes), size);
  Wire wire;
  Seen seen;
  {
    EdgeState edge(settings(), callbacks(seen), {});
    const auto peer = dering::SocketAddress::from_ipv4(0x7f000001, 5);
    start_http(edge, {.id = 1,
                      .stream = std::make_unique<MemoryStream>(edge.io, wire),
                      .peer = peer,
                      .local = peer,
                      .is_tls = false,
                      .is_from_proxy = false,
                      .ticket = *edge.admission.admit(peer, Admission::Kind::web)});
    run(edge);
    while (!input.empty()) {
      const std::string_view piece = take_piece(input);
      wire.to_edge += piece == accept_mark ? good_upgrade : piece;
      MemoryStream::feed(edge.io, wire);
      run(edge);
      for (const auto& [id, connection] : edge.sip) connection->send("SIP/2.0 200 OK\r\n\r\n");
      run(edge);
    }
    wire.is_closed = true;
    MemoryStream::feed(edge.io, wire);
    run(edge);
    // After the peer's end nothing may remain, but for a reply the application still owes.
    while (!edge.http.empty()) edge.http.begin()->second->end();
    DERING_CHECK(edge.sip.empty());
    DERING_CHECK(seen.closed == (seen.messages > 0 ? 1 : 0));
  }
  return 0;
}
