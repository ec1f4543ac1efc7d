// SPDX-License-Identifier: Apache-2.0
#include "store/reconciliation.h"

#include <algorithm>

#include "base/check.h"
#include "store/people.h"

namespace dering::store {

using directory::Person;
using directory::Population;
using directory::Reconciled;
using soci::into;
using soci::use;

namespace {

constexpr std::size_t people_a_step = 500;
constexpr std::size_t few_people = 20;

}  // namespace

Reconciliation::Reconciliation(Store& store, Population population, directory::NumberPlan plan)
    : store_(store), population_(std::move(population)), plan_(std::move(plan)) {
  subjects_.reserve(population_.people.size());
  std::erase_if(population_.people, [&](Person& person) {
    person.issuer = population_.issuer;
    return !subjects_.insert(person.subject).second;
  });
}

Stored<Reconciliation::Progress> Reconciliation::step() {
  DERING_CHECK(state_ != State::done);
  const State state = state_;
  auto done = guarded("the sync can't be written", [&]() -> Stored<void> {
    switch (state) {
      case State::surveying:
        return survey();
      case State::following:
        return follow();
      case State::disabling:
        return disable();
      case State::done:
        break;
    }
    return {};
  });
  if (!done) {
    store_.impl_->people().forget();
    state_ = State::done;
    return std::unexpected(done.error());
  }
  return state_ == State::done ? Progress::done : Progress::more;
}

/// Who is here and was not told. Before anything is written, because the answer may be a refusal.
Stored<void> Reconciliation::survey() {
  const long long after = surveyed_;
  const auto most = static_cast<long long>(people_a_step) * 4;
  long long id = 0;
  long long created_at = 0;
  std::string subject;
  soci::statement query =
      (store_.impl_->sql.prepare << "SELECT id, subject, created_at FROM users WHERE id > :after"
                                    " AND issuer = :issuer AND enabled = 1 ORDER BY id LIMIT :most",
       use(after), use(population_.issuer), use(most), into(id), into(subject), into(created_at));
  query.execute();
  long long count = 0;
  for (; query.fetch(); ++count) {
    surveyed_ = id;
    const bool is_missing = !subjects_.contains(subject) && created_at < population_.as_of;
    if (is_missing) missing_.push_back(id);
  }
  known_ += static_cast<std::size_t>(count);
  if (count == most) return {};
  state_ = State::following;
  if (known_ > few_people && missing_.size() > known_ / 2 && !population_.is_forced) {
    return std::unexpected(
        fmt::format("{} would disable {} of {} people; nothing was changed. If this is meant, start"
                    " the sync by hand and by force.",
                    population_.issuer, missing_.size(), known_));
  }
  return {};
}

Stored<void> Reconciliation::follow() {
  const std::size_t end = std::min(next_ + people_a_step, population_.people.size());
  WriteTransaction transaction(store_.impl_->sql);
  for (; next_ < end; ++next_) follow(population_.people[next_]);
  transaction.commit();
  if (next_ < population_.people.size()) return {};
  state_ = State::disabling;
  next_ = 0;
  return {};
}

void Reconciliation::follow(const Person& person) {
  const auto tidy = directory::tidied(person);
  if (!tidy) {
    ++so_far_.refused;
    return;
  }
  People& people = store_.impl_->people();
  switch (people.take(*tidy, plan_, People::Voice::sync, UnixSeconds(population_.as_of)).change) {
    case People::Change::none:
      ++so_far_.unchanged;
      break;
    case People::Change::followed:
      ++so_far_.changed;
      break;
    case People::Change::added:
      ++so_far_.added;
      break;
    case People::Change::enabled:
      ++so_far_.enabled;
      break;
    case People::Change::range_full:
      ++so_far_.refused;
      break;
    case People::Change::is_disabled:
      DERING_CHECK(false);
  }
}

Stored<void> Reconciliation::disable() {
  const std::size_t end = std::min(next_ + people_a_step, missing_.size());
  long long id = 0;
  WriteTransaction transaction(store_.impl_->sql);
  soci::statement update =
      (store_.impl_->sql.prepare << "UPDATE users SET enabled = 0 WHERE id = :id AND enabled = 1",
       use(id));
  for (; next_ < end; ++next_) {
    id = missing_[next_];
    update.execute(true);
    so_far_.disabled += static_cast<std::size_t>(update.get_affected_rows());
  }
  transaction.commit();
  if (next_ == missing_.size()) state_ = State::done;
  return {};
}

Stored<Reconciled> reconcile(Store& store, Population population, directory::NumberPlan plan) {
  Reconciliation reconciliation(store, std::move(population), std::move(plan));
  for (;;) {
    const auto progress = reconciliation.step();
    if (!progress) return std::unexpected(progress.error());
    if (*progress == Reconciliation::Progress::done) return reconciliation.so_far();
  }
}

}  // namespace dering::store
