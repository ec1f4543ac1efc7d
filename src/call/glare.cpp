// SPDX-License-Identifier: Apache-2.0
#include "call/glare.h"

#include <chrono>

namespace dering::call {
namespace {

using namespace std::chrono_literals;

/// RFC 3261 §14.1: who is told 491 waits; JsSIP is done with its own offer by then (docs/jssip.md,
/// S35).
constexpr Duration least = 2s;
constexpr Duration spread = 2s;

}  // namespace

Duration wait_after_glare(Names& ids) {
  const auto most = static_cast<std::uint64_t>(Duration(spread).count());
  return least + Duration(static_cast<Duration::rep>(ids.number() % most));
}

}  // namespace dering::call
