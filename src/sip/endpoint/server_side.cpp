// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/server_side.h"

#include <fmt/format.h>

#include "base/give_back.h"
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

std::string tag_made_of(const Fingerprint& attempt) {
  return fmt::format("{:012x}", attempt.high >> 16U);
}

/// The part of each cap that is kept beyond it for requests within dialogs.
constexpr std::size_t dialog_reserve = 4;

}  // namespace

ServerTransaction::ServerTransaction(Method method, Delivery delivery, const Fingerprint& its_call)
    : machine(NonInviteServerTransaction(delivery)), call(its_call) {
  if (method == Method::invite) machine = InviteServerTransaction(delivery);
}

bool ServerTransaction::is_unsettled() const {
  const auto* invite = std::get_if<InviteServerTransaction>(&machine);
  if (!invite) return false;
  return !success || success->state() == SuccessRetransmission::State::repeating;
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
  if (const auto& refusal = request.refusal()) {
    const StatelessAnswer words{refusal->status, refusal->reason};
    tell(flow, request, NotServed::unreadable);
    answer({flow, std::move(request)}, words, out);
    return;
  }
  if (request.method() == Method::cancel) return on_cancel(flow, std::move(request), now, out);
  if (ServerTransaction* transaction = table_.find(keys_.of_request(flow, request))) {
    Actions actions;
    std::visit([&](auto& machine) { machine.on_retransmission(actions); }, transaction->machine);
    return perform(actions, *transaction, out);
  }
  on_new_request(flow, std::move(request), out);
}

void ServerSide::on_new_request(const Flow& flow, Message&& request, Outbox& out) {
  const Fingerprint attempt = keys_.of_attempt(flow, request);
  RequestOffered offered{flow, std::move(request), attempt};
  if (is_merged(offered.message)) {
    tell(flow, offered.message, NotServed::merged);
    answer(offered, {482}, out);
    return;
  }
  out.emplace_back(std::move(offered));
}

/// RFC 3261 §8.2.2.2: another copy of a request that is being served. One that was refused is over:
/// who tries again with the same CSeq means a new request.
bool ServerSide::is_merged(const Message& request) {
  if (!request.to().tag().empty()) return false;
  const auto found = by_call_.find(keys_.of_call(request));
  return found != by_call_.end() && !found->second->is_refused;
}

std::optional<RequestArrived> ServerSide::admit(RequestOffered&& request, Outbox& out) {
  const Fingerprint key = keys_.of_request(request.flow, request.message);
  if (table_.find(key)) return std::nullopt;
  const Fingerprint holder = keys_.of_holder(request.flow);
  if (!has_room_for(request.message, holder)) {
    refuse_overloaded(request, out);
    return std::nullopt;
  }
  const Message& message = request.message;
  const bool is_invite = message.method() == Method::invite;
  ServerTransaction made(message.method(), delivery_on(request.flow.transport),
                         keys_.of_call(message));
  made.holder = holder;
  made.answered_on = response_flow(request.flow, message);
  ServerTransaction& added = table_.add(key, request.flow, std::move(made));
  ++shares_[holder].transactions;
  if (message.to().tag().empty() || is_invite) note_call(added);
  if (is_invite) {
    keep_response(added, trying(message, request.flow));
    out.emplace_back(Send{added.answered_on, added.response});
  }
  return RequestArrived{added.id, request.flow, std::move(request.message)};
}

void ServerSide::note_call(ServerTransaction& transaction) {
  const auto [entry, is_new] = by_call_.emplace(transaction.call, &transaction);
  if (!is_new && entry->second->is_refused) entry->second = &transaction;
}

void ServerSide::on_cancel(const Flow& flow, Message&& cancel, Instant now, Outbox& out) {
  ServerTransaction* transaction = table_.find(keys_.of_request(flow, cancel));
  auto* invite =
      transaction ? std::get_if<InviteServerTransaction>(&transaction->machine) : nullptr;
  if (!invite) {
    tell(flow, cancel, NotServed::unknown_call);
    answer({flow, std::move(cancel)}, {481}, out);
    return;
  }

  // RFC 3261 §9.2: the To tag is the one in the responses to the INVITE.
  const std::string& tag = transaction->to_tag;
  auto answer =
      MessageWriter::response_to(cancel, flow.remote, 200, reason_phrase(200),
                                 tag.empty() ? tag_made_of(keys_.of_attempt(flow, cancel)) : tag);
  out.emplace_back(Send{response_flow(flow, cancel), answer.finish()});
  Actions actions;
  invite->on_cancel(now, actions);
  perform(actions, *transaction, out);
}

void ServerSide::on_ack(const Flow& flow, Message&& ack, Instant now, Outbox& out) {
  if (ack.refusal()) return tell(flow, ack, NotServed::unreadable);
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
  ServerTransaction& invite = *found->second;
  if (invite.success->state() != SuccessRetransmission::State::repeating) return;
  if (invite.flow == flow) on_acknowledged(invite);
  out.emplace_back(AckArrived{flow, std::move(ack), invite.id});
}

void ServerSide::accept_ack(ServerTransactionId id) {
  ServerTransaction* transaction = table_.find(id);
  if (transaction && transaction->success) on_acknowledged(*transaction);
}

void ServerSide::on_acknowledged(ServerTransaction& transaction) {
  if (transaction.success->on_ack() == SuccessRetransmission::Ack::repeated) return;
  keep_response(transaction, {});  // nothing is left to repeat
}

// ---- Refusals without a transaction -------------------------------------------------------------

bool ServerSide::answer(const RequestOffered& request, const StatelessAnswer& words, Outbox& out) {
  // RFC 3261 §8.2.7: a stateless element answers each repetition of a request with the same tag.
  const std::string tag = tag_made_of(keys_.of_attempt(request.flow, request.message));
  std::string text = text_of(words, request.message, request.flow, tag);
  if (text.empty()) {
    ++counts_.unanswered;
    return false;
  }
  out.emplace_back(Send{response_flow(request.flow, request.message), std::move(text)});
  return true;
}

void ServerSide::refuse_overloaded(const RequestOffered& request, Outbox& out) {
  constexpr std::uint64_t shortest_wait_s = 5;
  constexpr std::uint64_t spread_s = 25;  // so that the refused do not come back all at once
  ++counts_.overload;
  tell(request.flow, request.message, NotServed::overloaded);
  const std::uint64_t wait = shortest_wait_s + request.attempt.high % spread_s;
  answer(request, {503, {}, {{"Retry-After", std::to_string(wait)}}}, out);
}

bool ServerSide::has_room_for(const Message& request, const Fingerprint& holder) const {
  const bool is_in_dialog = !request.to().tag().empty();
  const auto has_room = [is_in_dialog](std::size_t cap, std::size_t used, std::size_t own) {
    const std::size_t end = is_in_dialog ? cap + cap / dialog_reserve : cap;
    return used < end && own < end - used;
  };
  const auto found = shares_.find(holder);
  const Share own = found == shares_.end() ? Share{} : found->second;
  return has_room(limits_.transactions, table_.size(), own.transactions) &&
         has_room(limits_.kept_bytes, kept_bytes_, own.bytes);
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
    if (status >= 300) transaction->is_refused = true;
    keep_response(*transaction, std::move(response));
    if (is_invite && status / 100 == 2) transaction->success.emplace(now);
  }
  perform(actions, *transaction, out);
  settle(*transaction);
}

void ServerSide::keep_response(ServerTransaction& transaction, std::string response) {
  Share& share = shares_[transaction.holder];
  kept_bytes_ -= transaction.response.size();
  share.bytes -= transaction.response.size();
  std::swap(transaction.response, response);  // an assignment would keep the old memory
  kept_bytes_ += transaction.response.size();
  share.bytes += transaction.response.size();
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

void ServerSide::on_flow_lost(const Flow& flow, Instant now) {
  for (const ServerTransactionId id : table_.on_connection(flow.connection)) {
    ServerTransaction& transaction = *table_.find(id);
    if (!transaction.is_unsettled()) {
      remove(transaction);
      continue;
    }
    std::get<InviteServerTransaction>(transaction.machine).on_flow_lost(now);
    table_.strand(transaction);
    table_.schedule(transaction);
  }
  for (; table_.stranded_count() > limits_.stranded; ++counts_.shed) {
    remove(table_.oldest_stranded());
  }
}

void ServerSide::on_flow_moved(const Flow& from, const Flow& to, Instant now, Outbox& out) {
  for (const ServerTransactionId id : table_.on_connection(from.connection)) {
    ServerTransaction& transaction = *table_.find(id);
    if (!transaction.is_unsettled()) continue;
    const auto said = Message::parse(transaction.response);
    const bool has_key = said && has_magic_cookie(said->via());
    table_.move(transaction, has_key ? keys_.of_invite(to, said->via()) : transaction.key, to);
    transaction.answered_on = to;
    std::get<InviteServerTransaction>(transaction.machine).on_flow_moved(now);
    if (transaction.success) transaction.success.emplace(now);
    const bool is_answered = transaction.success || transaction.is_refused;
    if (is_answered) out.emplace_back(Send{to, transaction.response});
    settle(transaction);
  }
}

void ServerSide::perform(const Actions& actions, const ServerTransaction& transaction,
                         Outbox& out) const {
  const bool is_stranded = table_.is_stranded(transaction);
  for (const Action action : actions) {
    switch (action) {
      case Action::send:
        if (is_stranded) break;  // it is said when the phone is back
        out.emplace_back(Send{transaction.answered_on, transaction.response});
        break;
      case Action::report_cancel:
        out.emplace_back(CancelArrived{transaction.id});
        break;
      case Action::report_missing_ack:
        if (!is_stranded) out.emplace_back(AckMissing{transaction.id});
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
  const auto share = shares_.find(transaction.holder);
  share->second.bytes -= transaction.response.size();
  if (--share->second.transactions == 0) shares_.erase(share);
  const auto found = by_call_.find(transaction.call);
  if (found != by_call_.end() && found->second == &transaction) by_call_.erase(found);
  give_back_buckets(shares_);
  give_back_buckets(by_call_);
  table_.remove(transaction);
}

}  // namespace dering::sip
