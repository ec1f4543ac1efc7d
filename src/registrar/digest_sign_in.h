// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "base/instant.h"
#include "base/random.h"
#include "directory/directory.h"
#include "identity/digest.h"
#include "registrar/throttle.h"
#include "sip/flow.h"
#include "sip/message/message.h"

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
  std::string value;
};
/// 403: another user than the one who signed in, or too many wrong passwords.
struct Forbidden {};

using DigestDecision = std::variant<Allowed, Challenge, Forbidden>;

/// Lets desk phones in by digest. There is no way to Allowed but a right answer to a challenge of
/// ours (hostile-input E3). Unknown names are answered like wrong passwords, in bytes and in cost.
/// Signalling thread.
class DigestSignIn {
 public:
  DigestSignIn(std::string realm, Random& random)
      : gate_(std::move(realm), random), throttle_(random) {}

  void on_directory(directory::DirectorySnapshot snapshot) { directory_ = std::move(snapshot); }

  /// Judges Authorization or Proxy-Authorization of any request.
  DigestDecision authorize(const sip::Message& request, const sip::Flow& flow, Instant now);

 private:
  /// A device and the user it belongs to; both null if there is no such device.
  struct Account {
    const directory::DeviceCredential* device = nullptr;
    const directory::User* user = nullptr;
    identity::DigestSecret secret() const;
  };
  Account account(const directory::DeviceCredential* device) const;
  Account account_named(std::string_view username) const;
  /// Before a name was given: what From suggests.
  Account expected_account(const sip::Message& request) const;

  directory::DirectorySnapshot directory_;
  identity::DigestGate gate_;
  Throttle throttle_;
};

}  // namespace dering::registrar
