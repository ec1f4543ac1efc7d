// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/instant.h"
#include "directory/person.h"
#include "store/store.h"

namespace dering::store {

/// Makes the store follow what an issuer said of all its people: only differences are written,
/// who is missing is disabled and never deleted, who returned is enabled. In steps of at most 500
/// people, each a transaction of its own, so that the worker can answer requests in between. What
/// is dropped in the middle is done by the next sync. Worker thread; the store outlives it.
class Reconciliation {
 public:
  Reconciliation(Store& store, directory::Population population, directory::NumberPlan plan);

  enum class Progress : std::uint8_t { more, done };
  /// One step. After an error: no more steps.
  Stored<Progress> step();
  const directory::Reconciled& so_far() const { return so_far_; }

 private:
  enum class State : std::uint8_t { surveying, following, disabling, done };

  Stored<void> survey();
  Stored<void> follow();
  void follow(const directory::Person& person);
  Stored<void> disable();

  Store& store_;
  directory::Population population_;
  directory::NumberPlan plan_;
  State state_ = State::surveying;
  directory::Reconciled so_far_;
  std::unordered_set<std::string> subjects_;  ///< all that were told
  std::vector<long long> missing_;            ///< ids of enabled users that were not
  std::size_t known_ = 0;                     ///< enabled users before
  long long surveyed_ = 0;                    ///< the highest id seen
  std::size_t next_ = 0;                      ///< index into people, then into missing_
};

/// All steps at once.
Stored<directory::Reconciled> reconcile(Store& store, directory::Population population,
                                        directory::NumberPlan plan);

}  // namespace dering::store
