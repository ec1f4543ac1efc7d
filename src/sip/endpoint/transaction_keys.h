// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/keyed_hash.h"
#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::sip {

/// RFC 3261 §8.1.1.7: the branch alone tells transactions of that sender apart.
bool has_magic_cookie(const Via& via);

/// Makes the keys under which an endpoint finds its transactions. A key is a fingerprint, so a
/// table entry costs the same whatever a peer writes into its Via, Call-ID and tags. Signalling
/// thread only.
class TransactionKeys {
 public:
  explicit TransactionKeys(Random& random) : hash_(random) {}

  /// The server transaction that a request belongs to (RFC 3261 §17.2.3): flow, sent-by, branch and
  /// method; ACK and CANCEL yield the key of their INVITE. Without the magic cookie in the branch:
  /// flow, Via, Request-URI, Call-ID, From tag and CSeq.
  Fingerprint of_request(const Flow& flow, const Message& request);
  /// The same for the INVITE with this Via, which has the magic cookie.
  Fingerprint of_invite(const Flow& flow, const Via& via);
  /// What merged copies of one request share, and an INVITE with the ACK of its 2xx: Call-ID, From
  /// tag and CSeq (RFC 3261 §8.2.2.2, §13.3.1.4). ACK yields the key of its INVITE.
  Fingerprint of_call(const Message& request);
  /// Who takes room in our tables: a connection, or over UDP the address (of IPv6 the network, as
  /// one household has many addresses).
  Fingerprint of_holder(const Flow& flow);
  /// One request on one flow and no other; its repetitions yield the same.
  Fingerprint of_attempt(const Flow& flow, const Message& request);
  /// A client transaction (RFC 3261 §17.1.3).
  Fingerprint of_client(std::string_view branch, std::string_view method);
  Fingerprint of_tag(std::string_view tag);

 private:
  enum class Purpose : char { request, old_request, call, holder, attempt, client, tag };

  void begin_request(const Flow& flow, std::string_view method, const Via& via);
  void begin(Purpose purpose);
  void add(std::string_view text);
  void add(const Flow& flow);
  void add_number(std::uint32_t number);
  Fingerprint finish() const { return hash_.of(scratch_); }

  KeyedHash hash_;
  std::string scratch_;
};

}  // namespace dering::sip
