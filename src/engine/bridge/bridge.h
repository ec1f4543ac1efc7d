// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/port.h"

namespace dering::engine {

/// One conversation's ports. Lives on one media thread with all of them.
struct Bridge {
  /// A mixer comes with conferences.
  static constexpr std::size_t most_heard = 2;

  std::uint64_t id = 0;
  std::vector<std::unique_ptr<Port>> ports;

  /// Brings in order who passes what to whom, after ports, keys or parts have changed.
  void rewire();
  /// Ports that are heard, but for this one.
  std::size_t heard_beside(const Port& port) const;

 private:
  void pair_up();
  void tell_hearers();
  std::uint64_t speakers_of(const Port& hearer) const;
  bool hears(const Port& hearer, const Port& speaker) const;
};

}  // namespace dering::engine
