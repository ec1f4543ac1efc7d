// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "sip/message/fields.h"

namespace dering::ua {

/// The provisional responses to one INVITE that its sender wants to acknowledge (RFC 3262 §3), seen
/// from us who send them: one at a time, each repeated on every transport until its PRACK comes. A
/// machine.
class ReliableResponses {
 public:
  enum class Due : std::uint8_t {
    nothing,
    repeat,    ///< waiting() goes out once more
    given_up,  ///< no PRACK came for 64·T1: the INVITE gets a final response
  };

  static constexpr Duration t1 = std::chrono::milliseconds(500);
  static constexpr Duration patience = 64 * t1;

  /// The first one has this RSeq, from 1 to 2³¹ − 1.
  ReliableResponses(std::uint32_t first_rseq, std::uint32_t invite_cseq)
      : rseq_(first_rseq), invite_cseq_(invite_cseq) {}

  /// RSeq of the next one.
  std::uint32_t next_rseq() const { return rseq_; }
  struct Response {
    int status = 0;
    std::string bytes;
    bool has_sdp = false;
  };
  /// None may wait.
  void on_sent(Response response, Instant now);
  /// What waits for its PRACK; null: nothing.
  const Response* waiting() const { return waiting_ ? &*waiting_ : nullptr; }
  /// True if it acknowledges what waits.
  bool is_meant_by(const sip::RAck& rack) const;
  /// True if it acknowledges what waits, which waits no longer then. RFC 3262 §3: 200 to the PRACK,
  /// else 481.
  bool on_prack(const sip::RAck& rack);
  /// A final response was sent: nothing is repeated any more.
  void stop() { at_.reset(); }

  Due on_time(Instant now);
  std::optional<Instant> next_deadline() const { return at_; }

 private:
  std::uint32_t rseq_;
  std::uint32_t invite_cseq_;
  std::optional<Response> waiting_;
  Instant gives_up_at_{};
  Duration interval_{};
  std::optional<Instant> at_;
};

}  // namespace dering::ua
