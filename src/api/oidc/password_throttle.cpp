// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/password_throttle.h"

namespace dering::api::oidc {
namespace {

using namespace std::chrono_literals;

constexpr BudgetSize of_a_name{.burst = 5, .each = 30s};
constexpr BudgetSize of_a_network{.burst = 20, .each = 10s};
constexpr std::size_t most_known = 50'000;
constexpr std::chrono::hours known_for{30 * 24};

std::string name_and_network(std::string_view username, const SocketAddress& peer) {
  return network_of(peer).append(1, '\0').append(username);
}

}  // namespace

PasswordThrottle::PasswordThrottle(Random& random)
    : hash_(random),
      by_name_and_network_(of_a_name, random),
      by_network_(of_a_network, random),
      known_(most_known, known_for) {}

std::optional<Duration> PasswordThrottle::wait(std::string_view username, const SocketAddress& peer,
                                               UnixSeconds now) {
  const auto name = by_name_and_network_.wait(name_and_network(username, peer), instant_of(now));
  if (name || is_known(username, peer, now)) return name;
  return by_network_.wait(network_of(peer), instant_of(now));
}

void PasswordThrottle::on_failure(std::string_view username, const SocketAddress& peer,
                                  UnixSeconds now) {
  by_name_and_network_.spend(name_and_network(username, peer), instant_of(now));
  if (!is_known(username, peer, now)) by_network_.spend(network_of(peer), instant_of(now));
}

void PasswordThrottle::on_success(std::string_view username, const SocketAddress& peer,
                                  UnixSeconds now) {
  known_.put(key(username, peer), true, now);
}

bool PasswordThrottle::is_known(std::string_view username, const SocketAddress& peer,
                                UnixSeconds now) {
  return known_.find(key(username, peer), now) != nullptr;
}

Fingerprint PasswordThrottle::key(std::string_view username, const SocketAddress& peer) const {
  return hash_.of(name_and_network(username, peer));
}

}  // namespace dering::api::oidc
