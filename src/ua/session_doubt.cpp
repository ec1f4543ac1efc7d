// SPDX-License-Identifier: Apache-2.0
#include "ua/session_doubt.h"

#include <chrono>

#include "base/text_hash.h"

namespace dering::ua {
namespace {

using namespace std::chrono_literals;

/// 64·T1: for so long a 2xx and a request are repeated (RFC 3261 §13.3.1.4, §17.1.2.2).
constexpr Duration repeated_for = 32s;
/// RFC 3261 §14.1: from 2.1 to 4 s for who chose the Call-ID.
constexpr Duration glare_wait = 2100ms;
constexpr std::uint64_t glare_spread_ms = 1'900;
constexpr unsigned most_tries = 10;

}  // namespace

void SessionDoubt::on_flow_lost(Instant now) {
  if (answered_at_ && now <= *answered_at_ + repeated_for) ask_at_ = now;
  answered_at_.reset();
}

void SessionDoubt::on_refused(int status, std::string_view tag, Instant now) {
  const bool may_be_asked_again = status == 491 || status >= 500;
  if (!may_be_asked_again || status >= 600 || ++tries_ >= most_tries) return;
  const std::uint64_t drawn = TextHash()(tag) + tries_ * 7'919ULL;
  ask_at_ = now + glare_wait + std::chrono::milliseconds(drawn % glare_spread_ms);
}

}  // namespace dering::ua
