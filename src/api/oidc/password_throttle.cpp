// SPDX-License-Identifier: Apache-2.0
#include "api/oidc/password_throttle.h"

namespace dering::api::oidc {
namespace {

using namespace std::chrono_literals;

constexpr BudgetSize of_a_name{.burst = 5, .each = 30s};
constexpr BudgetSize of_a_network{.burst = 20, .each = 10s};
constexpr BudgetSize of_a_new_browser{.burst = 1, .each = 30s};
constexpr BudgetSize of_all_new_browsers{.burst = 30, .each = 10s};
constexpr std::size_t most_known = 50'000;
constexpr std::chrono::hours known_for{30 * 24};

std::string name_and_network(const Typist& typist) {
  return network_of(typist.peer).append(1, '\0').append(typist.username);
}

std::string with_browser(const Typist& typist) {
  return name_and_network(typist).append(1, '\0').append(typist.browser);
}

}  // namespace

PasswordThrottle::PasswordThrottle(Random& random)
    : hash_(random),
      by_device_(of_a_name, random),
      by_name_and_network_(of_a_name, random),
      by_network_(of_a_network, random),
      by_new_browser_(of_a_new_browser, random),
      of_new_browsers_(of_all_new_browsers, random),
      known_(most_known, known_for) {}

std::string PasswordThrottle::account(const Typist& typist) {
  return typist.device.empty() ? name_and_network(typist) : typist.device;
}

std::optional<Duration> PasswordThrottle::wait(const Typist& typist, UnixSeconds now) {
  const Instant at = instant_of(now);
  if (!typist.device.empty()) return by_device_.wait(typist.device, at);
  const auto name = by_name_and_network_.wait(name_and_network(typist), at);
  if (!is_known_there(typist, now)) {
    return name ? name : by_network_.wait(network_of(typist.peer), at);
  }
  if (!name) return std::nullopt;
  const bool is_heard = !by_new_browser_.wait(with_browser(typist), at) &&
                        !of_new_browsers_.wait(name_and_network(typist), at);
  return is_heard ? std::nullopt : name;
}

std::optional<Duration> PasswordThrottle::paused(const Typist& typist, UnixSeconds now) {
  if (!typist.device.empty()) return std::nullopt;
  return by_name_and_network_.wait(name_and_network(typist), instant_of(now));
}

void PasswordThrottle::on_failure(const Typist& typist, UnixSeconds now) {
  const Instant at = instant_of(now);
  if (!typist.device.empty()) return by_device_.spend(typist.device, at);
  by_new_browser_.spend(with_browser(typist), at);
  if (paused(typist, now)) return of_new_browsers_.spend(name_and_network(typist), at);
  by_name_and_network_.spend(name_and_network(typist), at);
  if (!is_known_there(typist, now)) by_network_.spend(network_of(typist.peer), at);
}

void PasswordThrottle::on_success(const Typist& typist, UnixSeconds now) {
  known_.put(key(typist), true, now);
}

bool PasswordThrottle::is_known(const Typist& typist, UnixSeconds now) {
  return !typist.device.empty() || is_known_there(typist, now);
}

bool PasswordThrottle::is_known_there(const Typist& typist, UnixSeconds now) {
  return known_.find(key(typist), now) != nullptr;
}

Fingerprint PasswordThrottle::key(const Typist& typist) const {
  return hash_.of(name_and_network(typist));
}

}  // namespace dering::api::oidc
