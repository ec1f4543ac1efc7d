// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "identity/token.h"

/// Any bytes as a token, and as header and claims of one: nothing of it is ever good.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace dering;
  static const identity::SigningKey key = identity::SigningKey::generate();
  static identity::TokenVerifier verifier(
      {{.url = "i",
        .name = "",
        .audience = "dering",
        .clients = {"c"},
        .keys = std::make_shared<const identity::KeySet>(key.public_keys())}});
  const std::string_view text = as_text({bytes, size});
  constexpr UnixSeconds now{1'900'000'000};
  DERING_CHECK(!verifier.verify(text, now));
  std::string_view rest = text;
  const std::string header = to_base64url(take_until(rest, '\n'));
  DERING_CHECK(!verifier.verify(header + '.' + to_base64url(rest) + ".AAAA", now));
  // Claims that are well signed reach the checks behind the signature.
  if (!rest.empty()) (void)verifier.verify(key.sign(rest, "at+jwt"), now);
  return 0;
}
