// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "identity/issuer_keys.h"

namespace {

using namespace dering;

/// Whatever an issuer answers, we ask only protected addresses, in one line.
void check(const identity::IssuerOutbox& out) {
  for (const identity::IssuerOutput& output : out) {
    const auto* fetch = std::get_if<identity::Fetch>(&output);
    if (!fetch) continue;
    DERING_CHECK(equals_ignoring_case(fetch->url.substr(0, 8), "https://"));
    for (const char c : fetch->url) DERING_CHECK(c > ' ' && c < '\x7f');
  }
}

}  // namespace

/// Any bytes as a key set; and the first line as a discovery document, the rest as its key set.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = as_text({bytes, size});
  if (const auto keys = identity::KeySet::from_jwks(text)) {
    DERING_CHECK(*keys == *keys);
    DERING_CHECK(keys->size() <= 2 * identity::KeySet::most_keys);
  }
  std::string_view rest = text;
  const std::string discovery(take_until(rest, '\n'));
  identity::IssuerKeys issuer({"https://i"});
  identity::IssuerOutbox out;
  Instant now{std::chrono::hours(1)};
  issuer.start(now, out);
  for (const std::string& body : {discovery, std::string(rest), discovery, std::string(rest)}) {
    check(out);
    identity::FetchId last;
    for (const identity::IssuerOutput& output : out) {
      if (const auto* fetch = std::get_if<identity::Fetch>(&output)) last = fetch->id;
    }
    out.clear();
    issuer.on_fetched(last, identity::FetchedDocument{200, body}, now, out);
    now += std::chrono::seconds(31);
    issuer.want_keys("https://i", now, out);
    issuer.on_time(now, out);
  }
  check(out);
  return 0;
}
