// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/budgets.h"
#include "base/instant.h"
#include "base/random.h"
#include "sip/flow.h"

namespace dering::registrar {

/// Which phone of its user a request that was let in is from: the device whose credentials were
/// found good (empty: it came by a connection that was signed in before), else the instance that is
/// registered on its connection (empty: none), else its address.
std::string phone_of(std::string_view device, std::string_view instance, const sip::Flow& flow);

/// How often the phones of one user may do something: each phone at a rate of its own, and all of
/// them together four times as often. So a phone gone wild leaves the user's others their share,
/// and a user with many phones is bounded as well. Signalling thread.
class PhoneRate {
 public:
  static constexpr unsigned phones_at_full_rate = 4;

  PhoneRate(unsigned per_minute, Random& random)
      : of_phone_(rate(per_minute), random),
        of_user_(rate(per_minute * phones_at_full_rate), random) {}

  /// Spends if both may; else how long to wait. What a phone is refused costs its user nothing.
  std::optional<Duration> try_spend(std::string_view extension, std::string_view phone,
                                    Instant now) {
    std::string name(extension);
    name.append(1, '\0').append(phone);
    const auto wait_of_user = of_user_.wait(extension, now);
    const auto wait_of_phone = of_phone_.wait(name, now);
    if (wait_of_user || wait_of_phone) {
      return std::max(wait_of_user.value_or(Duration{}), wait_of_phone.value_or(Duration{}));
    }
    of_user_.spend(extension, now);
    of_phone_.spend(name, now);
    return std::nullopt;
  }

 private:
  static BudgetSize rate(unsigned per_minute) {
    return {.burst = per_minute, .each = Duration(std::chrono::minutes(1)) / per_minute};
  }

  Budgets of_phone_;
  Budgets of_user_;
};

}  // namespace dering::registrar
