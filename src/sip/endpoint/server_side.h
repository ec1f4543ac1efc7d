// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "sip/endpoint/endpoint.h"
#include "sip/endpoint/transaction_keys.h"
#include "sip/endpoint/transaction_table.h"
#include "sip/transaction/invite_server.h"
#include "sip/transaction/non_invite_server.h"
#include "sip/transaction/success_retransmission.h"

namespace dering::sip {

/// A request of a peer and what we answered.
struct ServerTransaction : TableEntry<ServerTransactionId> {
  ServerTransaction(Method method, Delivery delivery, const Fingerprint& its_call);

  std::variant<InviteServerTransaction, NonInviteServerTransaction> machine;
  std::optional<SuccessRetransmission> success;  ///< once an INVITE was answered with 2xx
  Fingerprint call;                              ///< TransactionKeys::of_call()
  Fingerprint holder{};                          ///< TransactionKeys::of_holder()
  std::string response;                          ///< the latest, kept for repetition
  std::string to_tag;                            ///< the tag of our responses to an INVITE
  Flow answered_on;                              ///< where responses go: response_flow()
  bool is_refused = false;                       ///< answered with 3xx or above

  /// An INVITE whose final response is still owed, or not acknowledged.
  bool is_unsettled() const;
  bool is_over() const;
  std::optional<Instant> next_deadline() const;
};

/// The server half of an Endpoint: requests in, responses out (RFC 3261 §8.2, §9.2, §17.2).
/// Signalling thread only.
class ServerSide {
 public:
  ServerSide(const EndpointLimits& limits, TransactionKeys& keys) : limits_(limits), keys_(keys) {}

  void tell_not_served(OnNotServed told) { told_ = std::move(told); }
  void on_request(const Flow& flow, Message&& request, Instant now, Outbox& out);
  std::optional<RequestArrived> admit(RequestOffered&& request, Outbox& out);
  bool answer(const RequestOffered& request, const StatelessAnswer& words, Outbox& out);
  void respond(ServerTransactionId id, int status, std::string response, Instant now, Outbox& out);
  void accept_ack(ServerTransactionId id);
  void on_flow_closed(const Flow& flow);
  void on_flow_lost(const Flow& flow, Instant now);
  void on_flow_moved(const Flow& from, const Flow& to, Instant now, Outbox& out);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const { return table_.next_deadline(); }

  std::size_t size() const { return table_.size(); }
  void list(TableSizes& out) const {
    table_.list(out);
    out.insert(out.end(), {{"requests by call", by_call_.size()},
                           {"holders of requests", shares_.size()},
                           {"kept bytes", kept_bytes_}});
  }
  struct Counts {
    std::uint64_t overload = 0;
    std::uint64_t unanswered = 0;
    std::uint64_t shed = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  void on_ack(const Flow& flow, Message&& ack, Instant now, Outbox& out);
  void on_cancel(const Flow& flow, Message&& cancel, Instant now, Outbox& out);
  void on_acknowledged(ServerTransaction& transaction);
  void on_new_request(const Flow& flow, Message&& request, Outbox& out);

  /// By which an ACK of its 2xx, and merged copies, are found.
  void note_call(ServerTransaction& transaction);
  bool is_merged(const Message& request);
  void tell(const Flow& flow, const Message& request, NotServed why) const {
    if (told_) told_(flow, request, why);
  }

  /// What one holder keeps here.
  struct Share {
    std::size_t transactions = 0;
    std::size_t bytes = 0;
  };
  bool has_room_for(const Message& request, const Fingerprint& holder) const;
  void refuse_overloaded(const RequestOffered& request, Outbox& out);
  void keep_response(ServerTransaction& transaction, std::string response);
  void perform(const Actions& actions, const ServerTransaction& transaction, Outbox& out) const;
  void settle(ServerTransaction& transaction);
  void remove(const ServerTransaction& transaction);

  const EndpointLimits& limits_;
  TransactionKeys& keys_;
  OnNotServed told_;
  TransactionTable<ServerTransaction> table_;
  std::unordered_map<Fingerprint, ServerTransaction*> by_call_;
  std::unordered_map<Fingerprint, Share> shares_;  ///< by holder; those who keep nothing have none
  std::size_t kept_bytes_ = 0;
  Counts counts_;
};

}  // namespace dering::sip
