// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "app/dering/letters.h"
#include "base/overflow_watch.h"
#include "net/edge.h"

namespace dering::app {

/// A number of the running switchboard, with what it means. Of what is counted it says so since the
/// start. Names are stable: docs/counters.md has them all.
struct Counter {
  enum class Kind : std::uint8_t {
    counted,   ///< since the start
    overflow,  ///< the same, of what found no room: more than none is worth a look
    present,   ///< so many there are
  };
  std::string_view name;
  std::uint64_t value = 0;
  Kind kind = Kind::counted;
  std::string_view meaning;
};

/// What the mailboxes refused, since the start.
struct MailRefused {
  std::uint64_t strangers = 0;
  std::uint64_t phones = 0;
  std::uint64_t requests = 0;
  std::uint64_t presence = 0;
  std::uint64_t refusals = 0;
  std::uint64_t fetches = 0;
  std::uint64_t reports = 0;
};

/// Where the numbers come from.
struct CountedParts {
  net::EdgeCounts edge;
  SignallingReport signalling;
  MailRefused mail;
  std::uint64_t changes_waiting = 0;
  std::uint64_t changes_lost = 0;
};

/// "now", "since the start" or "overflow".
std::string_view name_of(Counter::Kind kind);
/// All of them, always in the same order.
std::vector<Counter> counters_of(const CountedParts& parts);
std::vector<Overflow> overflows_in(const std::vector<Counter>& counters);

}  // namespace dering::app
