// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/writer.h"
#include "trunk/digest_answer.h"
#include "ua/peer.h"

namespace dering::ua {

/// The credentials that one request of ours carries, through all that it is sent again for. Begins
/// with none: what is not asked for is not given. A value.
class SignIn {
 public:
  /// One proxy and one server, each with a nonce that was stale: who asks more often never agrees.
  static constexpr std::size_t most_answers = 4;

  /// Answers a 401 or 407 to the request, which had that Request-URI. False: it is not to be sent
  /// again, since we have no account there, it came from elsewhere than where the request went, or
  /// for what refusal() says.
  bool answer(const Peer& peer, const sip::ResponseArrived& challenge, std::string_view uri,
              Turn& turn);
  void write(sip::MessageWriter& writer) const;
  std::optional<trunk::NoAnswer> refusal() const { return refusal_; }

 private:
  std::vector<trunk::DigestAnswer> answers_;  ///< one for each header field
  std::size_t count_ = 0;
  std::optional<trunk::NoAnswer> refusal_;
};

}  // namespace dering::ua
