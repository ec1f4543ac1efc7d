// SPDX-License-Identifier: Apache-2.0
#include "sim/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace dering::sim {
namespace {

bool is_number(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

Ledger::AttemptId Ledger::open(std::string caller, std::string callee) {
  attempts_.push_back({std::move(caller), std::move(callee), {}, 0, false});
  return attempts_.size() - 1;
}

void Ledger::close(AttemptId id, std::string word) {
  attempts_[id].word = std::move(word);
  ++attempts_[id].outcomes;
}

void Ledger::give_up(AttemptId id) {
  if (attempts_[id].outcomes == 0) attempts_[id].is_given_up = true;
}

std::vector<std::string> Ledger::faults() const {
  std::vector<std::string> faults;
  std::vector<directory::CallRecord> left = records_;
  const auto take = [&](const Attempt& attempt, auto matches) {
    const auto at = std::ranges::find_if(left, [&](const directory::CallRecord& record) {
      return record.caller == attempt.caller && record.callee == attempt.callee && matches(record);
    });
    if (at == left.end()) return false;
    left.erase(at);
    return true;
  };
  for (const Attempt& attempt : attempts_) {
    if (attempt.is_given_up || is_number(attempt.word)) continue;
    if (attempt.outcomes != 1) {
      faults.push_back(fmt::format("{} called {}: {} outcomes", attempt.caller, attempt.callee,
                                   attempt.outcomes));
      continue;
    }
    const bool is_found = take(attempt, [&](const directory::CallRecord& record) {
      return attempt.word == "answered" ? record.duration_ms >= 0
                                        : record.duration_ms < 0 && record.outcome == attempt.word;
    });
    if (!is_found) {
      faults.push_back(fmt::format("{} called {}: {}, but no record says so", attempt.caller,
                                   attempt.callee, attempt.word));
    }
  }
  for (const Attempt& attempt : attempts_) {
    if (attempt.is_given_up) take(attempt, [](const directory::CallRecord&) { return true; });
  }
  for (const directory::CallRecord& record : left) {
    faults.push_back(fmt::format("record of {} to {} ({}) without a call", record.caller,
                                 record.callee, record.outcome));
  }
  std::set<std::string> ids;
  for (const directory::CallRecord& record : records_) {
    if (!ids.insert(record.call_id).second) {
      faults.push_back(fmt::format("call {} has two records", record.call_id));
    }
  }
  return faults;
}

}  // namespace dering::sim
