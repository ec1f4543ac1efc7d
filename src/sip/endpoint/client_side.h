// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sip/endpoint/endpoint.h"
#include "sip/endpoint/transaction_keys.h"
#include "sip/endpoint/transaction_table.h"
#include "sip/transaction/invite_client.h"
#include "sip/transaction/non_invite_client.h"

namespace dering::sip {

/// A request of ours and what came back.
struct ClientTransaction : TableEntry<ClientTransactionId> {
  /// One 2xx to a forked INVITE.
  struct Fork {
    Fingerprint to_tag;
    std::string ack;  ///< empty until the user has acknowledged
  };

  /// Who sees to its end.
  enum class Care : std::uint8_t {
    user,      ///< it is told what becomes of it
    endpoint,  ///< nobody waits: the user has released it, or was told that it failed
  };

  ClientTransaction(Method its_method, Delivery delivery, Instant now);

  std::variant<InviteClientTransaction, NonInviteClientTransaction> machine;
  Method method;
  Care care = Care::user;
  std::string branch;   ///< its CANCEL shares it
  std::string request;  ///< as much of it as may still be needed
  std::string cancel_reason;
  std::vector<Fork> forks;
  /// Its phone came back there, while the connection it was sent on seems to be up.
  std::optional<Flow> next_flow{};
  /// Of an INVITE whose phone answered elsewhere: where it was asked, and is known to be at home.
  struct Home {
    Flow flow;
    std::string call_id;
  };
  std::optional<Home> home{};

  bool is_within_dialog() const;
  bool is_over() const;
  std::optional<Instant> next_deadline() const;
};

/// Which INVITEs have a next_flow, by its connection: their phone may lose that one as well, and
/// come back on a third. One thread.
class NextFlows {
 public:
  void put(ClientTransaction& invite, const Flow& next);
  void forget(ClientTransaction& invite);
  std::vector<ClientTransactionId> on_connection(std::uint64_t connection) const;
  std::size_t size() const { return invites_.size(); }

 private:
  std::set<std::pair<std::uint64_t, ClientTransactionId>> invites_;
};

/// The client half of an Endpoint: requests out, responses in (RFC 3261 §8.1, §9.1, §17.1). The
/// user bounds how many it starts. Signalling thread only.
class ClientSide {
 public:
  ClientSide(const EndpointLimits& limits, TransactionKeys& keys) : limits_(limits), keys_(keys) {}

  /// The caller has checked that `response` has one Via.
  void on_response(const Flow& flow, Message&& response, Instant now, Outbox& out);
  ClientTransactionId request(const Flow& flow, Method method, std::string branch,
                              std::string request, Instant now, Outbox& out);
  void acknowledge(ClientTransactionId id, std::string_view to_tag, std::string ack, Outbox& out);
  bool is_heard(ClientTransactionId id) const;
  void cancel(ClientTransactionId id, std::string_view reason, Instant now, Outbox& out);
  void release(ClientTransactionId id, Instant now);
  void on_flow_closed(const Flow& flow, Instant now, Outbox& out);
  void on_flow_lost(const Flow& flow, Instant now, Outbox& out);
  void on_flow_moved(const Flow& from, const Flow& to, Instant now, Outbox& out);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const { return table_.next_deadline(); }

  std::size_t size() const { return table_.size(); }
  struct Counts {
    std::uint64_t shed = 0;
    std::uint64_t unmatched = 0;
  };
  const Counts& counts() const { return counts_; }
  /// A response that is nobody's: late, forged or led astray.
  void pass_over() { ++counts_.unmatched; }
  void list(TableSizes& out) const {
    table_.list(out);
    out.push_back({"invites by next connection", next_flows_.size()});
  }

 private:
  /// What made a machine act.
  struct Occasion {
    Instant now;
    const Flow* flow = nullptr;   ///< of the response
    Message* response = nullptr;  ///< may be moved away by Action::deliver, which comes last
    RequestFailed::Reason failure = RequestFailed::Reason::timeout;
  };

  void perform(const Actions& actions, ClientTransaction& transaction, const Occasion& occasion,
               Outbox& out);
  void send_cancel(const ClientTransaction& invite, Instant now, Outbox& out);
  struct Way {
    Flow from;
    Flow to;
  };
  void bring_byes(const Way& way, std::string_view call_id, Instant now, Outbox& out);
  void move_bye(ClientTransaction& bye, const Flow& to, Instant now, Outbox& out);
  void move_invite(ClientTransaction& invite, const Flow& to, Instant now, Outbox& out);
  void strand(ClientTransaction& transaction, Instant now);
  void deliver(ClientTransaction& transaction, const Occasion& occasion, Outbox& out);
  bool is_new_fork(ClientTransaction& invite, const Message& success, Outbox& out);
  void acknowledge_unwanted(ClientTransaction& invite, const Message& success, Outbox& out);
  void settle(ClientTransaction& transaction);

  const EndpointLimits& limits_;
  TransactionKeys& keys_;
  TransactionTable<ClientTransaction> table_;
  NextFlows next_flows_;
  Counts counts_;
};

}  // namespace dering::sip
