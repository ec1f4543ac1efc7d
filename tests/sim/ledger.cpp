// SPDX-License-Identifier: Apache-2.0
#include "sim/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "sim/stays.h"

namespace dering::sim {
namespace {

using directory::CallRecord;
using directory::CallStay;

bool is_number(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}

/// Who came to the call and found nobody there, or no way for the sound.
bool is_in_vain(const CallStay& stay) {
  return stay.outcome == "nothing_rings" || stay.outcome == "incompatible" ||
         stay.outcome == "media_unavailable" || stay.outcome == "nothing_parked";
}

/// The first one that matches, out of the list; false if there is none.
template <class Thing, class Matches>
bool take_from(std::vector<Thing>& things, Matches matches) {
  const auto at = std::ranges::find_if(things, matches);
  if (at == things.end()) return false;
  things.erase(at);
  return true;
}

}  // namespace

Ledger::AttemptId Ledger::open(std::string caller, std::string callee, Kind kind) {
  attempts_.push_back({std::move(caller), std::move(callee), {}, 0, false, kind});
  return attempts_.size() - 1;
}

void Ledger::close(AttemptId id, std::string word) {
  attempts_[id].word = std::move(word);
  ++attempts_[id].outcomes;
}

void Ledger::give_up(AttemptId id) {
  if (attempts_[id].outcomes == 0) attempts_[id].is_given_up = true;
}

Ledger::Left Ledger::all() const {
  Left left;
  for (const CallRecord& record : records_) {
    const bool is_moved = is_sent_on(record) || is_parked(record);
    (is_moved ? left.sent_on : left.records).push_back(record);
    std::ranges::copy_if(record.stays, std::back_inserter(left.pickups), is_pickup);
  }
  return left;
}

/// A given up attempt takes whatever there is.
bool Ledger::take(const Attempt& attempt, Left& left) {
  const bool is_answered = attempt.word == "answered";
  const auto take_record = [&] {
    return take_from(left.records, [&](const CallRecord& record) {
      if (record.caller != attempt.caller || record.callee != attempt.callee) return false;
      const bool has_talked = record.duration_ms >= 0;
      if (attempt.is_given_up) return true;
      return is_answered ? has_talked : !has_talked && record.outcome == attempt.word;
    });
  };
  if (attempt.kind == Kind::call) return take_record();
  const auto take_pickup = [&] {
    return take_from(left.pickups, [&](const CallStay& stay) {
      if (stay.person != attempt.caller) return false;
      return attempt.is_given_up ||
             (is_answered ? !is_in_vain(stay) : stay.outcome == attempt.word);
    });
  };
  // By a code or a place: it is a call of its own that fails where nothing rings or waits.
  const bool is_dialled = attempt.callee != attempt.caller;
  return is_dialled ? take_record() || take_pickup() : take_pickup() || take_record();
}

void Ledger::judge(const Attempt& attempt, Left& left, std::vector<std::string>& faults) {
  if (attempt.is_given_up || is_number(attempt.word)) return;
  const std::string call = fmt::format("{} called {}: ", attempt.caller, attempt.callee);
  if (attempt.outcomes != 1) {
    faults.push_back(call + fmt::format("{} outcomes", attempt.outcomes));
  } else if (!take(attempt, left)) {
    faults.push_back(call + attempt.word + ", but no record says so");
  }
}

void Ledger::judge_sent_on(Left& left, std::vector<std::string>& faults) const {
  for (const Certainty certainty : {Certainty::must, Certainty::may}) {
    for (const auto& [number, known] : sent_on_) {
      if (known != certainty) continue;
      const bool is_taken = take_from(left.sent_on, [&](const CallRecord& record) {
        return number == number_of_parking ? is_parked(record)
                                           : is_sent_on(record) && record.callee == number;
      });
      if (is_taken || certainty == Certainty::may) continue;
      faults.push_back(fmt::format("somebody was sent on to {}, but no record says so", number));
    }
  }
}

std::vector<std::string> Ledger::faults() const {
  std::vector<std::string> faults;
  Left left = all();
  for (const Attempt& attempt : attempts_) judge(attempt, left, faults);
  for (const Attempt& attempt : attempts_) {
    if (attempt.is_given_up) take(attempt, left);
  }
  judge_sent_on(left, faults);
  for (const auto& list : {left.records, left.sent_on}) {
    for (const CallRecord& record : list) {
      faults.push_back(fmt::format("record of {} to {} ({}) without a call", record.caller,
                                   record.callee, record.outcome));
    }
  }
  for (const CallStay& stay : left.pickups) {
    faults.push_back(fmt::format("{} is said to have picked up a call", stay.person));
  }
  std::set<std::string> ids;
  for (const CallRecord& record : records_) {
    if (!ids.insert(record.call_id).second) {
      faults.push_back(fmt::format("call {} has two records", record.call_id));
    }
  }
  return faults;
}

}  // namespace dering::sim
