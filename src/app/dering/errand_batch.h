// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "app/dering/letters.h"
#include "base/instant.h"

namespace dering::app {

/// Errands on their way from the signalling thread to the worker. Waking the worker and committing
/// a transaction for each would cost more than the call that they are about, so they go together,
/// in order. What the worker has no room for stays here and is tried again: nothing is lost before
/// `most_kept` of a kind wait. Signalling thread.
class ErrandBatch {
 public:
  static constexpr std::size_t most_kept = 200'000;

  explicit ErrandBatch(WorkerMail& worker) : worker_(worker) {}

  void add(directory::Errand errand, Instant now);
  void add(directory::PageNews errand, Instant now);
  /// When the most impatient of them must go.
  std::optional<Instant> next_deadline() const { return due_; }
  void on_time(Instant now);
  /// All of them, now, as far as there is room.
  void post(Instant now);

  std::size_t waiting() const { return durable_.size() + presence_.size(); }
  std::size_t lost() const { return lost_; }  ///< since the start

 private:
  void go_by(Instant due, Instant now);

  WorkerMail& worker_;
  std::vector<directory::Errand> durable_;
  std::vector<directory::PageNews> presence_;
  std::optional<Instant> due_;
  std::size_t lost_ = 0;
};

}  // namespace dering::app
