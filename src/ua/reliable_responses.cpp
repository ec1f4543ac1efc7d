// SPDX-License-Identifier: Apache-2.0
#include "ua/reliable_responses.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace dering::ua {

void ReliableResponses::on_sent(Response response, Instant now) {
  DERING_CHECK(!waiting_);
  waiting_ = std::move(response);
  ++rseq_;
  gives_up_at_ = now + patience;
  interval_ = t1;
  at_ = now + interval_;
}

bool ReliableResponses::is_meant_by(const sip::RAck& rack) const {
  // The number was counted up when the response went out.
  return waiting_ && rack.response == rseq_ - 1 && rack.request.number == invite_cseq_ &&
         rack.request.method == sip::Method::invite;
}

bool ReliableResponses::on_prack(const sip::RAck& rack) {
  if (!is_meant_by(rack)) return false;
  waiting_.reset();
  at_.reset();
  return true;
}

ReliableResponses::Due ReliableResponses::on_time(Instant now) {
  if (!at_ || now < *at_) return Due::nothing;
  if (now >= gives_up_at_) {
    at_.reset();
    return Due::given_up;
  }
  // RFC 3262 §3: "The retransmission interval … doubles for each retransmission", without an end.
  interval_ *= 2;
  at_ = std::min(now + interval_, gives_up_at_);
  return Due::repeat;
}

}  // namespace dering::ua
