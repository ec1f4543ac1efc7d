// SPDX-License-Identifier: Apache-2.0
#include "store/people.h"

#include <algorithm>

#include "base/log.h"

namespace dering::store {

using directory::NumberPlan;
using directory::NumberRange;
using directory::Person;
using directory::Provisioned;
using soci::into;
using soci::use;

namespace {

/// The number itself, or the first one after the group's range that holds it: the usual range does
/// not eat up the numbers kept for groups.
std::uint64_t past_group_ranges(std::uint64_t number, const NumberRange& range,
                                const NumberPlan& plan) {
  if (range != plan.usual) return number;
  for (bool is_moved = true; is_moved;) {
    is_moved = false;
    for (const directory::GroupRule& rule : plan.groups) {
      if (!rule.extensions || *rule.extensions == plan.usual) continue;
      if (number < rule.extensions->first || number > rule.extensions->last) continue;
      number = std::uint64_t{rule.extensions->last} + 1;
      is_moved = true;
    }
  }
  return number;
}

Provisioned::Outcome outcome_of(People::Change change) {
  switch (change) {
    case People::Change::none:
      return Provisioned::Outcome::unchanged;
    case People::Change::followed:
    case People::Change::enabled:
      return Provisioned::Outcome::changed;
    case People::Change::added:
      return Provisioned::Outcome::added;
    case People::Change::is_disabled:
      return Provisioned::Outcome::disabled;
    case People::Change::range_full:
      return Provisioned::Outcome::range_full;
  }
  return Provisioned::Outcome::malformed;
}

}  // namespace

People::People(soci::session& sql) : find_(sql), insert_(sql), update_(sql) {
  find_ = (sql.prepare << "SELECT id, username, display_name, unit, extension, enabled FROM users"
                          " WHERE issuer = :issuer AND subject = :subject",
           use(row_.issuer), use(row_.subject), into(row_.id), into(row_.username),
           into(row_.display_name), into(row_.unit), into(row_.extension), into(row_.enabled));
  // Taking the number and finding out whether it is free is one step: nobody comes in between.
  insert_ = (sql.prepare << "INSERT INTO users (issuer, subject, username, display_name, unit,"
                            " extension, password_hash, enabled, created_at)"
                            " VALUES (:issuer, :subject, :username, :display_name, :unit,"
                            " :extension, '', 1, :created_at) ON CONFLICT (extension) DO NOTHING"
                            " RETURNING id",
             use(row_.issuer), use(row_.subject), use(row_.username), use(row_.display_name),
             use(row_.unit), use(row_.extension), use(row_.created_at), into(row_.id));
  update_ =
      (sql.prepare << "UPDATE users SET username = :username, display_name = :display_name,"
                      " unit = :unit, enabled = :enabled WHERE id = :id",
       use(row_.username), use(row_.display_name), use(row_.unit), use(row_.enabled), use(row_.id));
}

bool People::find(const Person& person) {
  row_.issuer = person.issuer;
  row_.subject = person.subject;
  const bool is_found = find_.execute(true);
  // To its end: a statement half read would keep looking at an old state of the database.
  while (is_found && find_.fetch()) continue;
  return is_found;
}

bool People::insert_as(std::string extension) {
  row_.extension = std::move(extension);
  const bool is_inserted = insert_.execute(true);
  while (is_inserted && insert_.fetch()) continue;
  return is_inserted;
}

People::Change People::add(const Person& person, const NumberPlan& plan, UnixSeconds now) {
  row_.username = person.username;
  row_.display_name = shown_name(person);
  row_.unit = unit_for(plan, person.groups);
  row_.enabled = 1;
  row_.created_at = now.count();
  if (!person.extension.empty()) {
    if (insert_as(person.extension)) return Change::added;
    log::warning("{} wants {} to have number {}, which is somebody else's", person.issuer,
                 log::shown(row_.display_name), person.extension);
  }
  const NumberRange range = range_for(plan, person.groups);
  std::uint64_t& next = next_number_[{person.issuer, range.first}];
  next = std::max<std::uint64_t>(next, range.first);
  while ((next = past_group_ranges(next, range, plan)) <= range.last) {
    if (insert_as(fmt::format("{}", next++))) return Change::added;
  }
  return Change::range_full;
}

People::Change People::follow(const Person& person, const NumberPlan& plan, Voice voice) {
  if (voice == Voice::token && row_.enabled == 0) return Change::is_disabled;
  const Row before = row_;
  const bool is_sync = voice == Voice::sync;
  if (is_sync || !person.username.empty()) row_.username = person.username;
  if (is_sync || !person.display_name.empty()) row_.display_name = shown_name(person);
  if (is_sync || !person.groups.empty()) row_.unit = unit_for(plan, person.groups);
  row_.enabled = 1;
  const bool is_same = row_.username == before.username &&
                       row_.display_name == before.display_name && row_.unit == before.unit;
  if (is_same && before.enabled == 1) return Change::none;
  update_.execute(true);
  return before.enabled == 0 ? Change::enabled : Change::followed;
}

People::Outcome People::take(const Person& tidy, const NumberPlan& plan, Voice voice,
                             UnixSeconds now) {
  Outcome outcome;
  outcome.change = find(tidy) ? follow(tidy, plan, voice) : add(tidy, plan, now);
  if (outcome.change == Change::range_full) return outcome;
  outcome.user = {.id = directory::UserId{static_cast<std::uint64_t>(row_.id)},
                  .issuer = row_.issuer,
                  .subject = row_.subject,
                  .username = row_.username,
                  .display_name = row_.display_name,
                  .unit = row_.unit,
                  .extension = row_.extension};
  return outcome;
}

Stored<Provisioned> Store::provision(const Person& person, const NumberPlan& plan,
                                     UnixSeconds now) {
  const auto tidy = directory::tidied(person);
  if (!tidy) return Provisioned{};
  People& people = impl_->people();
  auto done = guarded("the person can't be provisioned", [&]() -> Stored<Provisioned> {
    WriteTransaction transaction(impl_->sql);
    People::Outcome taken = people.take(*tidy, plan, People::Voice::token, now);
    transaction.commit();
    return Provisioned{outcome_of(taken.change), std::move(taken.user)};
  });
  if (!done) people.forget();
  return done;
}

}  // namespace dering::store
