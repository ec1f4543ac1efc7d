// SPDX-License-Identifier: Apache-2.0
//
// How a phone sends people on (RFC 3515, 5589), and what it is told of that.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sip/message/event_fields.h"
#include "testing/phone.h"
#include "testing/world.h"

namespace dering::testing {

using sip::HeaderId;
using sip::Method;

// ---- Verbs --------------------------------------------------------------------------------------

void Phone::sends_on(std::string_view number) {
  if (PhoneCall* call = find(State::talking)) refer(*call, number, nullptr);
  flush();
  world_.settle();
}

void Phone::brings_together() {
  if (calls_.size() == 2) refer(calls_.front(), calls_.back().number, &calls_.back());
  flush();
  world_.settle();
}

void Phone::takes_over(const Phone& other) {
  if (const auto dialog = other.first_dialog()) {
    place_call(identity_.extension, sip::replaces_value(*dialog));
  }
  world_.settle();
}

// ---- What is said -------------------------------------------------------------------------------

void Phone::refer(PhoneCall& call, std::string_view number, const PhoneCall* consulted) {
  const std::string branch = endpoint_->new_branch();
  auto writer = call.dialog->request(Method::refer, endpoint_->via_value(server(), branch));
  const auto replaces = consulted ? std::optional(name_of(*consulted)) : std::nullopt;
  writer.header(HeaderId::contact, contact())
      .header(HeaderId::refer_to,
              sip::refer_to_value(fmt::format("sip:{}@{}", number, domain), replaces));
  Transfer& transfer = transfers_.emplace_back();
  transfer.call = call.id;
  transfer.dialog = call.dialog->id();
  transfer.id = call.dialog->local_cseq();
  transfer.life = life_;
  transfer.refer =
      endpoint_->request(server(), Method::refer, branch, writer.finish(), world_.now(), out_);
}

bool Phone::is_sending_on(const PhoneCall& call) const {
  return std::ranges::any_of(transfers_, [&](const Transfer& transfer) {
    return transfer.call == call.id && transfer.state != Transfer::State::over;
  });
}

sip::Replaces Phone::name_of(const PhoneCall& call) const {
  sip::Replaces name{call.call_id, call.early_tag, call.tag};
  if (call.dialog) {
    const sip::DialogId& id = call.dialog->id();
    name = {id.call_id, id.remote_tag, id.local_tag};
  }
  if (is_browser()) std::swap(name.to_tag, name.from_tag);  // docs/jssip.md, S27
  return name;
}

std::optional<sip::Replaces> Phone::first_dialog() const {
  for (const PhoneCall& call : calls_) {
    if (call.dialog) return name_of(call);
    if (call.state != State::ringing) continue;
    const sip::Message& invite = call.invitation->message;
    return sip::Replaces{std::string(invite.call_id()), call.tag, std::string(invite.from().tag())};
  }
  return std::nullopt;
}

// ---- What is heard ------------------------------------------------------------------------------

bool Phone::on_refer_response(const sip::ResponseArrived& response) {
  const auto at = std::ranges::find(transfers_, response.transaction, &Transfer::refer);
  if (at == transfers_.end()) return false;
  const int status = response.message.status();
  if (status < 200 || at->state == Transfer::State::over) return true;
  if (status < 300) {
    if (at->state == Transfer::State::asked) accept(*at);
    return true;
  }
  if (at->state == Transfer::State::accepted) {
    world_.fault(fmt::format("{} is told that its REFER was taken and refused", identity_.name));
  }
  at->state = Transfer::State::over;
  at->told = status;
  if (status == 481) drop(at->call);
  return true;
}

bool Phone::on_refer_failed(const sip::RequestFailed& failure) {
  const auto at = std::ranges::find(transfers_, failure.transaction, &Transfer::refer);
  if (at == transfers_.end()) return false;
  if (at->state == Transfer::State::asked) at->state = Transfer::State::over;
  return true;
}

void Phone::accept(Transfer& transfer) {
  transfer.state = Transfer::State::accepted;
  on_transfer_accepted(transfer.call);
}

void Phone::on_notify(const sip::RequestArrived& request) {
  const sip::Message& message = request.message;
  const std::string_view tag = message.to().tag();
  const auto event = sip::event_of(message);
  const auto at = std::ranges::find_if(transfers_, [&](const Transfer& transfer) {
    return transfer.dialog.call_id == message.call_id() && transfer.dialog.local_tag == tag &&
           event && event->type == "refer" && event->id == std::to_string(transfer.id);
  });
  PhoneCall* call = at == transfers_.end() ? nullptr : find(at->call);
  if (at == transfers_.end() || (!call && is_browser())) return respond(request, 481, tag, {});
  const bool is_late = message.cseq().number <= at->heard;  // its dialog may be gone
  if (is_late || (call && call->dialog->accept(message) != sip::Dialog::Verdict::in_order)) {
    return respond(request, 500, tag, {});
  }
  const bool is_first = std::exchange(at->heard, message.cseq().number) == 0;
  const bool is_known = at->state != Transfer::State::over;
  respond(request, is_known ? 200 : 481, tag, {});
  if (is_known) return on_news(*at, message);
  // What its connection took along may have been heard, and is said again. A REFER that was faster
  // than the answer before it was refused, and may be taken when it is said again.
  if (at->life == life_ && !is_first) {
    world_.fault(fmt::format("{} is told more after the end of its transfer", identity_.name));
  }
}

void Phone::on_news(Transfer& transfer, const sip::Message& notify) {
  const auto fragment = sip::parse_status_fragment(notify.body());
  const auto state = sip::subscription_state_of(notify);
  if (!fragment || !state) {
    return world_.fault(fmt::format("{} cannot read: {}", identity_.name, notify.body()));
  }
  const bool is_last = state->value == sip::SubscriptionState::Value::terminated;
  if (is_last != (fragment->status >= 200)) {
    world_.fault(fmt::format("{} is told that its transfer ends with {}, or does not",
                             identity_.name, fragment->status));
  }
  transfer.told = fragment->status;
  const bool is_new = transfer.state == Transfer::State::asked;  // the 202 is still under way
  const std::uint64_t call = transfer.call;
  transfer.state = is_last ? Transfer::State::over : Transfer::State::accepted;
  if (is_new && !is_last) on_transfer_accepted(call);
}

/// As JsSIP (docs/jssip.md, S27): only its own dialogs that talk, whichever way round the tags are.
void Phone::on_replacing(const sip::RequestArrived& request) {
  const auto named = sip::replaces_of(request.message);
  const auto at = std::ranges::find_if(calls_, [&](const PhoneCall& call) {
    if (!call.dialog || !named || call.dialog->id().call_id != named->call_id) return false;
    const sip::DialogId& id = call.dialog->id();
    return (id.local_tag == named->to_tag && id.remote_tag == named->from_tag) ||
           (id.local_tag == named->from_tag && id.remote_tag == named->to_tag);
  });
  const std::string tag = endpoint_->new_tag();
  if (at == calls_.end()) return respond(request, 481, tag, {});
  sip::Dialog old = *std::move(at->dialog);
  at->dialog = sip::Dialog::answering(request.message, request.flow, tag);
  at->dialog->move_to(server());
  at->offering = {};
  at->is_hold_told = at->is_on_hold;
  at->media.follow(request.message.body(), world_.now());
  respond(request, 200, tag, description(*at, Says::answer));
  await_ack(*at, request.message);
  send_bye(old);  // ends it too; whose comes first does not matter
}

void Phone::on_goodbye(const PhoneCall& call) {
  if (!is_browser()) return;
  for (const Transfer& transfer : transfers_) {
    const bool is_open = transfer.state == Transfer::State::accepted && transfer.life == life_;
    if (transfer.call != call.id || !is_open) continue;
    world_.fault(fmt::format("{} is let go and was not told of its transfer", identity_.name));
  }
}

void Phone::forget_transfers_of(std::uint64_t call) {
  if (!is_browser()) return;
  for (Transfer& transfer : transfers_) {
    if (transfer.call == call) transfer.state = Transfer::State::over;
  }
}

std::vector<std::string> Phone::untold_transfers() const {
  std::vector<std::string> sentences;
  for (const Transfer& transfer : transfers_) {
    if (transfer.state != Transfer::State::accepted || transfer.life != life_) continue;
    sentences.push_back(fmt::format("{} was not told what became of its transfer", identity_.name));
  }
  return sentences;
}

}  // namespace dering::testing
