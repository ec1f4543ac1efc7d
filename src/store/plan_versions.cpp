// SPDX-License-Identifier: Apache-2.0
#include "store/plan_versions.h"

#include <algorithm>

#include "store/parts.h"

namespace dering::store {

using directory::KeptPlan;
using directory::PlanVersion;
using soci::into;
using soci::use;

namespace {

/// A row as SOCI binds it.
struct Row {
  long long number = 0;
  long long applied_at = 0;
  long long restores = 0;
  std::string by;
  std::string comment;

  PlanVersion value() const {
    return {.number = static_cast<std::uint64_t>(number),
            .applied_at = applied_at,
            .by = by,
            .comment = comment,
            .restores = static_cast<std::uint64_t>(restores)};
  }
};

long long bounded(std::uint64_t number) {
  return static_cast<long long>(std::min(number, directory::after_all_versions));
}

/// What is too old or too much; the newest one stays whatever its size.
void drop_oldest(soci::session& sql, long long newest, long long bytes) {
  const auto most = static_cast<long long>(directory::most_plan_versions);
  sql << "DELETE FROM plan_versions WHERE number <= :newest - :most", use(newest), use(most);
  sql << "DELETE FROM plan_versions WHERE number IN (SELECT number FROM (SELECT number,"
         " sum(bytes) OVER (ORDER BY number DESC) AS total FROM plan_versions"
         " WHERE number < :newest) WHERE total > :bytes)",
      use(newest), use(bytes);
}

}  // namespace

Stored<std::optional<KeptPlan>> PlanVersions::newest() {
  return last_up_to(directory::after_all_versions, 0);
}

Stored<std::optional<KeptPlan>> PlanVersions::version(std::uint64_t number) {
  return last_up_to(number, number);
}

Stored<std::optional<KeptPlan>> PlanVersions::last_up_to(std::uint64_t number,
                                                         std::uint64_t least) {
  return guarded("the plan can't be read", [&]() -> Stored<std::optional<KeptPlan>> {
    Row row;
    std::string document;
    const long long most = bounded(number);
    const long long fewest = bounded(least);
    soci::statement query =
        (store_.impl_->sql.prepare
             << "SELECT number, applied_at, applied_by, comment, restores, document"
                " FROM plan_versions WHERE number <= :most AND number >= :fewest"
                " ORDER BY number DESC LIMIT 1",
         into(row.number), into(row.applied_at), into(row.by), into(row.comment),
         into(row.restores), into(document), use(most), use(fewest));
    if (!query.execute(true)) return std::nullopt;
    KeptPlan plan{row.value(), std::move(document)};
    while (query.fetch()) continue;  // to its end: see People::find()
    return plan;
  });
}

Stored<std::vector<PlanVersion>> PlanVersions::before(std::uint64_t number, std::uint32_t limit) {
  return guarded("the plan's versions can't be read", [&]() -> Stored<std::vector<PlanVersion>> {
    std::vector<PlanVersion> versions;
    Row row;
    const long long end = bounded(number);
    const long long most = limit;
    soci::statement query =
        (store_.impl_->sql.prepare << "SELECT number, applied_at, applied_by, comment, restores"
                                      " FROM plan_versions WHERE number < :number"
                                      " ORDER BY number DESC LIMIT :most",
         into(row.number), into(row.applied_at), into(row.by), into(row.comment),
         into(row.restores), use(end), use(most));
    query.execute();
    while (query.fetch()) versions.push_back(row.value());
    return versions;
  });
}

Stored<void> PlanVersions::keep(const KeptPlan& plan) {
  return guarded("the plan can't be kept", [&]() -> Stored<void> {
    soci::session& sql = store_.impl_->sql;
    const PlanVersion& version = plan.version;
    const long long number = bounded(version.number);
    const long long applied_at = version.applied_at;
    const long long restores = bounded(version.restores);
    const auto bytes = static_cast<long long>(plan.document.size());
    WriteTransaction transaction(sql);
    sql << "INSERT INTO plan_versions (number, applied_at, applied_by, comment, restores, bytes,"
           " document) VALUES (:number, :applied_at, :by, :comment, :restores, :bytes, :document)",
        use(number), use(applied_at), use(version.by), use(version.comment), use(restores),
        use(bytes), use(plan.document);
    drop_oldest(sql, number, bounded(most_bytes_));
    transaction.commit();
    return {};
  });
}

}  // namespace dering::store
