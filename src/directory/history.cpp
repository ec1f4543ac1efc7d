// SPDX-License-Identifier: Apache-2.0
#include "directory/history.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace dering::directory {
namespace {

constexpr std::string_view elsewhere = "elsewhere";
constexpr std::string_view transferred = "transferred";
constexpr std::string_view forwarded = "forwarded";
/// In the same person's page, which was loaded anew, or in another tab.
constexpr std::string_view went_on = "went_on";
/// Ends after which nobody has to call back, though they did not talk.
constexpr std::array settled{elsewhere, forwarded, std::string_view("declined"), transferred,
                             std::string_view("answered")};

/// What ended at the caller, who alone is told of it.
constexpr std::array<std::string_view, 11> kept_from_callee{
    "already_calling", "too_many_calls", "self_call", "unknown_number", "parked",    "parking_full",
    "nothing_parked",  "not_allowed",    "closed",    "not_yet",        "no_way_out"};

bool is_answered(const CallRecord& record) {
  return record.duration_ms >= 0;
}

std::int64_t end_of(const CallRecord& record) {
  std::int64_t end = record.started_at;
  for (const CallStay& stay : record.stays) end = std::max(end, stay.to);
  return end;
}

/// The row of somebody who took part without a phone that is known.
CallStay without_leg(const CallRecord& record, std::string_view person, std::string_view role) {
  const std::int64_t lasted = std::max<std::int64_t>(record.duration_ms, 0) / 1000;
  const bool has_called = role == "caller";
  return {.leg = 0,
          .person = std::string(person),
          .role = std::string(role),
          .why = has_called ? "placed" : "dialled",
          .from = record.started_at,
          .to = std::max(end_of(record), record.started_at + lasted),
          .outcome = record.outcome};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool concerns_callee(const CallRecord& record) {
  const bool is_extension = !record.callee.empty() && std::ranges::all_of(record.callee, is_digit);
  return is_extension &&
         std::ranges::find(kept_from_callee, record.outcome) == kept_from_callee.end();
}

/// Where they stand if there is no room for all: 0 first.
std::vector<int> ranks_of(const std::vector<CallStay>& stays, const CallRecord& record) {
  std::vector<int> ranks;
  std::set<std::string_view> seen;
  for (const CallStay& stay : stays) {
    const bool is_first = seen.insert(stay.person).second;
    ranks.push_back(has_talked(stay, record) ? 0 : is_first ? 1 : 2);
  }
  return ranks;
}

std::vector<CallStay> bounded(std::vector<CallStay> stays, const CallRecord& record) {
  if (stays.size() <= most_stays) return stays;
  const std::vector<int> ranks = ranks_of(stays, record);
  std::vector<std::size_t> places(stays.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  std::ranges::sort(places, {}, [&](std::size_t place) { return std::pair(ranks[place], place); });
  places.resize(most_stays);
  std::ranges::sort(places);
  std::vector<CallStay> kept;
  for (const std::size_t place : places) kept.push_back(std::move(stays[place]));
  return kept;
}

using Stays = std::vector<const CallStay*>;

/// They met in the door: a transfer brought one of them in as it let the other one out. Times are
/// whole seconds, so those alone do not tell it.
bool took_turns(const CallStay& one, const CallStay& other) {
  const auto follows = [](const CallStay& later, const CallStay& earlier) {
    return later.why == transferred && earlier.outcome == transferred && later.from >= earlier.to;
  };
  return follows(one, other) || follows(other, one);
}

const CallStay* longest_together(const Stays& mine, const Stays& others) {
  const CallStay* found = nullptr;
  std::int64_t longest = 0;
  for (const CallStay* other : others) {
    for (const CallStay* own : mine) {
      if (took_turns(*own, *other)) continue;
      const std::int64_t together = std::min(own->to, other->to) - std::max(own->from, other->from);
      if (found && together <= longest) continue;
      found = other;
      longest = together;
    }
  }
  return found;
}

/// `talks`: of the person; the conversation began for them with its answer, or when they were put
/// through, and ended with it or when they left.
std::int64_t duration_of(const Stays& talks, const CallRecord& record) {
  if (talks.empty() || !is_answered(record)) return -1;
  const std::int64_t end = end_of(record);
  const std::int64_t answered = end - record.duration_ms / 1000;
  std::int64_t sum = 0;
  for (const CallStay* stay : talks) {
    const std::int64_t late = stay->why == transferred || stay->why == went_on
                                  ? std::max<std::int64_t>(stay->from - answered, 0)
                                  : 0;
    const std::int64_t early = std::max<std::int64_t>(end - stay->to, 0);
    sum += std::max<std::int64_t>(record.duration_ms - (late + early) * 1000, 0);
  }
  return std::min(sum, record.duration_ms);
}

/// Several of their phones may have rung, and each came to its own end.
std::string_view outcome_of(const Stays& mine, const Stays& talks, const CallRecord& record) {
  if (!talks.empty()) return talks.back()->outcome;
  const auto has_one = [&](std::string_view word) {
    return std::ranges::any_of(mine, [&](const CallStay* stay) { return stay->outcome == word; });
  };
  if (has_one(forwarded)) return forwarded;
  if (has_one(elsewhere)) return elsewhere;
  if (has_one(record.outcome)) return record.outcome;
  return mine.back()->outcome;
}

/// Each stay of somebody who sent the call on stands right before the first of whom it came to.
void tell_forwarding(std::string_view extension, const CallRecord& record, SeenCall& seen) {
  const CallStay* sender = nullptr;
  for (const CallStay& stay : record.stays) {
    if (sender && stay.why.starts_with("forwarded_")) {
      if (sender->person == extension) seen.forwarded_to = stay.person;
      if (stay.person == extension) seen.forwarded_by = sender->person;
      sender = nullptr;
    }
    if (stay.outcome == forwarded) sender = &stay;
  }
}

}  // namespace

bool has_talked(const CallStay& stay, const CallRecord& record) {
  if (stay.outcome == "answered" || stay.outcome == transferred || stay.outcome == went_on) {
    return true;
  }
  return is_answered(record) && stay.outcome == record.outcome;
}

std::string shown_to(std::string_view extension, std::string_view person,
                     const CallRecord& record) {
  const auto hides = [&](const CallStay& stay) { return stay.is_hidden && stay.person == person; };
  const bool is_hidden =
      (record.hides_caller && person == record.caller) || std::ranges::any_of(record.stays, hides);
  return std::string(is_hidden && person != extension ? anonymous : person);
}

std::vector<CallStay> kept_stays(const CallRecord& record) {
  std::vector<CallStay> stays = record.stays;
  if (stays.empty()) stays.push_back(without_leg(record, record.caller, "caller"));
  if (!is_answered(record)) {
    for (CallStay& stay : stays) {
      if (stay.outcome == elsewhere) stay.outcome = "no_answer";
    }
  }
  const bool has_callee = std::ranges::find(stays, record.callee, &CallStay::person) != stays.end();
  if (!has_callee && concerns_callee(record)) {
    stays.push_back(without_leg(record, record.callee, "callee"));
    if (is_answered(record) && !record.stays.empty()) stays.back().outcome = elsewhere;
  }
  return bounded(std::move(stays), record);
}

SeenCall seen_by(std::string_view extension, const CallRecord& record) {
  Stays mine;
  Stays talks;
  Stays others;  // who talked
  for (const CallStay& stay : record.stays) {
    const bool is_mine = stay.person == extension;
    if (is_mine) mine.push_back(&stay);
    if (has_talked(stay, record)) (is_mine ? talks : others).push_back(&stay);
  }
  SeenCall seen;
  seen.is_outgoing = record.caller == extension;
  const CallStay* partner = talks.empty() ? nullptr : longest_together(talks, others);
  seen.peer = partner ? partner->person : seen.is_outgoing ? record.callee : record.caller;
  seen.peer = shown_to(extension, seen.peer, record);
  seen.started_at = mine.empty() ? record.started_at : mine.front()->from;
  seen.duration_ms = duration_of(talks, record);
  seen.outcome = mine.empty() ? record.outcome : outcome_of(mine, talks, record);
  seen.is_transferred = std::ranges::any_of(mine, [](const CallStay* stay) {
    return stay->why == transferred || stay->outcome == transferred;
  });
  tell_forwarding(extension, record, seen);
  const auto longest = std::ranges::max_element(
      talks, {}, [](const CallStay* stay) { return stay->quality.from_phone.packets; });
  if (longest != talks.end()) seen.quality = (*longest)->quality;
  return seen;
}

bool is_missed(const SeenCall& call) {
  if (call.is_outgoing || call.duration_ms >= 0) return false;
  return std::ranges::find(settled, call.outcome) == settled.end();
}

}  // namespace dering::directory
