// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "net/sip_connection.h"
#include "sip/message/framer.h"

namespace dering::net {
namespace {

/// SIP over TCP (RFC 3261 §18).
class SipStreamConnection final : public SipConnection {
 public:
  SipStreamConnection(EdgeState& edge, Accepted accepted)
      : SipConnection(edge, std::move(accepted), Framing::stream) {}

  void start() {
    wait_for_peer(edge().settings.times.first_message);
    read();
  }

  void close(CloseReason) override { end(); }

 private:
  std::shared_ptr<SipStreamConnection> self() {
    return std::static_pointer_cast<SipStreamConnection>(shared_from_this());
  }

  void wait_for_peer(std::chrono::milliseconds time) {
    deadline().set(time, self(), &SipStreamConnection::on_quiet);
  }
  void on_quiet() {
    if (!is_kept()) on_deadline();
  }

  void read() {
    stream().read_some(asio::buffer(received_), [self = self()](IoError error, std::size_t size) {
      if (self->has_ended()) return;
      if (error) return self->end();
      self->framer_.add(std::string_view(self->received_.data(), size));
      self->take_messages();
      if (self->has_ended()) return;
      if (self->has_delivered()) self->wait_for_peer(self->edge().settings.times.tcp_quiet);
      self->read();
    });
  }

  void take_messages() {
    using Event = sip::StreamFramer::Event;
    for (Event event = framer_.next(); !has_ended(); event = framer_.next()) {
      switch (event) {
        case Event::need_more:
          return;
        case Event::message:
          on_bytes(framer_.message());
          break;
        case Event::ping:
          send("\r\n");
          break;
        case Event::broken:
          return end();
      }
    }
  }

  void write(std::string_view bytes) override {
    rest_ = bytes;
    stream().write_some(asio::buffer(rest_), [self = self()](IoError error, std::size_t size) {
      self->rest_.remove_prefix(size);
      if (self->has_ended()) return;
      if (error || self->rest_.empty()) return self->on_written(error);
      self->write(self->rest_);
    });
  }

  sip::StreamFramer framer_;
  std::array<char, 4096> received_;
  std::string_view rest_;  ///< of the message being written
};

}  // namespace

void start_sip_stream(EdgeState& edge, Accepted accepted) {
  const std::uint64_t id = accepted.id;
  auto connection = std::make_shared<SipStreamConnection>(edge, std::move(accepted));
  edge.sip.emplace(id, connection);
  connection->start();
}

}  // namespace dering::net
