// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/client_side.h"

#include <algorithm>

#include "sip/endpoint/own_text.h"

namespace dering::sip {
namespace {

/// A peer that invents To tags cannot make us keep more than this of one INVITE.
constexpr std::size_t max_forks = 32;

/// UDP may repeat the whole request. Elsewhere an INVITE's ACK and CANCEL are made from its head, a
/// BYE may have to be said on the phone's next connection, and nothing is needed of the others.
std::string_view kept_part(Method method, Delivery delivery, std::string_view request) {
  if (delivery == Delivery::unreliable || method == Method::bye) return request;
  return method == Method::invite ? head_of_own(request) : std::string_view{};
}

/// The branch is a secret between us and the one we sent it to: whoever knows it is that phone. It
/// may answer from another port, and on another connection if it takes its own to be broken
/// (RFC 3261 §18.2.2; docs/decisions/0007).
bool may_answer(const Flow& flow, const Flow& asked) {
  return flow.transport == asked.transport;
}

/// Without a transaction: nothing is repeated on a connection, and nobody asks for its fate.
void say_cancel(const ClientTransaction& invite, const Flow& flow, Outbox& out) {
  out.push_back(Send{flow, cancel_of_own(invite.request, invite.cancel_reason)});
}

void say_acks(const ClientTransaction& invite, const Flow& flow, Outbox& out) {
  for (const ClientTransaction::Fork& fork : invite.forks) {
    if (!fork.ack.empty()) out.push_back(Send{flow, fork.ack});
  }
}

}  // namespace

ClientTransaction::ClientTransaction(Method its_method, Delivery delivery, Instant now)
    : machine(NonInviteClientTransaction(delivery, now)), method(its_method) {
  if (method == Method::invite) machine = InviteClientTransaction(delivery, now);
}

bool ClientTransaction::is_within_dialog() const {
  const auto to = parse_name_addr(header_of_own(request, HeaderId::to));
  return to && !to->tag().empty();
}

bool ClientTransaction::is_over() const {
  return std::visit([](const auto& one) { return one.is_over(); }, machine);
}

std::optional<Instant> ClientTransaction::next_deadline() const {
  return std::visit([](const auto& one) { return one.next_deadline(); }, machine);
}

// ---- Requests -----------------------------------------------------------------------------------

ClientTransactionId ClientSide::request(const Flow& flow, Method method, std::string branch,
                                        std::string request, Instant now, Outbox& out) {
  const Delivery delivery = delivery_on(flow.transport);
  const Fingerprint key = keys_.of_client(branch, name_of(method));
  ClientTransaction transaction(method, delivery, now);
  transaction.branch = std::move(branch);
  transaction.request = kept_part(method, delivery, request);
  ClientTransaction& added = table_.add(key, flow, std::move(transaction));
  table_.schedule(added);
  out.push_back(Send{flow, std::move(request)});
  return added.id;
}

void ClientSide::acknowledge(ClientTransactionId id, std::string_view to_tag, std::string ack,
                             Outbox& out) {
  ClientTransaction* transaction = table_.find(id);
  if (!transaction) return;
  const Fingerprint tag = keys_.of_tag(to_tag);
  const auto fork = std::ranges::find(transaction->forks, tag, &ClientTransaction::Fork::to_tag);
  if (fork == transaction->forks.end()) return;
  fork->ack = std::move(ack);
  out.push_back(Send{transaction->flow, fork->ack});
}

bool ClientSide::is_heard(ClientTransactionId id) const {
  const ClientTransaction* transaction = const_cast<ClientSide*>(this)->table_.find(id);
  const auto* invite =
      transaction ? std::get_if<InviteClientTransaction>(&transaction->machine) : nullptr;
  using State = InviteClientTransaction::State;
  return invite && invite->state() != State::calling && invite->state() != State::cancel_held;
}

void ClientSide::cancel(ClientTransactionId id, std::string_view reason, Instant now, Outbox& out) {
  ClientTransaction* transaction = table_.find(id);
  if (!transaction) return;
  auto* invite = std::get_if<InviteClientTransaction>(&transaction->machine);
  if (!invite) return;
  transaction->cancel_reason = reason;
  Actions actions;
  invite->on_cancel(now, actions);
  perform(actions, *transaction, {.now = now}, out);
  settle(*transaction);
}

void ClientSide::send_cancel(const ClientTransaction& invite, Instant now, Outbox& out) {
  // RFC 3261 §9.1: the CANCEL has the branch of its INVITE and a transaction of its own.
  request(invite.flow, Method::cancel, invite.branch,
          cancel_of_own(invite.request, invite.cancel_reason), now, out);
  if (invite.next_flow) say_cancel(invite, *invite.next_flow, out);
}

/// What dismisses an answer that came by a connection on which its phone may never sign in belongs
/// to where the phone was asked: when it moves from there, that is said again.
void ClientSide::release(ClientTransactionId id, Instant now) {
  ClientTransaction* released = table_.find(id);
  if (!released) return;
  released->care = ClientTransaction::Care::endpoint;
  if (!is_reliable(released->flow.transport)) return;
  const std::string_view call_id = header_of_own(released->request, HeaderId::call_id);
  for (const ClientTransactionId other : table_.on_connection(released->flow.connection)) {
    const ClientTransaction& invite = *table_.find(other);
    if (!invite.home || invite.home->call_id != call_id) continue;
    table_.move(*released, released->key, invite.home->flow);
    return strand(*released, now);
  }
}

// ---- Responses ----------------------------------------------------------------------------------

void ClientSide::on_response(const Flow& flow, Message&& response, Instant now, Outbox& out) {
  const auto key = keys_.of_client(response.via().branch, response.cseq().method_name);
  ClientTransaction* transaction = table_.find(key);
  if (!transaction || !may_answer(flow, transaction->flow)) return pass_over();
  // Only its phone knows the branch: it is back, or takes its own connection to be broken.
  const bool is_elsewhere = is_reliable(flow.transport) && response.status() >= 200 &&
                            flow.connection != transaction->flow.connection;
  if (is_elsewhere && !transaction->home) {
    transaction->home = {transaction->flow, std::string(response.call_id())};
  }
  const auto home = is_elsewhere ? transaction->home : std::nullopt;
  if (is_elsewhere) next_flows_.forget(*transaction);
  if (is_elsewhere || table_.is_stranded(*transaction)) table_.move(*transaction, key, flow);
  Actions actions;
  std::visit([&](auto& machine) { machine.on_response(response.status(), now, actions); },
             transaction->machine);
  perform(actions, *transaction, {.now = now, .flow = &flow, .response = &response}, out);
  settle(*transaction);
  if (home) bring_byes({home->flow, flow}, home->call_id, now, out);
}

/// An answer comes again by another connection: so the BYE that dismissed it may have been lost as
/// well, also where the phone never came to sign in. It stays where the phone was asked: this
/// connection may take it too, and any number after it.
void ClientSide::bring_byes(const Way& way, std::string_view call_id, Instant now, Outbox& out) {
  if (!is_reliable(way.from.transport)) return;
  for (const ClientTransactionId id : table_.on_connection(way.from.connection)) {
    ClientTransaction& bye = *table_.find(id);
    const bool is_released =
        bye.method == Method::bye && bye.care == ClientTransaction::Care::endpoint;
    if (!is_released || header_of_own(bye.request, HeaderId::call_id) != call_id) continue;
    out.push_back(Send{way.to, bye.request});
    NonInviteClientTransaction again(delivery_on(way.to.transport), now);
    again.on_flow_lost(now);
    bye.machine = again;
    table_.schedule(bye);
  }
}

void ClientSide::move_bye(ClientTransaction& bye, const Flow& to, Instant now, Outbox& out) {
  out.push_back(Send{to, bye.request});
  bye.machine = NonInviteClientTransaction(delivery_on(to.transport), now);
  table_.move(bye, bye.key, to);
  table_.schedule(bye);
}

void ClientSide::deliver(ClientTransaction& transaction, const Occasion& occasion, Outbox& out) {
  if (transaction.method == Method::cancel) return;  // nobody asked for the fate of a CANCEL
  Message& response = *occasion.response;
  const bool is_answer = transaction.method == Method::invite && response.status() / 100 == 2;
  if (transaction.care == ClientTransaction::Care::endpoint) {
    // A call that nobody waits for is for the user to end; within a dialog the call goes on.
    if (!is_answer) return;
    if (transaction.is_within_dialog()) return acknowledge_unwanted(transaction, response, out);
  }
  if (is_answer && !is_new_fork(transaction, response, out)) return;
  out.push_back(ResponseArrived{transaction.id, *occasion.flow, std::move(response)});
}

/// False for a 2xx that came before: its ACK, if there is one already, is sent again.
bool ClientSide::is_new_fork(ClientTransaction& invite, const Message& success, Outbox& out) {
  const Fingerprint tag = keys_.of_tag(success.to().tag());
  const auto fork = std::ranges::find(invite.forks, tag, &ClientTransaction::Fork::to_tag);
  if (fork != invite.forks.end()) {
    if (!fork->ack.empty()) out.push_back(Send{invite.flow, fork->ack});
    return false;
  }
  if (invite.forks.size() == max_forks) return false;
  invite.forks.push_back({tag, {}});
  std::string().swap(invite.request);  // neither repeated, nor cancelled, nor refused any more
  return true;
}

void ClientSide::acknowledge_unwanted(ClientTransaction& invite, const Message& success,
                                      Outbox& out) {
  std::string ack = ack_of_own(invite.request, *success.header(HeaderId::to));
  // RFC 3261 §13.2.2.4: the ACK of a 2xx is a request of its own, with a branch of its own.
  ack.insert(ack.find(invite.branch) + invite.branch.size(), "-ack");
  if (!is_new_fork(invite, success, out)) return;
  invite.forks.back().ack = std::move(ack);
  out.push_back(Send{invite.flow, invite.forks.back().ack});
}

// ---- Time and ends ------------------------------------------------------------------------------

void ClientSide::on_time(Instant now, Outbox& out) {
  while (ClientTransaction* transaction = table_.take_due(now)) {
    Actions actions;
    std::visit([&](auto& machine) { machine.on_time(now, actions); }, transaction->machine);
    perform(actions, *transaction, {.now = now}, out);
    settle(*transaction);
  }
}

void ClientSide::on_flow_closed(const Flow& flow, Instant now, Outbox& out) {
  for (const ClientTransactionId id : table_.on_connection(flow.connection)) {
    ClientTransaction& transaction = *table_.find(id);
    Actions actions;
    std::visit([&](auto& machine) { machine.on_flow_closed(now, actions); }, transaction.machine);
    perform(actions, transaction, {.now = now, .failure = RequestFailed::Reason::flow_lost}, out);
    settle(transaction);
  }
}

void ClientSide::on_flow_lost(const Flow& flow, Instant now, Outbox& out) {
  using Care = ClientTransaction::Care;
  for (const ClientTransactionId id : table_.on_connection(flow.connection)) {
    ClientTransaction& transaction = *table_.find(id);
    const bool is_released = transaction.care == Care::endpoint;
    Actions actions;
    if (auto* invite = std::get_if<InviteClientTransaction>(&transaction.machine)) {
      invite->on_flow_lost(now, actions);
    } else if (transaction.method != Method::bye || !is_released) {
      std::get<NonInviteClientTransaction>(transaction.machine).on_flow_closed(now, actions);
    }
    perform(actions, transaction, {.now = now, .failure = RequestFailed::Reason::flow_lost}, out);
    if (!actions.empty()) transaction.care = Care::endpoint;
    if (transaction.next_flow && !transaction.is_over()) {
      move_invite(transaction, Flow(*transaction.next_flow), now, out);
      continue;
    }
    if (!transaction.is_over()) strand(transaction, now);
    settle(transaction);
  }
  for (; table_.stranded_count() > limits_.stranded; ++counts_.shed) {
    table_.remove(table_.oldest_stranded());
  }
}

void ClientSide::on_flow_moved(const Flow& from, const Flow& to, Instant now, Outbox& out) {
  // Those whose first connection seems to be up still, while their phone has moved twice.
  for (const ClientTransactionId id : next_flows_.on_connection(from.connection)) {
    move_invite(*table_.find(id), to, now, out);
  }
  for (const ClientTransactionId id : table_.on_connection(from.connection)) {
    ClientTransaction& transaction = *table_.find(id);
    if (transaction.method == Method::invite) {
      move_invite(transaction, to, now, out);
    } else if (transaction.method == Method::bye) {
      if (transaction.care == ClientTransaction::Care::endpoint) {
        move_bye(transaction, to, now, out);
      } else {
        out.push_back(Send{to, transaction.request});
      }
    }
  }
}

/// What the user waits for stays where it was asked; that connection's end is for the user to know.
void ClientSide::move_invite(ClientTransaction& transaction, const Flow& to, Instant now,
                             Outbox& out) {
  auto& invite = std::get<InviteClientTransaction>(transaction.machine);
  if (invite.awaits_final()) {
    next_flows_.put(transaction, to);
    const bool is_cancelled = invite.state() == InviteClientTransaction::State::cancelling;
    if (is_cancelled) say_cancel(transaction, to, out);
    return;
  }
  next_flows_.forget(transaction);
  table_.move(transaction, transaction.key, to);
  Actions actions;
  invite.on_flow_moved(now, actions);
  // A CANCEL that it already has, or an ACK: it may have been lost.
  if (!actions.empty()) say_cancel(transaction, to, out);
  say_acks(transaction, to, out);
  settle(transaction);
}

void ClientSide::strand(ClientTransaction& transaction, Instant now) {
  next_flows_.forget(transaction);
  table_.strand(transaction);
  auto* bye = std::get_if<NonInviteClientTransaction>(&transaction.machine);
  if (bye) bye->on_flow_lost(now);
  table_.schedule(transaction);
}

void ClientSide::perform(const Actions& actions, ClientTransaction& transaction,
                         const Occasion& occasion, Outbox& out) {
  for (const Action action : actions) {
    switch (action) {
      case Action::send:
        out.push_back(Send{transaction.flow, transaction.request});
        break;
      case Action::acknowledge:
        out.push_back(Send{transaction.flow, ack_of_own(transaction.request,
                                                        *occasion.response->header(HeaderId::to))});
        break;
      case Action::send_cancel:
        send_cancel(transaction, occasion.now, out);
        break;
      case Action::deliver:
        deliver(transaction, occasion, out);
        break;
      case Action::report_failure:
        if (transaction.method == Method::cancel) break;
        if (transaction.care == ClientTransaction::Care::endpoint) break;
        out.push_back(RequestFailed{transaction.id, occasion.failure});
        break;
      case Action::report_cancel:
      case Action::report_missing_ack:
        break;  // of servers only
    }
  }
}

void ClientSide::settle(ClientTransaction& transaction) {
  if (transaction.is_over()) {
    next_flows_.forget(transaction);
    return table_.remove(transaction);
  }
  table_.schedule(transaction);
}

// ---- Phones that are back while their connection seems to be up ---------------------------------

void NextFlows::put(ClientTransaction& invite, const Flow& next) {
  forget(invite);
  invite.next_flow = next;
  invites_.emplace(next.connection, invite.id);
}

void NextFlows::forget(ClientTransaction& invite) {
  if (!invite.next_flow) return;
  invites_.erase({invite.next_flow->connection, invite.id});
  invite.next_flow.reset();
}

std::vector<ClientTransactionId> NextFlows::on_connection(std::uint64_t connection) const {
  std::vector<ClientTransactionId> ids;
  for (auto it = invites_.lower_bound({connection, ClientTransactionId{}});
       it != invites_.end() && it->first == connection; ++it) {
    ids.push_back(it->second);
  }
  return ids;
}

}  // namespace dering::sip
