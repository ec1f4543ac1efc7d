// SPDX-License-Identifier: Apache-2.0
//
// What a phone hears.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sip/message/writer.h"
#include "testing/phone.h"
#include "testing/world.h"

namespace dering::testing {

using namespace std::chrono_literals;
using sip::HeaderId;
using sip::Method;

namespace {

/// How long a phone waits for the ACK of its 200, before it hangs up.
constexpr Duration ack_time = 32s;
/// How long a phone waits that was told to come again with its offer (RFC 3261 §14.1).
constexpr Duration offer_again = 3s;

/// The word in `Reason: SIP;cause=486;text="busy"`; without one the bare status.
std::string word_of(const sip::Message& response) {
  const std::string_view reason = response.header(HeaderId::reason).value_or("");
  const std::size_t at = reason.find("text=\"");
  if (at == std::string_view::npos) return std::to_string(response.status());
  const std::string_view rest = reason.substr(at + 6);
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace

void Phone::receive(std::string bytes) {
  auto message = sip::Message::parse(bytes);
  if (!message || (message->is_request() && message->refusal())) {
    return world_.fault(fmt::format("{} cannot read: {}", identity_.name, bytes));
  }
  if (!breaks_before_.empty() && bytes.starts_with(breaks_before_)) {
    breaks_before_.clear();
    return disconnect(Memory::kept);
  }
  if (loses(*message)) return;
  const bool breaks = !breaks_after_.empty() && bytes.starts_with(breaks_after_);
  if (breaks) breaks_after_.clear();
  if (message->is_request() && message->method() == Method::ack) on_ack(*message);
  endpoint_->on_message(server(), std::move(*message), world_.now(), out_);
  if (breaks) is_connected_ = false;
  flush();
  if (breaks) disconnect(Memory::kept);
}

void Phone::flush() {
  for (std::size_t i = 0; i < out_.size(); ++i) {
    sip::Output output = std::move(out_[i]);
    std::visit(
        [&](auto& event) {
          using Event = std::decay_t<decltype(event)>;
          if constexpr (std::is_same_v<Event, sip::Send>) {
            if (is_connected_) world_.to_server(flow(), std::move(event.bytes));
          } else if constexpr (std::is_same_v<Event, sip::AckArrived> ||
                               std::is_same_v<Event, sip::AckMissing>) {
            // Seen to by on_ack(), which like JsSIP takes an ACK of any connection.
          } else {
            on(event);
          }
        },
        output);
  }
  out_.clear();
}

void Phone::on(sip::RequestOffered& offered) {
  auto request = endpoint_->admit(std::move(offered), out_);
  if (!request) return;
  const bool is_new_call =
      request->message.method() == Method::invite && request->message.to().tag().empty();
  if (is_new_call) {
    on_invite(std::move(*request));
  } else {
    on_inside_dialog(*request);
  }
}

void Phone::on_invite(sip::RequestArrived request) {
  const sip::Message& message = request.message;
  if (fmt::format("<{}>", message.request_uri()) != contact()) {
    world_.fault(fmt::format("{} is rung as {}", identity_.name, message.request_uri()));
  }
  if (message.from().uri.user == "0000") world_.fault("a false From was believed");
  if (message.count(HeaderId::replaces) > 0) return on_replacing(request);
  PhoneCall& call = add_call(Role::callee);
  call.state = State::ringing;
  call.media.follow(message.body(), world_.now());
  call.tag = endpoint_->new_tag();
  call.number = message.from().uri.user;
  call.invitation = std::make_unique<sip::RequestArrived>(std::move(request));
  if (calls_.size() > 2) return refuse(call, 486);
  respond(*call.invitation, 180, call.tag, {});
  on_ringing(call);
}

void Phone::on_inside_dialog(const sip::RequestArrived& request) {
  const std::string_view tag = request.message.to().tag();
  // As JsSIP in a page that was loaded anew, which does not look at the dialog (docs/jssip.md, S6).
  const bool is_of_another_page = fmt::format("<{}>", request.message.request_uri()) != contact();
  if (page_ > 0 && is_of_another_page) return respond(request, 404, tag, {});
  if (request.message.method() == Method::notify) return on_notify(request);
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.dialog && call.dialog->id().call_id == request.message.call_id() &&
           call.dialog->id().local_tag == tag;
  });
  if (at == calls_.end()) return respond(request, 481, tag, {});
  if (at->dialog->accept(request.message) != sip::Dialog::Verdict::in_order) {
    return respond(request, 500, tag, {});
  }
  const bool is_offer =
      request.message.method() == Method::invite || !request.message.body().empty();
  // RFC 3261 §14.2: one offer at a time.
  if (is_offer && at->offering) return respond(request, 491, tag, {});
  at->media.follow(request.message.body(), world_.now());
  const Says says = request.message.body().empty() ? Says::offer : Says::answer;
  respond(request, 200, tag, is_offer ? description(*at, says) : std::string());
  if (is_offer) at->is_hold_told = at->is_on_hold;
  if (request.message.method() == Method::invite) await_ack(*at, request.message);
  if (request.message.method() == Method::bye) {
    on_goodbye(*at);
    drop(at->id);
  }
}

void Phone::on(sip::CancelArrived& cancel) {
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.invitation && call.invitation->transaction == cancel.transaction;
  });
  if (at != calls_.end() && at->state == State::ringing) refuse(*at, 487);
}

void Phone::on_ack(const sip::Message& ack) {
  for (PhoneCall& call : calls_) {
    if (!call.dialog || call.dialog->id().call_id != ack.call_id()) continue;
    if (call.dialog->id().local_tag != ack.to().tag()) continue;
    if (call.answered_invite != ack.cseq().number) continue;  // of an earlier one, said again
    call.is_acknowledged = true;
    call.media.follow(ack.body(), world_.now());  // the answer, where we made the offer
  }
}

/// As JsSIP, whose timer knows nothing of connections (docs/jssip.md, S21; RFC 3261 §13.3.1.4,
/// §14.2).
void Phone::await_ack(PhoneCall& call, const sip::Message& invite) {
  call.answered_invite = invite.cseq().number;
  call.is_acknowledged = false;
  world_.after(ack_time, [this, id = call.id, wait = ++call.waits] { on_no_ack(id, wait); });
}

void Phone::on_no_ack(std::uint64_t id, unsigned wait) {
  PhoneCall* call = find(id);
  if (!call || call->is_acknowledged || call->waits != wait) return;
  world_.event(identity_.name, "hangs up, since no ACK came");
  hang_up(*call);
  flush();
}

void Phone::on(sip::ResponseArrived& response) {
  const sip::Message& message = response.message;
  if (response.transaction == registering_) return on_register_response(message);
  if (on_refer_response(response)) return;
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.role == Role::caller && call.invite == response.transaction;
  });
  if (at != calls_.end()) return on_invite_response(*at, response);
  const auto offering = std::ranges::find(calls_, response.transaction, &PhoneCall::offering);
  if (offering != calls_.end()) on_offer_response(*offering, response);
}

void Phone::on_offer_response(PhoneCall& call, sip::ResponseArrived& response) {
  const sip::Message& message = response.message;
  if (message.status() < 200) return;
  if (message.status() == 481) return drop(call.id);
  if (message.status() >= 300) return on_offer_failed(call);
  auto ack = call.dialog->ack(message.cseq().number,
                              endpoint_->via_value(server(), endpoint_->new_branch()));
  endpoint_->acknowledge(response.transaction, message.to().tag(), ack.finish(), world_.now(),
                         out_);
  call.offering = {};
  call.media.follow(message.body(), world_.now());
  send_offer(call);  // its person wants something else meanwhile
}

/// It is tried again, until it is said.
void Phone::on_offer_failed(PhoneCall& call) {
  call.offering = {};
  call.is_hold_told = !call.is_hold_told;
  world_.after(offer_again, [this, id = call.id] {
    if (PhoneCall* again = find(id)) send_offer(*again);
    flush();
  });
}

void Phone::on_register_response(const sip::Message& response) {
  if (response.status() == 401 && !is_browser()) {
    send_register(register_expires_,
                  authorization_for(response, "REGISTER", fmt::format("sip:{}", domain)));
  } else if (response.status() >= 300) {
    world_.fault(fmt::format("{} could not register: {}", identity_.name, response.status()));
  } else if (response.status() >= 200) {
    note_return();
    for (PhoneCall& call : calls_) send_offer(call);
    world_.after(200s, [this, life = life_] {
      if (!is_connected_ || life != life_) return;
      send_register(600, {});
      flush();
    });
  }
}

void Phone::note_return() {
  if (!registered_at_) registered_at_ = world_.now();
  if (!lost_at_) return;
  const Duration absence = world_.now() - *std::exchange(lost_at_, std::nullopt);
  for (PhoneCall& call : calls_) call.absence = std::max(call.absence, absence);
  if (is_browser() || absence <= short_absence) return;
  // It heard nothing for that long: a desk phone gives up.
  while (PhoneCall* call = find(State::talking)) hang_up(*call);
}

void Phone::on_invite_response(PhoneCall& call, sip::ResponseArrived& response) {
  const sip::Message& message = response.message;
  const int status = message.status();
  if (status < 200) {
    if (status > 100) call.early_tag = message.to().tag();
    return;
  }
  if (status == 407) {
    return send_invite(
        call, authorization_for(message, "INVITE", fmt::format("sip:{}@{}", call.number, domain)));
  }
  if (status >= 300) {
    end_call(call, word_of(message));
    return drop(call.id);
  }
  if (call.dialog) return world_.fault(fmt::format("{} got two answers", identity_.name));
  end_call(call, "answered");
  call.dialog = sip::Dialog::established_by(message, server());
  auto ack = call.dialog->ack(message.cseq().number,
                              endpoint_->via_value(server(), endpoint_->new_branch()));
  endpoint_->acknowledge(response.transaction, message.to().tag(), ack.finish(), world_.now(),
                         out_);
  if (call.state == State::cancelling) return hang_up(call);
  call.media.follow(message.body(), world_.now());
  start_talking(call);
  if (call.is_on_hold) send_offer(call);  // by the page that was before this one
}

void Phone::on(sip::RequestFailed& failure) {
  if (failure.transaction == registering_ && is_connected_) return send_register(600, {});
  if (on_refer_failed(failure)) return;
  const auto offering = std::ranges::find(calls_, failure.transaction, &PhoneCall::offering);
  if (offering != calls_.end() && offering->offering) return on_offer_failed(*offering);
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    return call.role == Role::caller && !call.dialog && call.invite == failure.transaction;
  });
  if (at == calls_.end()) return;
  on_unknown(*at);
  drop(at->id);
}

}  // namespace dering::testing
