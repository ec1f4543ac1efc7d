// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "calls/callees.h"
#include "calls/callers.h"
#include "calls/registrations.h"
#include "calls/subject.h"
#include "calls/watchers.h"

namespace dering::bench {

/// All desk phones, half of which call the other half, and the time in which they act.
class DeskPhones {
 public:
  static constexpr std::chrono::milliseconds ring_time{100};
  static constexpr std::chrono::milliseconds hold_time{500};

  /// Every other one calls the one that follows.
  DeskPhones(const SocketAddress& subject, const std::vector<std::string>& extensions);

  /// All register. False if some could not.
  bool sign_in();
  /// Places so many calls at this rate.
  void call(double rate, std::size_t count, Challenge challenge);
  /// Until the last call has ended, but no longer than the patience.
  void finish(std::chrono::nanoseconds patience);
  /// Those who are called register anew. False if some could not.
  bool register_anew(double rate, std::size_t count, Challenge challenge);

  /// From now on so many lamps watch those who are called. False if some could not subscribe.
  bool watch(std::size_t lamps);
  Watchers::Counts take_watched() { return watchers_.take_counts(); }

  CallCounts take_counts() { return callers_.take_counts(); }
  Callees::Counts take_callee_counts() { return callees_.take_counts(); }

 private:
  void step(Time now);

  Callers callers_;
  Callees callees_;
  Registrations callers_sign_in_;
  Registrations callees_sign_in_;
  Watchers watchers_;
};

}  // namespace dering::bench
