// SPDX-License-Identifier: Apache-2.0
#include "net/request_source.h"

#include <utility>

#include "base/text.h"

namespace dering::net {
namespace {

std::string_view host_in(const HttpFields& fields) {
  for (const auto& [name, value] : fields) {
    if (equals_ignoring_case(name, "Host")) return value;
  }
  return {};
}

}  // namespace

RequestSource source_of(const Accepted& accepted, const HttpFields& fields, std::string_view path,
                        const EdgeSettings& settings) {
  Forwarding forwarding;
  if (accepted.is_from_proxy) forwarding = forwarding_of(fields, settings.proxies);
  RequestSource source;
  source.client = forwarding.client.value_or(accepted.peer);
  source.is_encrypted = forwarding.is_encrypted.value_or(accepted.is_tls);
  source.is_contradictory = forwarding.is_contradictory;
  Reached reached = reached_at(
      settings.addresses,
      {.is_encrypted = source.is_encrypted,
       .host = forwarding.host.empty() ? host_in(fields) : std::string_view(forwarding.host),
       .path = path,
       .is_forwarded = accepted.is_from_proxy,
       .has_client = forwarding.client.has_value()});
  source.base = std::move(reached.base);
  source.path = std::move(reached.path);
  return source;
}

}  // namespace dering::net
