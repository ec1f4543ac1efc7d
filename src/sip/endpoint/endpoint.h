// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/keyed_hash.h"
#include "base/names.h"
#include "base/networks.h"
#include "base/random.h"
#include "base/strong_id.h"
#include "base/table_size.h"
#include "sip/endpoint/stateless_answer.h"
#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::sip {

using ServerTransactionId = StrongId<struct ServerTransactionTag>;
using ClientTransactionId = StrongId<struct ClientTransactionTag>;

// ---- What an endpoint puts into its outbox ------------------------------------------------------

/// To the edge: send these bytes on this flow.
struct Send {
  Flow flow;
  std::string bytes;
};
/// From the edge: a message that could be parsed.
struct Received {
  Flow flow;
  Message message;
};

/// To the transaction user: a new request, of which the endpoint keeps nothing yet and which it has
/// not answered. Either Endpoint::admit() it, or answer() it. Its repetitions come here too until
/// it is admitted. CANCEL and ACK never appear here.
struct RequestOffered {
  Flow flow;
  Message message;
  /// Of flow, sent-by, branch, Call-ID, From tag, CSeq and method: the same for each repetition,
  /// another one for whatever else a peer sends.
  Fingerprint attempt{};
};
/// A request that was admitted. Answer it with Endpoint::respond(); its repetitions are absorbed.
struct RequestArrived {
  ServerTransactionId transaction;
  Flow flow;
  Message message;
};
/// To the transaction user: the ACK of a 2xx we sent; may carry an answer. One that did not come by
/// the flow of its INVITE may be a stranger's: the 2xx is repeated until Endpoint::accept_ack().
struct AckArrived {
  Flow flow;
  Message message;
  ServerTransactionId transaction{};
};
/// To the transaction user: the caller cancelled this INVITE before a final response. The endpoint
/// answered the CANCEL with 200; the user must now respond 487 to the INVITE.
struct CancelArrived {
  ServerTransactionId transaction;
};
/// To the transaction user: no ACK came for a 2xx within 64·T1 (RFC 3261 §13.3.1.4): send BYE.
struct AckMissing {
  ServerTransactionId transaction;
};
/// To the transaction user: 1xx–6xx to a request of ours (never 100). Each forked 2xx of an INVITE
/// comes once; non-2xx finals are acknowledged by the endpoint itself, a 2xx by the user
/// through Endpoint::acknowledge().
struct ResponseArrived {
  ClientTransactionId transaction;
  Flow flow;
  Message message;
};
/// To the transaction user: no final response will come. Timeout means 408, a lost flow 503
/// (RFC 3261 §8.1.3.1).
struct RequestFailed {
  enum class Reason : std::uint8_t { timeout, flow_lost };
  ClientTransactionId transaction;
  Reason reason;
};

/// Why the endpoint itself did not serve a request.
enum class NotServed : std::uint8_t {
  unreadable,    ///< answered with the refusal() of the message; an ACK is passed over
  unknown_call,  ///< a CANCEL of an INVITE that is over, or never was: 481
  merged,        ///< another copy of a request that is being served: 482 (RFC 3261 §8.2.2.2)
  overloaded,    ///< 503: no room for its transaction
};
/// To be told of them, before anything else is done. Valid while it is called.
using OnNotServed = std::function<void(const Flow&, const Message&, NotServed)>;

using Output = std::variant<Send, RequestOffered, AckArrived, CancelArrived, AckMissing,
                            ResponseArrived, RequestFailed>;
using Outbox = std::vector<Output>;

// ---- The endpoint -------------------------------------------------------------------------------

/// How a URI of ours begins. With sips every hop is TLS (RFC 5630 §3.1).
enum class UriScheme : std::uint8_t { sip, sips };

/// What we call ourselves on the wire.
struct EndpointNames {
  /// For Via sent-by and Contact where the flow does not know its local address: name or IP, "[…]"
  /// around IPv6.
  std::string host;
  std::uint16_t udp_port = 5060;
  std::uint16_t tcp_port = 5060;
  std::uint16_t tls_port = 5061;
  std::string product;  ///< Server and User-Agent: "dering/0.1.0"
  Networks networks{};  ///< peers that reach us elsewhere than at the flow's local address
};

/// Caps of what an endpoint keeps; past them new requests get 503 and are counted. A request within
/// a dialog may go past them by a quarter: a refused BYE, PRACK or re-INVITE would only keep calls
/// up and come again. ACK and CANCEL take no room and are never refused.
///
/// A connection, or over UDP an address, may take as much as it leaves free: the greediest one half
/// of all, n greedy ones n of n + 1 parts. So there is room for whoever comes with a first request.
struct EndpointLimits {
  std::size_t transactions = 200'000;     ///< of peers' requests
  std::size_t kept_bytes = 512UL << 20U;  ///< of responses kept for repetition
  /// Of each side: those whose connection is gone and whose phone may come back. Past it the oldest
  /// is forgotten and counted.
  std::size_t stranded = 4'000;
};

/// The transaction layer of RFC 3261 §17 (with RFC 6026, RFC 4320) and the part of §18 that needs
/// no socket. Owns all transactions; absorbs retransmissions, answers CANCEL, refuses unreadable
/// requests, retransmits 2xx until ACK and re-acknowledges 2xx. Sans-I/O: signalling thread only.
///
/// A request becomes a transaction only when its user says so: what a stranger sends costs no
/// memory (docs/decisions/0009).
///
/// A server transaction is keyed by flow, sent-by, branch and method: JsSIP draws only 10⁷
/// branches.
class Endpoint {
 public:
  Endpoint(EndpointNames names, EndpointLimits limits, Random& random);
  ~Endpoint();

  /// Once, before the first message.
  void tell_not_served(OnNotServed told);

  // -- from the edge
  void on_message(const Flow& flow, Message&& message, Instant now, Outbox& out);
  /// The connection is gone: its client transactions fail, its server transactions end silently.
  void on_flow_closed(const Flow& flow, Instant now, Outbox& out);
  /// The same, but its one user may come back (RFC 5626): what the connection may have taken with
  /// it is kept for 64·T1. These are final responses to INVITE without an ACK, ACKs of 2xx, INVITEs
  /// without a final response, and each BYE that was released. docs/protocols/lost-flow.md
  void on_flow_lost(const Flow& flow, Instant now, Outbox& out);
  /// The phone of that connection, which is gone or seems to be up, is back on this one and has
  /// proven who it is. What was kept is said there: an INVITE that failed is cancelled with the
  /// same branch, everything else is repeated; it belongs to the new connection from then on.
  /// Nothing if one of them is no connection.
  void on_flow_moved(const Flow& from, const Flow& to, Instant now, Outbox& out);
  void on_time(Instant now, Outbox& out);
  std::optional<Instant> next_deadline() const;

  // -- from the transaction user
  /// Makes a transaction for a request, and answers an INVITE with 100. Nothing, and 503 to the
  /// peer, if there is no room; nothing at all if this request was admitted since it was offered.
  std::optional<RequestArrived> admit(RequestOffered&& request, Outbox& out);
  /// Answers once and keeps nothing. Where a repetition comes it is offered anew and must be
  /// refused in the same words. The ACK of a refused INVITE is swallowed. False if nothing may be
  /// sent, since any answer would be too large; see text_of().
  bool answer(const RequestOffered& request, const StatelessAnswer& words, Outbox& out);
  /// `response` is a whole message from MessageWriter::response_to(). Provisional or final. A
  /// transaction that is gone ignores it.
  void respond(ServerTransactionId id, int status, std::string response, Instant now, Outbox& out);
  /// That ACK came from whom the dialog belongs to.
  void accept_ack(ServerTransactionId id);
  /// Sends a request (not ACK, not CANCEL) whose top Via holds `branch` (from new_branch()).
  ClientTransactionId request(const Flow& flow, Method method, std::string branch,
                              std::string request, Instant now, Outbox& out);
  /// Acknowledges one 2xx; repeated by the endpoint when that 2xx comes again. `to_tag` names the
  /// fork.
  void acknowledge(ClientTransactionId id, std::string_view to_tag, std::string ack, Instant now,
                   Outbox& out);
  /// Of an INVITE that is under way: a provisional response came, be it 100.
  bool is_heard(ClientTransactionId id) const;
  /// Sends CANCEL as soon as a provisional response has come (RFC 3261 §9.1). The INVITE still ends
  /// with ResponseArrived or RequestFailed, at the latest 64·T1 later.
  void cancel(ClientTransactionId id, std::string_view reason_header, Instant now, Outbox& out);
  /// Nobody waits for the end of this request: it is not told. A BYE that its connection takes with
  /// it is said again on the phone's next one.
  void release(ClientTransactionId id, Instant now);

  // -- names for the messages we write
  /// From here on those of this key.
  void restart_names(const Names::Key& key);
  std::string new_branch();  ///< with the magic cookie
  std::string new_tag();
  std::string new_call_id();
  /// "SIP/2.0/UDP host:5060;branch=…;rport"
  std::string via_value(const Flow& flow, std::string_view branch) const;
  /// "<sip:user@host:5060;transport=tcp>": how this flow's peer reaches us in a dialog.
  std::string contact_value(const Flow& flow, std::string_view user,
                            UriScheme scheme = UriScheme::sip) const;
  const EndpointNames& names() const;

  std::size_t transaction_count() const;
  void list(TableSizes& out) const;
  /// Requests refused with 503 for want of room; those within a dialog are among them.
  std::uint64_t overload_count() const;
  /// Requests that got no answer, since any would have been too large; see text_of().
  std::uint64_t unanswered_count() const;
  /// Transactions of lost connections that were forgotten before their time.
  std::uint64_t shed_count() const;
  /// Responses that were passed over: to no request of ours, or with more than one Via.
  std::uint64_t unmatched_count() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::sip
