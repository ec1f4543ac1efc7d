// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/instant.h"
#include "recording/scrubbed.h"
#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::recording {

/// Answers a replayed switchboard's challenges in place of phones whose answers were not recorded:
/// right or wrong, as they were. One thread.
class DigestAnswers {
 public:
  /// A message that the replayed switchboard sends.
  void on_sent(const sip::Flow& flow, std::string_view bytes, Instant now);

  /// One recorded request.
  struct Request {
    const sip::Flow& flow;
    std::string_view text;
    const sip::Message& message;
    DigestJudgement judgement;
  };
  /// The request with such credentials; nothing if there is no challenge that it could answer: then
  /// send it without(), and ask again.
  std::optional<std::string> answered(const Request& request, Instant now);
  /// Without any credentials.
  static std::string without(const sip::Message& message, std::string_view text);

 private:
  struct Challenge {
    std::string nonce;
    Instant at;
    bool is_used = false;
  };
  using Name = std::pair<sip::Flow, std::string>;  ///< with the Call-ID

  std::map<Name, Challenge> challenges_;
  std::map<std::string, std::string, std::less<>> said_;  ///< credentials by branch
};

}  // namespace dering::recording
