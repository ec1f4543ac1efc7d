// SPDX-License-Identifier: Apache-2.0
//
// A leg inside its dialog: requests both ways, session timer, loss and return of the flow.
#include <algorithm>

#include "call/leg.h"
#include "sip/message/writer.h"

namespace dering::call {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

constexpr std::size_t max_pending = 8;  ///< requests of ours that one phone may owe an answer
constexpr std::uint32_t min_session_seconds = 90;  // RFC 4028 §4

}  // namespace

void Leg::respond(const sip::RequestArrived& request, int status, Turn& turn) {
  const sip::Message& message = request.message;
  MessageWriter writer = MessageWriter::response_to(message, request.flow.remote, status,
                                                    sip::reason_phrase(status), local_tag_);
  if (status == 405 || status == 501) writer.header(HeaderId::allow, allowed_methods);
  if (status == 415) writer.header(HeaderId::accept, "application/sdp, application/dtmf-relay");
  if (status == 200 && message.method() == Method::update) {
    add_contact_fields(writer, turn);
    writer.header(HeaderId::session_expires, we_refresh_as_server);
  }
  turn.endpoint.respond(request.transaction, status, writer.finish(), turn.now, turn.sip);
}

void Leg::respond_with_answer(const sip::RequestArrived& request, std::string_view sdp,
                              Turn& turn) {
  MessageWriter writer =
      MessageWriter::response_to(request.message, request.flow.remote, 200, "OK", local_tag_);
  add_contact_fields(writer, turn);
  writer.header(HeaderId::session_expires, we_refresh_as_server);
  last_sdp_ = sdp;
  if (request.message.method() == Method::invite) {
    forget_unacknowledged(turn);
    unacknowledged_ = request.transaction;
    turn.index.invites[request.transaction] = ref_;
  }
  turn.endpoint.respond(request.transaction, 200, writer.finish("application/sdp", sdp), turn.now,
                        turn.sip);
}

void Leg::forward(sip::RequestArrived request, Turn& turn) {
  const sip::Message& message = request.message;
  const Method method = message.method();
  const std::string body(message.body());
  const std::string content_type(message.header(HeaderId::content_type).value_or(""));
  if (pending_.size() >= max_pending || state_ != State::talking || flow_lost_at_) {
    forwarded_ = std::make_unique<Forwarded>(Forwarded{std::move(request), 504, {}});
    return;
  }
  if (method != Method::info) last_sdp_ = body;
  send(method, Purpose::forward, content_type, body, turn);
  pending_.back().on_behalf_of = std::make_unique<sip::RequestArrived>(std::move(request));
}

bool Leg::has_offer_pending() const {
  return std::ranges::any_of(pending_, [](const Pending& pending) {
    return pending.method == Method::invite ||
           (pending.method == Method::update && pending.purpose == Purpose::forward);
  });
}

void Leg::send(Method method, Purpose purpose, std::string_view content_type, std::string_view body,
               Turn& turn) {
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter writer = dialog_->request(method, turn.endpoint.via_value(flow_, branch));
  if (method == Method::invite || method == Method::update) {
    add_contact_fields(writer, turn);
    writer.header(HeaderId::session_expires, we_refresh_as_client);
  }
  if (method == Method::bye && !bye_reason_.empty()) writer.header(HeaderId::reason, bye_reason_);
  const auto transaction = turn.endpoint.request(
      flow_, method, branch, body.empty() ? writer.finish() : writer.finish(content_type, body),
      turn.now, turn.sip);
  turn.index.requests[transaction] = ref_;
  pending_.push_back({transaction, purpose, method, dialog_->local_cseq(), nullptr});
}

bool Leg::admit(const sip::RequestArrived& request, Turn& turn) {
  if (dialog_->accept(request.message) == sip::Dialog::Verdict::in_order) return true;
  respond(request, 500, turn);
  return false;
}

void Leg::on_bye(const sip::RequestArrived& request, Turn& turn) {
  respond(request, 200, turn);
  enter(State::ended, turn);
}

void Leg::forget_unacknowledged(Turn& turn) {
  if (unacknowledged_) turn.index.invites.erase(*unacknowledged_);
  unacknowledged_.reset();
}

void Leg::on_ack(Turn& turn) {
  forget_unacknowledged(turn);
  hang_up(turn);
}

Signal Leg::on_flow_closed(Turn& turn) {
  if (!flow_lost_at_) flow_lost_at_ = turn.now;
  forget_unacknowledged(turn);
  switch (state_) {
    case State::inviting:
    case State::ringing:
      return role_ == Role::caller ? Signal::lost : Signal::none;
    case State::talking:
      return is_silent_ ? Signal::lost : Signal::none;
    case State::cancelling:
    case State::ending:
    case State::ended:
      return Signal::none;
  }
  return Signal::none;
}

Signal Leg::on_flow_moved(const sip::Flow& flow, Turn& turn) {
  // Transactions stay where they began: only what is in a dialog can go along.
  if (state_ == State::inviting || state_ == State::ringing) {
    return role_ == Role::caller ? Signal::lost : Signal::none;
  }
  if (state_ == State::cancelling || state_ == State::ended) return Signal::none;
  move_to(flow, turn);
  // Whether the phone still knows the call or is a page that was loaded anew, it will tell.
  if (state_ == State::talking) refresh(turn);
  hang_up(turn);
  return Signal::none;
}

void Leg::on_heard_from(const sip::Flow& flow, Turn& turn) {
  if (state_ != State::talking && state_ != State::ending) return;
  move_to(flow, turn);
}

void Leg::move_to(const sip::Flow& flow, Turn& turn) {
  forget_unacknowledged(turn);
  auto& old = turn.index.flows[flow_];
  std::erase(old, ref_);
  if (old.empty()) turn.index.flows.erase(flow_);
  flow_ = flow;
  turn.index.flows[flow_].push_back(ref_);
  flow_lost_at_.reset();
  dialog_->move_to(flow);
}

Signal Leg::on_silence(std::uint32_t seconds) {
  is_silent_ = true;
  if (state_ != State::talking) return Signal::none;
  return flow_lost_at_ || seconds >= 30 ? Signal::lost : Signal::none;
}

Signal Leg::on_time(Turn& turn) {
  if (flow_lost_at_ && turn.now >= *flow_lost_at_ + flow_grace) {
    hang_up(turn);
    return state_ == State::talking ? Signal::lost : Signal::none;
  }
  if (state_ == State::talking && !flow_lost_at_ && refresh_at_ && turn.now >= *refresh_at_) {
    refresh(turn);
  }
  return Signal::none;
}

std::optional<Instant> Leg::next_deadline() const {
  if (state_ != State::talking && state_ != State::ending) return std::nullopt;
  if (flow_lost_at_) return *flow_lost_at_ + flow_grace;
  return state_ == State::talking ? refresh_at_ : std::nullopt;
}

void Leg::refresh(Turn& turn) {
  refresh_at_ = turn.now + refresh_interval_;
  const bool is_pending = std::ranges::any_of(
      pending_, [](const Pending& pending) { return pending.purpose == Purpose::refresh; });
  if (is_pending || owed_ack_) return;
  if (allows_update_ || last_sdp_.empty()) {
    send(Method::update, Purpose::refresh, {}, {}, turn);
  } else if (!has_offer_pending()) {
    send(Method::invite, Purpose::refresh, "application/sdp", last_sdp_, turn);
  }
}

void Leg::learn_timer(const sip::Message& message, Turn& turn) {
  allows_update_ = message.lists(HeaderId::allow, "UPDATE");
  std::uint32_t seconds = session_seconds;
  if (role_ == Role::callee) {
    const auto value = message.header(HeaderId::session_expires);
    const auto agreed = value ? sip::parse_session_expires(*value) : std::nullopt;
    if (agreed) seconds = std::clamp(agreed->seconds, min_session_seconds, session_seconds);
  }
  refresh_interval_ = std::chrono::seconds(seconds / 2);
  refresh_at_ = turn.now + refresh_interval_;
}

}  // namespace dering::call
