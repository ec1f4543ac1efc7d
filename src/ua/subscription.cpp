// SPDX-License-Identifier: Apache-2.0
#include "ua/subscription.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "sip/message/writer.h"

namespace dering::ua {

using sip::HeaderId;
using sip::MessageWriter;
using sip::Method;

namespace {

/// How long a phone that has no room for a NOTIFY now is left alone, whatever it asks for.
constexpr std::uint32_t shortest_rest = 2;
constexpr std::uint32_t longest_rest = 60;

Instant after(Instant now, std::uint32_t seconds) {
  return now + std::chrono::seconds(seconds);
}

/// Responses that say nothing of the subscription, but that this NOTIFY came at a bad moment
/// (RFC 5057 §5.1).
bool is_bad_moment(int status) {
  return status == 491 || status == 500 || status == 503;
}

std::uint32_t rest_of(const sip::Message& response) {
  std::string_view value = response.header(HeaderId::retry_after).value_or("");
  const auto seconds = to_number<std::uint32_t>(value.substr(0, value.find_first_of(" (;")));
  return std::clamp(seconds.value_or(shortest_rest), shortest_rest, longest_rest);
}

}  // namespace

Subscription::Subscription(const sip::RequestArrived& subscribe, Terms terms, Turn& turn)
    : dialog_(sip::Dialog::answering(subscribe.message, subscribe.flow, turn.endpoint.new_tag())),
      terms_(std::move(terms)),
      expires_at_(after(turn.now, terms_.seconds)) {
  respond(subscribe, 200, turn);
  if (terms_.seconds == 0) enter(State::ending, Reason::timeout);
}

bool Subscription::is_in_dialog(const sip::Message& request) const {
  const sip::DialogId& id = dialog_.id();
  return request.to().tag() == id.local_tag && request.from().tag() == id.remote_tag &&
         request.call_id() == id.call_id;
}

void Subscription::on_refresh(const sip::RequestArrived& subscribe, std::uint32_t seconds,
                              Turn& turn) {
  if (dialog_.accept(subscribe.message) != sip::Dialog::Verdict::in_order) {
    return respond(subscribe, 500, turn);
  }
  if (state_ == State::ending || state_ == State::over) return respond(subscribe, 481, turn);
  terms_.seconds = seconds;
  expires_at_ = after(turn.now, seconds);
  respond(subscribe, 200, turn);
  if (seconds == 0) return enter(State::ending, Reason::timeout);
  ask_for(Due::everything);
}

void Subscription::end(Reason reason) {
  switch (state_) {
    case State::active:
      return enter(State::ending, reason);
    case State::away:
      return enter(State::over);
    case State::ending:
    case State::over:
      return;
  }
}

void Subscription::on_flow_closed() {
  enter(state_ == State::active ? State::away : State::over);
}

void Subscription::on_flow_moved(const sip::Flow& flow) {
  dialog_.move_to(flow);
  // A NOTIFY that is under way goes to where nobody hears it any more.
  const bool is_missed = state_ == State::away || pending_;
  if (state_ == State::over || !is_missed) return;
  if (state_ == State::away) state_ = State::active;
  pending_.reset();
  ask_for(Due::everything);
}

void Subscription::enter(State state, Reason why) {
  state_ = state;
  why_ = why;
  switch (state) {
    case State::active:
      return;
    case State::away:
    case State::over:
      pending_.reset();
      due_ = Due::nothing;
      return;
    case State::ending:
      quiet_until_.reset();
      return ask_for(Due::everything);
  }
}

// ---- What is told -------------------------------------------------------------------------------

Subscription::Due Subscription::due(Instant now) const {
  const bool may_speak = state_ == State::active || state_ == State::ending;
  const bool is_resting = quiet_until_ && *quiet_until_ > now;
  return may_speak && !pending_ && !is_resting ? due_ : Due::nothing;
}

sip::ClientTransactionId Subscription::notify(const Body& body, Turn& turn) {
  due_ = Due::nothing;
  ++version_;
  const std::string branch = turn.endpoint.new_branch();
  MessageWriter writer =
      dialog_.request(Method::notify, turn.endpoint.via_value(dialog_.flow(), branch));
  writer.header(HeaderId::contact, turn.endpoint.contact_value(dialog_.flow(), terms_.user))
      .header(HeaderId::event, terms_.event)
      .header(HeaderId::subscription_state, subscription_state_value(told_state(turn.now)))
      .header(HeaderId::user_agent, turn.endpoint.names().product);
  std::string text = body.text.empty() ? writer.finish() : writer.finish(body.type, body.text);
  pending_ = turn.endpoint.request(dialog_.flow(), Method::notify, branch, std::move(text),
                                   turn.now, turn.sip);
  return *pending_;
}

sip::SubscriptionState Subscription::told_state(Instant now) const {
  using Value = sip::SubscriptionState::Value;
  if (state_ == State::ending) return {.value = Value::terminated, .reason = why_};
  const auto left = std::chrono::ceil<std::chrono::seconds>(expires_at_ - now).count();
  return {.value = Value::active,
          .expires = static_cast<std::uint32_t>(std::max<std::int64_t>(left, 0))};
}

void Subscription::on_response(const sip::Message& response, Instant now) {
  if (response.status() < 200 || !pending_) return;
  pending_.reset();
  if (response.status() >= 300) {
    if (!is_bad_moment(response.status()) || state_ == State::ending) return enter(State::over);
    quiet_until_ = after(now, rest_of(response));
    return ask_for(Due::everything);
  }
  if (state_ == State::ending && due_ == Due::nothing) enter(State::over);
}

/// RFC 6665 §4.2.2: a phone that does not answer is subscribed no longer.
void Subscription::on_failed(sip::RequestFailed::Reason reason) {
  switch (reason) {
    case sip::RequestFailed::Reason::timeout:
      return enter(State::over);
    case sip::RequestFailed::Reason::flow_lost:
      if (state_ != State::away) on_flow_closed();
      return;
  }
}

void Subscription::respond(const sip::RequestArrived& request, int status, Turn& turn) const {
  MessageWriter writer =
      MessageWriter::response_to(request.message, request.flow.remote, status,
                                 sip::reason_phrase(status), dialog_.id().local_tag);
  if (status == 200) {
    writer.header(HeaderId::contact, turn.endpoint.contact_value(request.flow, terms_.user))
        .header(HeaderId::expires, std::uint64_t{terms_.seconds});
  }
  turn.endpoint.respond(request.transaction, status, writer.finish(), turn.now, turn.sip);
}

// ---- Time ---------------------------------------------------------------------------------------

void Subscription::on_time(Instant now) {
  if (quiet_until_ && *quiet_until_ <= now) quiet_until_.reset();
  const bool may_expire = state_ == State::active || state_ == State::away;
  if (may_expire && expires_at_ <= now) end(Reason::timeout);
}

std::optional<Instant> Subscription::next_deadline() const {
  switch (state_) {
    case State::active:
    case State::away:
      return earlier(expires_at_, quiet_until_);
    case State::ending:  // the NOTIFY has a deadline of its own
    case State::over:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace dering::ua
