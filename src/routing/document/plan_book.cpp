// SPDX-License-Identifier: Apache-2.0
#include "routing/document/plan_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "routing/document/write.h"

namespace dering::routing {

using directory::KeptPlan;
using directory::PlanVersion;
using directory::Stored;

namespace {

bool is_of_people(const Fault& fault) {
  // In a version that was good once all other names are still there.
  return fault.code == Fault::Code::dangling;
}

std::string why_unreadable(const KeptPlan& kept, const std::vector<Fault>& faults) {
  return fmt::format("version {} of the plan can't be read and is passed over: {} ({})",
                     kept.version.number, faults.front().sentence, faults.front().path);
}

}  // namespace

Stored<std::vector<std::string>> PlanBook::read() {
  std::vector<std::string> passed_over;
  auto kept = versions_.newest();
  if (!kept) return std::unexpected(kept.error());
  if (*kept) last_ = (*kept)->version.number;
  while (*kept) {
    auto plan = found_good_before((*kept)->document);
    if (plan) {
      replace(*std::move(plan), std::move((*kept)->version));
      return passed_over;
    }
    passed_over.push_back(why_unreadable(**kept, plan.error()));
    const auto older = versions_.before((*kept)->version.number, 1);
    if (!older) return std::unexpected(older.error());
    if (older->empty()) break;
    kept = versions_.version(older->front().number);
    if (!kept) return std::unexpected(kept.error());
  }
  return passed_over;
}

std::vector<Fault> PlanBook::faults(const directory::Directory& directory) const {
  if (version_.number == 0) return {};
  auto checked = check(plan_->draft(), directory, plan_->codes());
  return checked ? std::vector<Fault>() : std::move(checked.error());
}

PlanBook::Outcome PlanBook::apply(std::string_view text, const Wish& wish,
                                  const directory::Directory& directory) {
  auto good = check(text, directory);
  if (!good) return std::unexpected(Refused{{}, std::move(good.error())});
  return put_in_force(*std::move(good),
                      {.applied_at = wish.at, .by = wish.by, .comment = wish.comment});
}

PlanBook::Outcome PlanBook::restore(std::optional<std::uint64_t> number, const Wish& wish,
                                    const directory::Directory& directory) {
  if (!number) {
    const auto before = one_before();
    if (!before) return std::unexpected(before.error());
    number = *before;
  }
  auto kept = versions_.version(*number);
  if (!kept) return std::unexpected(Refused{kept.error()});
  if (!*kept) return std::unexpected(Refused{fmt::format("There is no version {}.", *number)});
  std::vector<Fault> passed_over;
  auto good = check((*kept)->document, directory);
  if (!good && std::ranges::all_of(good.error(), is_of_people)) {
    passed_over = std::move(good.error());
    good = found_good_before((*kept)->document);
  }
  if (!good) return std::unexpected(Refused{{}, std::move(good.error())});
  auto applied = put_in_force(
      *std::move(good),
      {.applied_at = wish.at, .by = wish.by, .comment = wish.comment, .restores = *number});
  if (applied) applied->passed_over = std::move(passed_over);
  return applied;
}

std::expected<PlanSnapshot, std::string> PlanBook::plan_of(std::uint64_t number) {
  auto kept = versions_.version(number);
  if (!kept) return std::unexpected(kept.error());
  if (!*kept) return std::unexpected(fmt::format("There is no version {}.", number));
  auto plan = found_good_before((*kept)->document);
  if (!plan) return std::unexpected(why_unreadable(**kept, plan.error()));
  return *std::move(plan);
}

/// Going back again goes further back, and not to and fro.
std::expected<std::uint64_t, PlanBook::Refused> PlanBook::one_before() {
  const std::uint64_t from = version_.restores == 0 ? version_.number : version_.restores;
  const auto older = versions_.before(from, 1);
  if (!older) return std::unexpected(Refused{older.error()});
  if (older->empty()) return std::unexpected(Refused{"There is no older version."});
  return older->front().number;
}

PlanBook::Outcome PlanBook::put_in_force(PlanSnapshot good, PlanVersion version) {
  const bool is_in_force = version_.number != 0 && good->draft() == plan_->draft();
  if (is_in_force) return Applied{version_, false};
  version.number = last_ + 1;
  const auto kept = versions_.keep({version, document_of(good->draft())});
  if (!kept) return std::unexpected(Refused{kept.error()});
  last_ = version.number;
  replace(std::move(good), version);
  return Applied{std::move(version)};
}

void PlanBook::replace(PlanSnapshot plan, PlanVersion version) {
  retired_.push_back(std::exchange(plan_, std::move(plan)));
  version_ = std::move(version);
  if (tell_) tell_(plan_);
}

void PlanBook::bury_retired() {
  std::erase_if(retired_, [](const PlanSnapshot& plan) { return plan.use_count() == 1; });
}

}  // namespace dering::routing
