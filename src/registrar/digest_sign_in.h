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
  DigestSignIn(identity::DigestGate::Settings settings, Random& random)
      : gate_(std::move(settings), random), throttle_(random) {}

  void on_directory(directory::DirectorySnapshot snapshot) { directory_ = std::move(snapshot); }

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

  Challenge challenge(const sip::RequestOffered& request, std::string_view why, Instant now);
  DigestDecision decision_for(identity::DigestVerdict verdict, const sip::RequestOffered& request,
                              const identity::DigestCredentials& credentials, Instant now);
  /// Another challenge, until there were too many in a row.
  DigestDecision on_failure(const sip::RequestOffered& request,
                            const identity::DigestCredentials& credentials, std::string_view why,
                            Instant now);

  directory::DirectorySnapshot directory_;
  identity::DigestGate gate_;
  Throttle throttle_;
};

}  // namespace dering::registrar
