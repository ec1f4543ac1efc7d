// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "net/sip_connection.h"
#include "sip/message/framer.h"

namespace dering::net {
namespace {

constexpr std::size_t ping_size = 4;  ///< bytes (RFC 5626 §3.5.1)

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
      self->read_on();
    });
  }

  void read_on() override {
    using Event = sip::StreamFramer::Event;
    while (may_read_on()) {
      switch (framer_.next()) {
        case Event::need_more:
          if (has_delivered()) wait_for_peer(edge().settings.times.tcp_quiet);
          return read();
        case Event::message:
          on_bytes(framer_.message());
          break;
        case Event::ping:
          on_ping(ping_size);
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
