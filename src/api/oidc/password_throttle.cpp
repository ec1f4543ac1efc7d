// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/password_throttle.h"

#include <string>

namespace dering::api::oidc {
namespace {

constexpr unsigned free_tries = 5;
constexpr std::chrono::seconds delay{30};
/// One IPv6 customer has a /64 at least: the other half of the address is theirs to vary.
constexpr std::size_t network_bytes = 8;

}  // namespace

std::optional<std::chrono::seconds> PasswordThrottle::wait(std::string_view username,
                                                           const SocketAddress& peer,
                                                           UnixSeconds now) {
  const Failures* failures = failures_.find(key(username, peer), now);
  if (!failures || failures->count < free_tries) return std::nullopt;
  const UnixSeconds until = failures->latest + delay;
  if (until <= now) return std::nullopt;
  return until - now;
}

void PasswordThrottle::on_failure(std::string_view username, const SocketAddress& peer,
                                  UnixSeconds now) {
  const Fingerprint who = key(username, peer);
  Failures* failures = failures_.find(who, now);
  if (!failures) failures = &failures_.put(who, {}, now);
  ++failures->count;
  failures->latest = now;
}

void PasswordThrottle::on_success(std::string_view username, const SocketAddress& peer) {
  failures_.erase(key(username, peer));
}

Fingerprint PasswordThrottle::key(std::string_view username, const SocketAddress& peer) const {
  std::string text(peer.ipv6().begin(),
                   peer.is_ipv4() ? peer.ipv6().end() : peer.ipv6().begin() + network_bytes);
  text.push_back('\0');
  text += username;
  return hash_.of(text);
}

}  // namespace dering::api::oidc
