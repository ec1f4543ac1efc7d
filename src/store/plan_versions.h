// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "directory/plan_versions.h"
#include "store/store.h"

namespace dering::store {

/// The versions of the plan in the database. Worker thread; the store outlives it.
class PlanVersions final : public directory::PlanVersions {
 public:
  /// `most_bytes`: of all documents but the newest.
  explicit PlanVersions(Store& store, std::uint64_t most_bytes = directory::most_plan_history_bytes)
      : store_(store), most_bytes_(most_bytes) {}

  Stored<std::optional<directory::KeptPlan>> newest() override;
  Stored<std::optional<directory::KeptPlan>> version(std::uint64_t number) override;
  Stored<std::vector<directory::PlanVersion>> before(std::uint64_t number,
                                                     std::uint32_t limit) override;
  Stored<void> keep(const directory::KeptPlan& plan) override;

 private:
  Stored<std::optional<directory::KeptPlan>> last_up_to(std::uint64_t number, std::uint64_t least);

  Store& store_;
  std::uint64_t most_bytes_;
};

}  // namespace dering::store
