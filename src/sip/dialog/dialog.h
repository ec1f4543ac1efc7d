// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/flow.h"
#include "sip/message/message.h"
#include "sip/message/writer.h"

namespace dering::sip {

/// Names a dialog at this endpoint (RFC 3261 §12).
struct DialogId {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;

  auto operator<=>(const DialogId&) const = default;
};

/// The state both sides of a dialog share (RFC 3261 §12.1): ids, sequence numbers, remote target,
/// route set. Writes the requests of the dialog and judges those that arrive. Sans-I/O, a value.
class Dialog {
 public:
  /// UAS: made while answering `invite`, whose responses carry `local_tag`.
  static Dialog answering(const Message& invite, const Flow& flow, std::string local_tag);
  /// UAC: made by a 1xx or 2xx that has a To tag; `invite_cseq` is the CSeq we sent.
  static Dialog established_by(const Message& response, const Flow& flow);

  /// The dialog that a final response confirms, with the numbers that its early one has used.
  static Dialog confirmed_by(const Message& response, const Dialog& early);

  const DialogId& id() const { return id_; }
  const Flow& flow() const { return flow_; }
  /// RFC 5626: the same phone came back on another connection.
  void move_to(const Flow& flow) { flow_ = flow; }
  std::string_view remote_target() const { return remote_target_; }
  std::uint32_t local_cseq() const { return local_cseq_; }
  /// The two sides as From and To name them, without tags: for another dialog between them.
  std::string local_party() const;
  std::string remote_party() const;
  /// Value of Route for a request outside this dialog that takes the same way; may be empty.
  std::string route() const;

  /// Starts a request inside the dialog: request line, Via (`via_value`), Max-Forwards, From, To,
  /// Call-ID, CSeq (the next one, except for ACK, which repeats `cseq`), Route. The caller adds the
  /// rest and finishes it.
  MessageWriter request(Method method, std::string_view via_value);
  MessageWriter ack(std::uint32_t invite_cseq, std::string_view via_value) const;

  enum class Verdict : std::uint8_t {
    in_order,
    out_of_order,  ///< answer 500 (RFC 3261 §12.2.2)
  };
  /// Judges CSeq of a request that arrived inside the dialog and takes over its remote target when
  /// it is a target refresh (INVITE, UPDATE, SUBSCRIBE: RFC 5057 §5.4).
  Verdict accept(const Message& request);
  /// A 2xx to our INVITE or UPDATE refreshes the remote target.
  void refresh_target(const Message& message);

 private:
  Dialog() = default;
  MessageWriter written(Method method, std::uint32_t cseq, std::string_view via_value) const;

  DialogId id_;
  Flow flow_;
  std::string local_address_;   ///< From of what we send: name-addr with our tag
  std::string remote_address_;  ///< To of what we send
  std::string remote_target_;
  std::vector<std::string> route_set_;  ///< top first, each a name-addr
  std::uint32_t local_cseq_ = 0;
  std::optional<std::uint32_t> remote_cseq_;  ///< nothing until the peer has sent a request
};

}  // namespace dering::sip
