// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/server_side.h"

#include <fmt/format.h>

#include "sip/endpoint/own_text.h"
#include "sip/endpoint/response_flow.h"
#include "sip/message/writer.h"

namespace dering::sip {
namespace {

/// RFC 3261 §8.2.6.1: 100 Trying carries the Timestamp of the request back.
std::string trying(const Message& invite, const Flow& flow) {
  MessageWriter writer =
      MessageWriter::response_to(invite, flow.remote, 100, reason_phrase(100), {});
  if (const auto timestamp = invite.header("Timestamp")) writer.header("Timestamp", *timestamp);
  return writer.finish();
}

std::string tag_made_of(const Fingerprint& key) {
  return fmt::format("{:016x}", key.high);
}

/// The part of each cap that is kept beyond it for requests within dialogs.
constexpr std::size_t dialog_reserve = 4;

}  // namespace

ServerTransaction::ServerTransaction(Method method, Delivery delivery, const Fingerprint& its_call)
    : machine(NonInviteServerTransaction(delivery)), call(its_call) {
  if (method == Method::invite) machine = InviteServerTransaction(delivery);
}

bool ServerTransaction::is_over() const {
  return std::visit([](const auto& one) { return one.is_over(); }, machine);
}

std::optional<Instant> ServerTransaction::next_deadline() const {
  const auto of_machine = std::visit([](const auto& one) { return one.next_deadline(); }, machine);
  return earlier(of_machine, success ? success->next_deadline() : std::nullopt);
}

// ---- Requests -----------------------------------------------------------------------------------

void ServerSide::on_request(const Flow& flow, Message&& request, Instant now, Outbox& out) {
  if (request.method() == Method::ack) return on_ack(flow, std::move(request), now, out);
  if (request.refusal()) return refuse(flow, request, request.refusal()->status, out);
  if (request.method() == Method::cancel) return on_cancel(flow, request, now, out);

  const Fingerprint key = keys_.of_request(flow, request);
  if (ServerTransaction* transaction = table_.find(key)) return on_repeated(*transaction, out);
  on_new_request(key, flow, std::move(request), out);
}

void ServerSide::on_repeated(ServerTransaction& transaction, Outbox& out) {
  Actions actions;
  std::visit([&](auto& machine) { machine.on_retransmission(actions); }, transaction.machine);
  perform(actions, transaction, out);
}

void ServerSide::on_new_request(const Fingerprint& key, const Flow& flow, Message&& request,
                                Outbox& out) {
  if (!has_room_for(request)) return refuse_overloaded(key, flow, request, out);
  const Fingerprint call = keys_.of_call(request);
  const bool is_out_of_dialog = request.to().tag().empty();
  if (is_out_of_dialog && by_call_.contains(call)) return refuse(flow, request, 482, out);

  const bool is_invite = request.method() == Method::invite;
  ServerTransaction& added =
      table_.add(key, flow, ServerTransaction(request.method(), delivery_on(flow.transport), call));
  added.answered_on = response_flow(flow, request);
  if (is_out_of_dialog || is_invite) by_call_.emplace(call, &added);
  if (is_invite) {
    keep_response(added, trying(request, flow));
    out.push_back(Send{added.answered_on, added.response});
  }
  out.push_back(RequestArrived{added.id, flow, std::move(request)});
}

void ServerSide::on_cancel(const Flow& flow, const Message& cancel, Instant now, Outbox& out) {
  ServerTransaction* transaction = table_.find(keys_.of_request(flow, cancel));
  auto* invite =
      transaction ? std::get_if<InviteServerTransaction>(&transaction->machine) : nullptr;
  if (!invite) return refuse(flow, cancel, 481, out);

  // RFC 3261 §9.2: the To tag is the one in the responses to the INVITE.
  const std::string& tag = transaction->to_tag;
  auto answer = MessageWriter::response_to(cancel, flow.remote, 200, reason_phrase(200),
                                           tag.empty() ? stateless_tag(flow, cancel) : tag);
  out.push_back(Send{response_flow(flow, cancel), answer.finish()});
  Actions actions;
  invite->on_cancel(now, actions);
  perform(actions, *transaction, out);
}

void ServerSide::on_ack(const Flow& flow, Message&& ack, Instant now, Outbox& out) {
  if (ack.refusal()) return;
  ServerTransaction* transaction = table_.find(keys_.of_request(flow, ack));
  if (transaction && !transaction->success) {
    if (auto* invite = std::get_if<InviteServerTransaction>(&transaction->machine)) {
      invite->on_ack(now);
      settle(*transaction);
    }
    return;
  }
  // The ACK of a 2xx has a branch of its own and belongs to the dialog (RFC 3261 §13.2.2.4).
  const auto found = by_call_.find(keys_.of_call(ack));
  if (found == by_call_.end() || !found->second->success) return;
  if (found->second->to_tag != ack.to().tag()) return;
  if (found->second->success->on_ack() == SuccessRetransmission::Ack::repeated) return;
  keep_response(*found->second, {});  // nothing is left to repeat
  out.push_back(AckArrived{flow, std::move(ack)});
}

// ---- Refusals without a transaction -------------------------------------------------------------

void ServerSide::refuse(const Flow& flow, const Message& request, int status, Outbox& out) {
  const std::string_view phrase =
      request.refusal() ? request.refusal()->reason : reason_phrase(status);
  auto answer = MessageWriter::response_to(request, flow.remote, status, phrase,
                                           stateless_tag(flow, request));
  out.push_back(Send{response_flow(flow, request), answer.finish()});
}

void ServerSide::refuse_overloaded(const Fingerprint& key, const Flow& flow, const Message& request,
                                   Outbox& out) {
  constexpr std::uint64_t shortest_wait_s = 5;
  constexpr std::uint64_t spread_s = 25;  // so that the refused do not come back all at once
  ++overload_count_;
  auto answer =
      MessageWriter::response_to(request, flow.remote, 503, reason_phrase(503), tag_made_of(key));
  answer.header(HeaderId::retry_after, shortest_wait_s + random_.below(spread_s));
  out.push_back(Send{response_flow(flow, request), answer.finish()});
}

/// RFC 3261 §8.2.7: a stateless element answers each repetition of a request with the same tag.
std::string ServerSide::stateless_tag(const Flow& flow, const Message& request) {
  return tag_made_of(keys_.of_request(flow, request));
}

bool ServerSide::has_room_for(const Message& request) const {
  const bool is_in_dialog = !request.to().tag().empty();
  const auto with_reserve = [is_in_dialog](std::size_t cap) {
    return is_in_dialog ? cap + cap / dialog_reserve : cap;
  };
  return table_.size() < with_reserve(limits_.transactions) &&
         kept_bytes_ < with_reserve(limits_.kept_bytes);
}

// ---- Answers of the user ------------------------------------------------------------------------

void ServerSide::respond(ServerTransactionId id, int status, std::string response, Instant now,
                         Outbox& out) {
  ServerTransaction* transaction = table_.find(id);
  if (!transaction) return;
  Actions actions;
  std::visit([&](auto& machine) { machine.on_answer(status, now, actions); }, transaction->machine);
  const bool is_invite = std::holds_alternative<InviteServerTransaction>(transaction->machine);
  if (!actions.empty()) {
    keep_response(*transaction, std::move(response));
    if (is_invite && status / 100 == 2) transaction->success.emplace(now);
  }
  perform(actions, *transaction, out);
  settle(*transaction);
}

void ServerSide::keep_response(ServerTransaction& transaction, std::string response) {
  kept_bytes_ -= transaction.response.size();
  std::swap(transaction.response, response);  // an assignment would keep the old memory
  kept_bytes_ += transaction.response.size();
  const bool is_invite = std::holds_alternative<InviteServerTransaction>(transaction.machine);
  if (!is_invite || !transaction.to_tag.empty()) return;
  const auto to = parse_name_addr(header_of_own(transaction.response, HeaderId::to));
  if (to) transaction.to_tag = to->tag();
}

// ---- Time and ends ------------------------------------------------------------------------------

void ServerSide::on_time(Instant now, Outbox& out) {
  while (ServerTransaction* transaction = table_.take_due(now)) {
    Actions actions;
    if (transaction->success) transaction->success->on_time(now, actions);
    std::visit([&](auto& machine) { machine.on_time(now, actions); }, transaction->machine);
    perform(actions, *transaction, out);
    settle(*transaction);
  }
}

void ServerSide::on_flow_closed(const Flow& flow) {
  for (const ServerTransactionId id : table_.on_connection(flow.connection)) {
    remove(*table_.find(id));
  }
}

void ServerSide::perform(const Actions& actions, const ServerTransaction& transaction,
                         Outbox& out) const {
  for (const Action action : actions) {
    switch (action) {
      case Action::send:
        out.push_back(Send{transaction.answered_on, transaction.response});
        break;
      case Action::report_cancel:
        out.push_back(CancelArrived{transaction.id});
        break;
      case Action::report_missing_ack:
        out.push_back(AckMissing{transaction.id});
        break;
      case Action::acknowledge:
      case Action::send_cancel:
      case Action::deliver:
      case Action::report_failure:
        break;  // of clients only
    }
  }
}

void ServerSide::settle(ServerTransaction& transaction) {
  if (transaction.is_over()) return remove(transaction);
  table_.schedule(transaction);
}

void ServerSide::remove(const ServerTransaction& transaction) {
  kept_bytes_ -= transaction.response.size();
  const auto found = by_call_.find(transaction.call);
  if (found != by_call_.end() && found->second == &transaction) by_call_.erase(found);
  table_.remove(transaction);
}

}  // namespace dering::sip
