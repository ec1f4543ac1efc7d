// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/strong_id.h"
#include "identity/keys.h"

namespace dering::identity {

using FetchId = StrongId<struct FetchTag>;

/// GET that document and give the answer to on_fetched(). At most KeySet::most_bytes are wanted.
struct Fetch {
  FetchId id;
  std::string url;
};
/// From now on these keys vouch for the issuer's tokens: TokenVerifier::replace_keys().
struct KeysReplaced {
  std::string issuer;
  std::shared_ptr<const KeySet> keys;
};
/// The issuer turned from well to ill or back: one line of log.
struct IssuerTurned {
  std::string issuer;
  bool is_well = false;
  std::string sentence;
};
using IssuerOutput = std::variant<Fetch, KeysReplaced, IssuerTurned>;
using IssuerOutbox = std::vector<IssuerOutput>;

struct FetchedDocument {
  int status = 0;  ///< of HTTP
  std::string body;
};
/// The error is a sentence: why there was no answer.
using Fetched = std::expected<FetchedDocument, std::string>;

/// What an issuer says of itself that others need. Empty where it says nothing, or something that
/// is no better protected than the issuer itself.
struct IssuerEndpoints {
  std::string jwks;
  std::string authorization;
  std::string token;
  std::string end_session;
};

struct KeyTimes {
  std::chrono::seconds between_fetches{30};  ///< however many unknown keys are asked for
  std::chrono::minutes refresh{10};
  std::chrono::hours last_good{24};  ///< keys outlive the last good fetch by this, then none count
  std::chrono::seconds first_retry{2};  ///< doubles up to `between_fetches`
  std::chrono::seconds answer{30};      ///< a fetch that is not answered by then has failed
};

/// Finds the keys of one issuer and follows their changes: discovery document (OpenID Connect
/// Discovery 1.0 §4), then key set. Sans-I/O. Worker thread.
class KeySource {
 public:
  /// `issuer` is an is_issuer_url(). Ids of fetches count up from `first`.
  KeySource(std::string issuer, FetchId first, KeyTimes times);

  void start(Instant now, IssuerOutbox& out);
  /// Answers to anything but the fetch in flight are passed over.
  void on_fetched(FetchId id, const Fetched& fetched, Instant now, IssuerOutbox& out);
  /// A token names a key that we lack: fetch them soon, but not too often.
  void want_keys(Instant now, IssuerOutbox& out);
  void on_time(Instant now, IssuerOutbox& out);
  std::optional<Instant> next_deadline() const { return earlier(deadline_, good_until_); }

  /// An answer is on its way that may bring other keys.
  bool is_fetching() const {
    return state_ == State::discovering || state_ == State::fetching_keys;
  }
  const std::string& issuer() const { return issuer_; }
  const IssuerEndpoints& endpoints() const { return endpoints_; }
  /// Why the last fetch failed; empty while all is well.
  const std::string& trouble() const { return trouble_; }

 private:
  enum class State : std::uint8_t {
    unstarted,
    discovering,    ///< the discovery document is in flight
    fetching_keys,  ///< the key set is in flight
    resting,        ///< until the next refresh
    asked,          ///< an unknown key was asked for; until keys may be fetched again
    retrying,       ///< the last fetch failed; until the next try
  };
  void enter(State state, Instant until);
  void fetch(State state, std::string url, Instant now, IssuerOutbox& out);
  void discover(Instant now, IssuerOutbox& out);
  void fetch_keys(Instant now, IssuerOutbox& out);
  void on_discovery(std::string_view body, Instant now, IssuerOutbox& out);
  void on_keys(std::string_view body, Instant now, IssuerOutbox& out);
  void fail(std::string sentence, Instant now, IssuerOutbox& out);
  void use(KeySet keys, IssuerOutbox& out);
  void turn(std::string trouble, IssuerOutbox& out);
  std::string acceptable(std::string_view url) const;

  std::string issuer_;
  KeyTimes times_;
  State state_ = State::unstarted;
  std::optional<Instant> deadline_;    ///< of the state
  std::optional<Instant> good_until_;  ///< when the keys in use are too old
  Instant discover_at_{};
  Instant fetch_again_at_{};
  FetchId last_fetch_;
  std::chrono::seconds retry_;
  std::shared_ptr<const KeySet> keys_ = std::make_shared<const KeySet>();
  IssuerEndpoints endpoints_;
  std::string trouble_;
};

/// What the configuration may name as an issuer: https, or http on this machine only; without a
/// query.
bool is_issuer_url(std::string_view url);

}  // namespace dering::identity
