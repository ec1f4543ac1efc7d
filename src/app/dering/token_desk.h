// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/dering/letters.h"
#include "base/fair_queue.h"
#include "base/instant.h"
#include "identity/issuer_keys.h"
#include "identity/token.h"
#include "identity/verdict.h"

namespace dering::app {

/// Somebody who shows a token: a phone's REGISTER, or an HTTP request.
using TokenQuestion = std::variant<identity::VerifyToken, HttpArrived>;

/// Where questions about tokens wait for their turn: those who are signed in first, then each
/// network in turn. And where tokens are judged: the verifier, and the keys that follow their
/// issuers; a question whose answer depends on keys that are being fetched waits for them. The
/// thread of the token lane.
class TokenDesk {
 public:
  static constexpr std::size_t most_queued = 20'000;       ///< of a kind
  static constexpr std::size_t most_of_a_network = 2'000;  ///< in the queue
  static constexpr std::size_t most_for_keys = 10'000;     ///< phones that wait for keys
  static constexpr std::size_t most_requests_for_keys = 256;
  static constexpr Duration request_patience = std::chrono::seconds(3);  ///< for keys
  using Post = std::function<void(const identity::Fetch&)>;

  /// `issuers` with the built-in ones; `post` sends a fetch on its way.
  TokenDesk(std::vector<identity::Issuer> issuers, Post post);

  identity::TokenVerifier& verifier() { return verifier_; }
  /// How the issuers stand whose keys are fetched.
  std::vector<IssuerState> states() const;

  void start(Instant now);

  /// Nothing if it was queued. Else it comes back: to be judged at once, since its token is known
  /// to be good and costs nothing, or to be refused, since too many wait.
  struct Unqueued {
    TokenQuestion question;
    bool is_refused = false;
  };
  std::optional<Unqueued> take(TokenQuestion question);
  /// The next to be judged. One whose token needs keys that are being fetched is not given yet.
  std::optional<TokenQuestion> next(Instant now);
  bool is_idle() const { return signed_in_.empty() && strangers_.empty() && ready_.empty(); }

  void on_fetched(identity::FetchId id, const identity::Fetched& fetched, Instant now);
  void on_time(Instant now);

 private:
  struct WaitsForKeys {
    std::string issuer;
    TokenQuestion question;
    Instant until;  ///< then it is judged as it is
  };
  using Queue = FairQueue<TokenQuestion>;

  /// The issuer whose keys it has to wait for; nothing if it can be judged now.
  std::optional<std::string> lacks_keys(const TokenQuestion& question, Instant now);
  void look_at_waiting(Instant now);
  void carry_out();

  identity::TokenVerifier verifier_;
  std::vector<std::string> external_;
  identity::IssuerKeys keys_;
  Post post_;
  identity::IssuerOutbox out_;
  Queue signed_in_{{most_queued, most_of_a_network}};
  Queue strangers_{{most_queued, most_of_a_network}};
  std::vector<WaitsForKeys> waiting_;
  std::size_t requests_waiting_ = 0;
  std::vector<TokenQuestion> ready_;  ///< they have waited for keys: no second time
};

/// The token in question.
std::string token_of(const TokenQuestion& question);

}  // namespace dering::app
