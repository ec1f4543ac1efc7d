// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/random.h"
#include "directory/directory.h"
#include "identity/keys.h"
#include "identity/sealed_box.h"
#include "net/http_message.h"

namespace dering::api::oidc {

/// Who typed their password, and when: all tabs of a browser that are signed in by it share it.
struct Session {
  std::string issuer;
  directory::UserId user;
  std::string family;             ///< of all tokens that come from it; the `sid` claim
  std::int64_t signed_in_at = 0;  ///< Unix seconds, of the password
};

/// What a browser keeps of a sign-in, so that a new tab needs no second password: a sealed cookie
/// that each renewal of a token prolongs. It lives a little longer than the last open tab, and
/// alone it is worth nothing: whoever takes it asks the store whether the sign-in still stands.
/// Worker thread.
class SessionCookies {
 public:
  /// A tab renews its token every four minutes; a browser may let a hidden one sleep over some.
  static constexpr std::chrono::minutes lifetime{15};

  SessionCookies(const identity::SigningKey& key, Random& random)
      : box_(random, key.derived("session cookies")) {}

  /// Of the request's cookie, if we sealed it for its address and it is not too old.
  std::optional<Session> shown_by(const net::HttpRequest& request, UnixSeconds now) const;
  /// A value of Set-Cookie.
  std::string renewed(std::string_view address, const Session& session, UnixSeconds now) const;
  /// A value of Set-Cookie that makes the browser forget it.
  static std::string forgotten(std::string_view address);

 private:
  std::optional<Session> opened(std::string_view sealed, UnixSeconds now) const;

  identity::SealedBox box_;
};

}  // namespace dering::api::oidc
