// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "net/forwarding.h"

namespace {

using dering::SocketAddress;
using dering::Subnet;
using namespace dering::net;

TrustedProxies trusting(ForwardedBy field) {
  TrustedProxies trusted{.field = field};
  for (const char* text : {"127.0.0.1", "10.0.0.0/8", "2001:db8::/32"}) {
    trusted.subnets.push_back(*Subnet::from_text(text));
  }
  return trusted;
}

/// One line each: "F", "X", "P" or "H" and the value of a field.
HttpFields fields_of(std::string_view text) {
  HttpFields fields;
  while (!text.empty() && fields.size() < 8) {
    std::string_view line = dering::take_until(text, '\n');
    if (line.empty()) continue;
    const std::string value(line.substr(1));
    switch (line.front()) {
      case 'F':
        fields.emplace_back("Forwarded", value);
        break;
      case 'X':
        fields.emplace_back("x-forwarded-for", value);
        break;
      case 'P':
        fields.emplace_back("X-Forwarded-Proto", value);
        break;
      default:
        fields.emplace_back("X-Forwarded-Host", value);
    }
  }
  return fields;
}

void check(HttpFields fields, ForwardedBy by) {
  const TrustedProxies trusted = trusting(by);
  const Forwarding read = forwarding_of(fields, trusted);
  if (read.is_contradictory) {
    DERING_CHECK(by == ForwardedBy::either && !read.client && read.host.empty());
    return;
  }
  // Whom the nearest proxy names, when nobody trusted, is the client, whatever stands before.
  const SocketAddress client = *SocketAddress::from_text("192.0.2.9", 0);
  fields.emplace_back("X-Forwarded-For", "192.0.2.9");
  fields.emplace_back("Forwarded", "for=192.0.2.9;proto=https;host=phone.example");
  const Forwarding last = forwarding_of(fields, trusted);
  // An open quote swallows what follows in its own field, never in another.
  DERING_CHECK(last.client == client);
  if (by == ForwardedBy::forwarded) {
    DERING_CHECK(last.is_encrypted == true && last.host == "phone.example");
  }
}

}  // namespace

/// Whatever a visitor put into the fields, the word of the nearest trusted proxy counts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size > 4'096) return 0;
  const HttpFields fields = fields_of(dering::as_text({bytes, size}));
  for (const auto by : {ForwardedBy::either, ForwardedBy::forwarded, ForwardedBy::x_forwarded}) {
    check(fields, by);
  }
  return 0;
}
