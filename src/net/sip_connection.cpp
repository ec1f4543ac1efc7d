// SPDX-License-Identifier: Apache-2.0
#include "net/sip_connection.h"

#include <utility>

#include "sip/message/message.h"

namespace dering::net {

SipConnection::SipConnection(EdgeState& edge, Accepted accepted, Framing framing)
    : edge_(edge),
      accepted_(std::move(accepted)),
      flow_{.transport = framing == Framing::websocket
                             ? (accepted_.is_tls ? sip::Transport::wss : sip::Transport::ws)
                             : (accepted_.is_tls ? sip::Transport::tls : sip::Transport::tcp),
            .remote = accepted_.peer,
            .connection = accepted_.id},
      deadline_(accepted_.stream->get_executor()) {}

void SipConnection::send(std::string bytes) {
  if (has_ended_) return;
  queued_bytes_ += bytes.size();
  if (queued_bytes_ > edge_.settings.limits.write_queue) {
    ++edge_.counters.slow_readers;
    return end();
  }
  queue_.push_back(std::move(bytes));
  if (queue_.size() == 1) write(queue_.front());
}

void SipConnection::on_written(IoError error) {
  if (has_ended_) return;
  if (error) return end();
  queued_bytes_ -= queue_.front().size();
  queue_.pop_front();
  if (!queue_.empty()) write(queue_.front());
}

void SipConnection::on_bytes(std::string_view bytes) {
  auto message = sip::Message::parse(bytes);
  if (!message) {
    ++edge_.counters.unreadable_messages;
    if (++unreadable_in_row_ >= edge_.settings.limits.unreadable_messages_in_row) end();
    return;
  }
  ++edge_.counters.messages;
  unreadable_in_row_ = 0;
  if (!has_delivered_) deadline_.cancel();
  has_delivered_ = true;
  edge_.callbacks.on_message(flow_, std::move(*message));
}

void SipConnection::on_deadline() {
  ++edge_.counters.deadlines;
  end();
}

void SipConnection::end() {
  if (std::exchange(has_ended_, true)) return;
  const auto alive = shared_from_this();
  deadline_.cancel();
  accepted_.stream->close();
  edge_.sip.erase(accepted_.id);
  if (has_delivered_) edge_.callbacks.on_flow_closed(flow_);
}

}  // namespace dering::net
