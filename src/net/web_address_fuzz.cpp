// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "base/web_url.h"
#include "net/web_address.h"

namespace {

using namespace dering::net;

/// A URL that reads comes back from its parts, and so does its origin.
void check_url(std::string_view text) {
  const auto url = dering::read_web_url(text);
  if (!url) return;
  DERING_CHECK(url->target.starts_with('/') && url->port != 0 && !url->host.empty());
  // Origins are compared byte by byte.
  for (const char c : url->host) DERING_CHECK(c == dering::to_lower(c));
  const auto again = dering::read_web_url(url->origin() + url->target);
  // What was at its longest may be longer with its slash or its port.
  if (!again) {
    DERING_CHECK((url->origin() + url->target).size() > 2'048);
    return;
  }
  DERING_CHECK(again->is_encrypted == url->is_encrypted && again->host == url->host);
  DERING_CHECK(again->port == url->port && again->target == url->target);
  DERING_CHECK(again->origin() == url->origin());
  DERING_CHECK(again->is_loopback() == url->is_loopback());
  const std::string host = url->origin().substr(url->is_encrypted ? 8 : 7);
  DERING_CHECK(normal_origin(url->is_encrypted, host) == url->origin());
}

const std::vector<WebAddress>& addresses() {
  using enum WebAddress::Kind;
  static const std::vector<WebAddress> all{{"https://phone.example", "", stated},
                                           {"https://www.example", "/phone", stated},
                                           {"https://www.example", "/phone/b", stated},
                                           {"http://localhost:8080", "", own}};
  return all;
}

bool is_known(std::string_view base) {
  for (const WebAddress& one : addresses()) {
    if (one.base() == base) return true;
  }
  return false;
}

/// Nobody can name an address that is none of ours and have it taken for one; what is left of the
/// path is its end.
void check_approach(std::string_view host, std::string_view path, unsigned flags) {
  const Approach approach{.is_encrypted = (flags & 1U) != 0,
                          .host = host,
                          .path = path,
                          .is_forwarded = (flags & 2U) != 0,
                          .has_client = (flags & 4U) != 0};
  const Reached reached = reached_at(addresses(), approach);
  DERING_CHECK(path.ends_with(reached.path));
  DERING_CHECK(!path.starts_with('/') || reached.path.starts_with('/'));
  const std::string origin = normal_origin(approach.is_encrypted, host);
  DERING_CHECK(is_known(reached.base) || reached.base == origin);
  if (approach.is_forwarded) DERING_CHECK(is_known(reached.base));
  if (approach.is_forwarded || !is_known(reached.base)) return;
  DERING_CHECK(reached.base.starts_with(origin));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text = dering::as_text({bytes, size});
  check_url(text);
  if (text.empty()) return 0;
  const auto flags = static_cast<unsigned>(static_cast<unsigned char>(text.front()));
  text.remove_prefix(1);
  const std::string_view host = dering::take_until(text, ' ');
  check_approach(host, text, flags);
  (void)lacks_slash(addresses(), text);
  return 0;
}
