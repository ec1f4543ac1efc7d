// SPDX-License-Identifier: Apache-2.0
#include "net/sip_connection.h"

#include <utility>

#include "net/clock.h"

namespace dering::net {
namespace {

refusal::Transport refusal_transport(sip::Transport transport) {
  switch (transport) {
    case sip::Transport::udp:
      return refusal::Transport::udp;
    case sip::Transport::tcp:
      return refusal::Transport::tcp;
    case sip::Transport::tls:
      return refusal::Transport::tls;
    case sip::Transport::ws:
      return refusal::Transport::ws;
    case sip::Transport::wss:
      return refusal::Transport::wss;
  }
  return refusal::Transport::tcp;
}

/// When a message that nobody had room for is offered again.
constexpr std::chrono::milliseconds offer_time{5};

bool is_final_response(std::string_view bytes) {
  constexpr std::string_view version = "SIP/2.0 ";
  return bytes.starts_with(version) && bytes.size() > version.size() && bytes[version.size()] > '1';
}

bool shows_token(const sip::Message& message) {
  return message.is_request() && message.method() == sip::Method::register_ &&
         message.header(sip::HeaderId::authorization);
}

}  // namespace

SipConnection::SipConnection(EdgeState& edge, Accepted accepted, Framing framing)
    : edge_(edge),
      accepted_(std::move(accepted)),
      flow_{.transport = framing == Framing::websocket
                             ? (accepted_.is_tls ? sip::Transport::wss : sip::Transport::ws)
                             : (accepted_.is_tls ? sip::Transport::tls : sip::Transport::tcp),
            .remote = accepted_.peer,
            .connection = accepted_.id,
            .local = accepted_.local},
      deadline_(accepted_.stream->get_executor()),
      pause_(accepted_.stream->get_executor()),
      rate_(edge.settings.limits.stranger_rate) {
  accepted_.ticket.offer(accepted_.id, now() + edge.settings.times.sign_in);
}

void SipConnection::keep() {
  is_kept_ = true;
  accepted_.ticket.count_for_nobody();
  rate_.allow(edge_.settings.limits.signed_in_rate);
  const bool waits_for_rate = is_paused_ && !offered_ && !awaits_answer_;
  if (waits_for_rate) go_on();
}

void SipConnection::send(std::string bytes) {
  if (has_ended_) return;
  if (unanswered_ > 0 && is_final_response(bytes)) --unanswered_;
  if (is_paused_ && awaits_answer_ && !offered_) go_on();
  queued_bytes_ += bytes.size();
  if (queued_bytes_ > edge_.settings.limits.write_queue) {
    ++edge_.counters.slow_readers;
    report(refusal::What::message, refusal::Reason::too_slow);
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

void SipConnection::on_message(Parsed message, std::size_t size) {
  rate_.spend(size, now());
  if (!message) {
    ++edge_.counters.unreadable_messages;
    report(refusal::What::message, message.error() == sip::Unreadable::too_large
                                       ? refusal::Reason::too_large
                                       : refusal::Reason::malformed);
    if (++unreadable_in_row_ >= edge_.settings.limits.unreadable_messages_in_row) give_up();
    return;
  }
  unreadable_in_row_ = 0;
  awaits_answer_ = !is_kept_ && sip::is_websocket(flow_.transport) && shows_token(*message);
  offered_ = std::move(*message);
  offer();
}

void SipConnection::offer() {
  const Standing standing = is_kept_ ? Standing::signed_in : Standing::stranger;
  const bool is_answered = offered_->is_request() && offered_->method() != sip::Method::ack;
  if (!edge_.callbacks.on_message(flow_, *offered_, standing)) return;
  offered_.reset();
  unanswered_ += is_answered ? 1U : 0U;
  ++edge_.counters.messages;
  if (!has_delivered_) deadline_.cancel();
  has_delivered_ = true;
}

void SipConnection::on_ping(std::size_t size) {
  rate_.spend(size, now());
  send("\r\n");
}

bool SipConnection::may_read_on() {
  if (!has_ended_ && offered_) offer();
  if (has_ended_) return false;
  std::optional<Duration> wait;
  if (offered_) {
    wait = offer_time;
  } else if (awaits_answer_) {
    wait = edge_.settings.times.answer;
  } else {
    wait = rate_.wait(now());
  }
  is_paused_ = wait.has_value();
  if (!wait) return true;
  pause_.set(std::chrono::ceil<std::chrono::milliseconds>(*wait), shared_from_this(),
             &SipConnection::on_pause_over);
  return false;
}

/// From a timer, since whoever calls may still be at work on this connection.
void SipConnection::go_on() {
  pause_.set(std::chrono::milliseconds(0), shared_from_this(), &SipConnection::on_pause_over);
}

void SipConnection::on_pause_over() {
  is_paused_ = false;
  if (!offered_) awaits_answer_ = false;
  if (!has_ended_) read_on();
}

void SipConnection::on_deadline() {
  ++edge_.counters.deadlines;
  // One that was silent after it had said something is not refused, only ended.
  if (!has_delivered_) report(refusal::What::connection, refusal::Reason::too_slow);
  end();
}

void SipConnection::make_room() {
  report(refusal::What::connection, refusal::Reason::too_many);
  end();
}

void SipConnection::report(refusal::What what, refusal::Reason reason) {
  edge_.refuse(flow_.remote, refusal_transport(flow_.transport), what, reason);
}

void SipConnection::end(sip::FlowEnd how) {
  if (std::exchange(has_ended_, true)) return;
  const auto alive = shared_from_this();
  deadline_.cancel();
  pause_.cancel();
  accepted_.stream->close();
  accepted_.ticket.give_back();
  edge_.sip.erase(accepted_.id);
  if (has_delivered_) edge_.callbacks.on_flow_closed({flow_, how});
}

}  // namespace dering::net
