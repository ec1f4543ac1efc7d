// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "base/random.h"
#include "directory/directory.h"
#include "identity/digest.h"
#include "registrar/known_places.h"
#include "registrar/throttle.h"
#include "sip/endpoint/endpoint.h"

namespace dering::registrar {

/// The request speaks for this user.
struct Allowed {
  const directory::User* user = nullptr;  ///< valid until the directory changes
  /// The first answer to a challenge of ours: whoever sent it was there a moment ago. Others may
  /// have been under way for as long as a nonce lives.
  bool is_fresh = false;
};
/// 401 with WWW-Authenticate, or 407 with Proxy-Authenticate.
struct Challenge {
  std::vector<std::string> values;  ///< the preferred one first
  /// What was wrong with the credentials that came: "wrong_password", "stale", "not_our_challenge".
  /// Empty: none came, which is no failure.
  std::string_view why{};
};
/// No better answer to a challenge would help, or none is taken for now.
struct Forbidden {
  int status = 403;
  std::string_view phrase;  ///< for the response
  std::string_view why;     ///< one word: "too_many_failures", "not_the_user", "no_qop", …
};

using DigestDecision = std::variant<Allowed, Challenge, Forbidden>;

/// What is sent to whoever may not come in.
sip::StatelessAnswer answer_of(Challenge challenge, sip::Method method);
sip::StatelessAnswer answer_of(const Forbidden& forbidden);

/// Lets desk phones in by digest. There is no way to Allowed but a right answer to a challenge of
/// ours (hostile-input E3). Unknown names are answered like wrong passwords, in bytes and in cost.
/// Who signs in is told by the credentials; a From that names somebody else is refused, one that
/// hides the caller is not. Signalling thread.
class DigestSignIn {
 public:
  /// Users whose places are remembered; past them the others are strangers everywhere.
  static constexpr std::size_t most_known_users = 200'000;

  DigestSignIn(identity::DigestGate::Settings settings, Random& random)
      : gate_(std::move(settings), random), throttle_(random), known_(random, most_known_users) {}

  void on_directory(directory::DirectorySnapshot snapshot) { directory_ = std::move(snapshot); }

  /// A desk phone of this user was signed in from there when we ended, and may still be there.
  void on_known(const KnownPlaces::Sighting& sighting, Instant now) { known_.note(sighting, now); }
  void on_time(Instant now);
  std::optional<Instant> next_deadline() const;
  void list(TableSizes& out) const;

  /// Judges Authorization or Proxy-Authorization of any request.
  DigestDecision authorize(const sip::RequestOffered& request, Instant now);

 private:
  /// A device and the user it belongs to; both null if there is no such device.
  struct Account {
    const directory::DeviceCredential* device = nullptr;
    const directory::User* user = nullptr;
    identity::DigestSecret secret() const;
  };
  Account account_named(std::string_view username) const;

  /// What tells the sender from neighbours who use the same name.
  struct Sender {
    Account account;
    std::string mark{};  ///< see Asker
    bool is_neighbour = false;
    Asker asker(const sip::RequestOffered& request,
                const identity::DigestCredentials& credentials) const;
  };
  Sender sender_of(const sip::RequestOffered& request,
                   const identity::DigestCredentials& credentials, Instant now) const;

  /// One request that answers a challenge of ours.
  struct Answered {
    const sip::RequestOffered& request;
    const identity::DigestCredentials& credentials;
    const Sender& sender;
  };
  Challenge challenge(const sip::RequestOffered& request, std::string_view why, Instant now);
  DigestDecision decision_for(identity::DigestVerdict verdict, const Answered& answered,
                              Instant now);
  DigestDecision on_right(const Answered& answered, Instant now);
  /// Another challenge, until there were too many in a row.
  DigestDecision on_wrong(const Answered& answered, Instant now);
  DigestDecision on_loop(const Answered& answered, std::string_view why, Instant now);

  directory::DirectorySnapshot directory_;
  identity::DigestGate gate_;
  Throttle throttle_;
  KnownPlaces known_;
};

}  // namespace dering::registrar
