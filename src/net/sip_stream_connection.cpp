// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <boost/asio/ssl/error.hpp>

#include "net/sip_connection.h"
#include "sip/message/framer.h"

namespace dering::net {
namespace {

constexpr std::size_t ping_size = 4;  ///< bytes (RFC 5626 §3.5.1)

/// SIP over TCP or TLS (RFC 3261 §18).
class SipStreamConnection final : public SipConnection {
 public:
  SipStreamConnection(EdgeState& edge, Accepted accepted)
      : SipConnection(edge, std::move(accepted), Framing::stream) {}

  void start() {
    if (!is_tls()) return begin();
    wait_for_peer(edge().settings.times.http_header);
    stream().handshake([self = self()](IoError error, std::size_t) {
      if (self->has_ended()) return;
      if (error) return self->on_handshake_failed(error);
      self->begin();
    });
  }

  /// What waits is written first.
  void close(CloseReason) override {
    if (has_ended() || state_ == State::flushing) return;
    state_ = State::flushing;
    if (has_written_all()) return end();
    deadline().set(edge().settings.times.farewell, self(), &SipStreamConnection::on_farewell_over);
  }

 private:
  enum class State : std::uint8_t {
    open,
    answering,  ///< nothing more is heard, but what was asked before is answered for a while
    flushing,   ///< ends as soon as all that waits is written
  };

  std::shared_ptr<SipStreamConnection> self() {
    return std::static_pointer_cast<SipStreamConnection>(shared_from_this());
  }

  void begin() {
    wait_for_peer(edge().settings.times.first_message);
    read();
  }

  /// Who leaves before the end of it was not refused.
  void on_handshake_failed(IoError error) {
    const bool has_left = error == asio::error::eof || error == asio::error::connection_reset ||
                          error == asio::ssl::error::stream_truncated;
    if (!has_left) report(refusal::What::connection, refusal::Reason::no_tls);
    end();
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
      if (error) return self->on_read_error(error);
      if (self->state_ == State::open) self->framer_.add({self->received_.data(), size});
      self->read_on();
    });
  }

  /// Who says that nothing more comes may still want to hear what was asked before.
  void on_read_error(IoError error) {
    if (error != asio::error::eof) return end();
    is_half_closed_ = true;
    if (state_ == State::open) give_up();
    end_if_done();
  }

  /// Nothing more comes, and all that was asked is answered.
  void end_if_done() {
    const bool may_end = !has_ended() && state_ != State::open;
    if (may_end && !owes_answers() && has_written_all()) end();
  }

  /// What comes after the farewell is read and forgotten: a socket closed with unread bytes would
  /// reset the connection and take our last answers with it.
  void read_on() override {
    while (state_ == State::open && may_read_on()) {
      if (take_message()) continue;
      if (has_delivered()) wait_for_peer(edge().settings.times.tcp_quiet);
      return read();
    }
    if (!has_ended() && state_ != State::open) read();
  }

  /// False when more has to be read first.
  bool take_message() {
    using Event = sip::StreamFramer::Event;
    const std::size_t stray_before = framer_.stray_bytes();
    const Event event = framer_.next();
    edge().counters.stray_bytes += framer_.stray_bytes() - stray_before;
    switch (event) {
      case Event::need_more:
        return false;
      case Event::message:
        on_message(sip::Message::parse(framer_.message()), framer_.message().size());
        return true;
      case Event::ping:
        on_ping(ping_size);
        return true;
      case Event::unframed:
        on_message(sip::Message::parse_unframed(framer_.message()), framer_.message().size());
        return true;
      case Event::broken:
        ++edge().counters.broken_streams;
        report(refusal::What::message, refusal::Reason::malformed);
        give_up();
        return true;
    }
    return false;
  }

  /// The answers to what was asked before are still on their way from another thread.
  void give_up() override {
    if (!has_delivered()) return end();
    state_ = State::answering;
    deadline().set(edge().settings.times.farewell, self(), &SipStreamConnection::on_farewell_over);
  }
  void on_farewell_over() { end(); }

  void write(std::string_view bytes) override {
    rest_ = bytes;
    stream().write_some(asio::buffer(rest_), [self = self()](IoError error, std::size_t size) {
      self->rest_.remove_prefix(size);
      if (self->has_ended()) return;
      if (!error && !self->rest_.empty()) return self->write(self->rest_);
      self->on_written(error);
      if (self->state_ == State::flushing && self->has_written_all()) self->end();
      if (self->is_half_closed_) self->end_if_done();
    });
  }

  sip::StreamFramer framer_;
  std::array<char, 4096> received_;
  std::string_view rest_;  ///< of the message being written
  State state_ = State::open;
  bool is_half_closed_ = false;  ///< by the peer
};

}  // namespace

void start_sip_stream(EdgeState& edge, Accepted accepted) {
  const std::uint64_t id = accepted.id;
  auto connection = std::make_shared<SipStreamConnection>(edge, std::move(accepted));
  edge.sip.emplace(id, connection);
  connection->start();
}

}  // namespace dering::net
