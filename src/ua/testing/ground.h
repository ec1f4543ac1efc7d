// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "sip/testing/sip_text.h"
#include "ua/turn.h"

namespace dering::ua::testing {

/// An endpoint, and what it gives out: what the machines of this folder stand on.
class Ground {
 public:
  /// The oldest of this kind, once.
  template <class Kind>
  std::optional<Kind> take() {
    for (sip::Output& output : said) {
      auto* wanted = std::get_if<Kind>(&output);
      if (!wanted) continue;
      Kind taken = std::move(*wanted);
      output = sip::Send{};
      return taken;
    }
    return std::nullopt;
  }
  /// The last message that was sent for which `is_it` holds.
  template <class IsIt>
  std::optional<sip::Message> last_said(IsIt is_it) const {
    std::optional<sip::Message> last;
    for (const sip::Output& output : said) {
      const auto* send = std::get_if<sip::Send>(&output);
      if (!send || send->bytes.empty()) continue;
      auto message = sip::testing::parsed(send->bytes);
      if (is_it(message)) last.emplace(std::move(message));
    }
    return last;
  }

  SeededRandom random{3};
  sip::Endpoint endpoint{{.host = "pbx.test", .product = "test"}, {}, random};
  LegIndex index;
  sip::Outbox said;
  Turn turn{Instant{} + std::chrono::hours(1), "pbx.test", endpoint, index, said};
};

}  // namespace dering::ua::testing
