// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "identity/issuer_keys.h"
#include "identity/token.h"
#include "identity/verdict.h"

namespace dering::app {

/// Where tokens are judged: the verifier, and the keys that follow their issuers. A question whose
/// answer depends on keys that are being fetched waits here for them. Worker thread.
class TokenDesk {
 public:
  static constexpr std::size_t most_waiting = 10'000;
  using Question = identity::VerifyToken;
  using Post = std::function<void(const identity::Fetch&)>;

  /// `issuers` with the built-in ones; `post` sends a fetch on its way.
  TokenDesk(std::vector<identity::Issuer> issuers, Post post);

  identity::TokenVerifier& verifier() { return verifier_; }
  /// Null for an issuer that is not an external one of ours.
  const identity::KeySource* source(std::string_view issuer) const { return keys_.find(issuer); }

  void start(Instant now);
  /// True if the question was kept: it comes back from take_ready().
  bool keep(const Question& question, Instant now);
  void want_keys(std::string_view issuer, Instant now);
  /// Requests that wait for an issuer's keys may be looked at again.
  void on_fetched(identity::FetchId id, const identity::Fetched& fetched, Instant now);
  void on_time(Instant now);

  /// Questions that need not wait any longer, whatever came of the fetch.
  std::vector<Question> take_ready();

 private:
  void carry_out();

  identity::TokenVerifier verifier_;
  identity::IssuerKeys keys_;
  Post post_;
  identity::IssuerOutbox out_;
  std::vector<std::pair<std::string, Question>> waiting_;  ///< by issuer
};

}  // namespace dering::app
