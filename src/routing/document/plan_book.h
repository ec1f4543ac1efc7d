// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"
#include "directory/plan_versions.h"
#include "routing/document/check.h"
#include "routing/document/fault.h"

namespace dering::routing {

/// The plan in force and how it becomes another one: whole or not at all, and each time a version
/// with who and when (docs/decisions/0021). Worker thread.
class PlanBook {
 public:
  using Tell = std::function<void(const PlanSnapshot&)>;

  /// `tell`: of each plan that is in force from now on.
  PlanBook(directory::PlanVersions& versions, Tell tell)
      : versions_(versions), tell_(std::move(tell)) {}

  /// At the start: the newest version that can be read is in force. It is not judged anew, for a
  /// house must not come up without emergency numbers because somebody has left. Gives a sentence
  /// for each version that was passed over.
  directory::Stored<std::vector<std::string>> read();

  const PlanSnapshot& in_force() const { return plan_; }
  /// Number 0 while none was ever applied.
  const directory::PlanVersion& version() const { return version_; }
  /// What is wrong with the plan in force now that people have come and gone.
  std::vector<Fault> faults(const directory::Directory& directory) const;

  /// Who wants it, and why.
  struct Wish {
    std::string by;
    std::string comment;
    std::int64_t at = 0;  ///< Unix seconds
  };
  struct Applied {
    directory::PlanVersion version;
    bool is_new = true;  ///< false: that plan was in force already, and no version was made
    std::vector<Fault> passed_over{};  ///< people whom the plan names and who have left
  };
  struct Refused {
    std::string sentence{};       ///< of the store, or that there is no such version
    std::vector<Fault> faults{};  ///< of the plan
  };
  using Outcome = std::expected<Applied, Refused>;

  Outcome apply(std::string_view text, const Wish& wish, const directory::Directory& directory);
  /// An older version is applied again. It is judged as any other, but that who has left is passed
  /// over. Nothing: the one before the plan in force.
  Outcome restore(std::optional<std::uint64_t> number, const Wish& wish,
                  const directory::Directory& directory);
  /// An old version, or why there is none.
  std::expected<PlanSnapshot, std::string> plan_of(std::uint64_t number);
  directory::PlanVersions& versions() { return versions_; }

  /// Once a second: plans that nobody else holds any more are taken apart here, which would keep
  /// the signalling thread from its calls.
  void bury_retired();

 private:
  std::expected<std::uint64_t, Refused> one_before();
  /// `good`: as it was found; its version has all but the number.
  Outcome put_in_force(PlanSnapshot good, directory::PlanVersion version);
  void replace(PlanSnapshot plan, directory::PlanVersion version);

  directory::PlanVersions& versions_;
  Tell tell_;
  PlanSnapshot plan_ = std::make_shared<const Plan>();
  directory::PlanVersion version_;
  std::uint64_t last_ = 0;  ///< greatest number there is; not that of version_ if it is unreadable
  std::vector<PlanSnapshot> retired_;
};

}  // namespace dering::routing
