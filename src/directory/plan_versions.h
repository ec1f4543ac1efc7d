// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "directory/records.h"

// The house's plan of routes as it is kept: a document that only src/routing understands, in
// versions.
namespace dering::directory {

/// What was said of a version when it was applied.
struct PlanVersion {
  std::uint64_t number = 0;     ///< 1, 2, …; 0: no plan was ever applied
  std::int64_t applied_at = 0;  ///< Unix seconds
  std::string by{};             ///< who did it, for people to read
  std::string comment{};
  std::uint64_t restores = 0;  ///< the older version that was applied again; 0: none

  bool operator==(const PlanVersion&) const = default;
};
struct KeptPlan {
  PlanVersion version;
  std::string document;  ///< routing::document_of()
};

/// More than an administrator looks back. Of older versions only the newest of these are kept.
inline constexpr std::uint64_t most_plan_versions = 1000;
/// Of all documents together, the one in force aside.
inline constexpr std::uint64_t most_plan_history_bytes = 256U << 20U;

/// Greater than all numbers that there will ever be.
inline constexpr std::uint64_t after_all_versions = INT64_MAX;

/// Where versions of the plan are kept. Worker thread; calls block. Errors are a sentence.
class PlanVersions {
 public:
  virtual ~PlanVersions() = default;
  virtual Stored<std::optional<KeptPlan>> newest() = 0;
  virtual Stored<std::optional<KeptPlan>> version(std::uint64_t number) = 0;
  /// Those before that number, the newest first.
  virtual Stored<std::vector<PlanVersion>> before(std::uint64_t number, std::uint32_t limit) = 0;
  /// On the disk when it returns. An error if there is a version of that number already: another
  /// program was faster.
  virtual Stored<void> keep(const KeptPlan& plan) = 0;
};

}  // namespace dering::directory
