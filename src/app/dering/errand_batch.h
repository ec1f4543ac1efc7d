// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "app/dering/letters.h"
#include "base/instant.h"

namespace dering::app {

/// Errands on their way from the signalling thread to the worker. Waking the worker and committing
/// a transaction for each would cost more than the call that they are about, so those that can wait
/// a few milliseconds go together, in order. Signalling thread.
class ErrandBatch {
 public:
  explicit ErrandBatch(WorkerMailbox& worker) : worker_(worker) {}

  void add(WorkerErrand errand, Instant now);
  /// When the most impatient of them must go.
  std::optional<Instant> next_deadline() const { return due_; }
  void on_time(Instant now);
  /// All of them, now.
  void post();

 private:
  WorkerMailbox& worker_;
  std::vector<WorkerLetter> letters_;
  std::optional<Instant> due_;
};

}  // namespace dering::app
