// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "identity/token.h"

namespace {

using namespace dering;
constexpr UnixSeconds now{1'900'000'000};

/// What others rely on, whatever a well signed token said.
void check(const identity::TokenClaims& claims) {
  DERING_CHECK(!claims.roles.empty());
  DERING_CHECK(!claims.subject.empty() && claims.subject.size() <= 255);
  DERING_CHECK(claims.sid.size() <= 255 && claims.groups.size() <= 64);
  DERING_CHECK(claims.extension.size() <= 15);
  DERING_CHECK(claims.expires_at > now.count() - 30);
  DERING_CHECK(claims.expires_at - claims.issued_at <= 86'400);
  for (const std::string& shown : {claims.username, claims.display_name}) {
    DERING_CHECK(shown.size() <= 255 && is_utf8(shown));
    for (const char c : shown) DERING_CHECK(c < 0 || c >= ' ');
  }
}

}  // namespace

/// Any bytes as a token, and as header and claims of one: nothing of it is ever good, unless it is
/// well signed. Then it is judged as an access token and as a logout token.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const identity::SigningKey key = identity::SigningKey::generate();
  static identity::TokenVerifier verifier(
      {{.url = "i",
        .name = "n",
        .audience = "dering",
        .clients = {"c"},
        .keys = std::make_shared<const identity::KeySet>(key.public_keys()),
        .group_roles = {{"/a", identity::Role::operator_}}}},
      {.cached_verdicts = 16, .sign_outs = 16, .seen_logouts = 16});
  const std::string_view text = as_text({bytes, size});
  DERING_CHECK(!verifier.verify(text, now));
  DERING_CHECK(!verifier.verify_logout(text, now));
  std::string_view rest = text;
  const std::string header = to_base64url(take_until(rest, '\n'));
  const std::string unsigned_token = header + '.' + to_base64url(rest) + ".AAAA";
  DERING_CHECK(!verifier.verify(unsigned_token, now));
  DERING_CHECK(!verifier.verify_logout(unsigned_token, now));
  if (const auto url = verifier.issuer_lacking_key(unsigned_token)) DERING_CHECK(*url == "i");
  if (rest.empty()) return 0;
  // Claims that are well signed reach the checks behind the signature.
  if (const auto claims = verifier.verify(key.sign(rest, "JWT"), now)) check(*claims);
  if (const auto logout = verifier.verify_logout(key.sign(rest, "logout+jwt"), now)) {
    DERING_CHECK(!logout->subject.empty() || !logout->sid.empty());
    verifier.sign_out(*logout, now);
  }
  return 0;
}
