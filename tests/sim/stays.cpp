// SPDX-License-Identifier: Apache-2.0
#include "sim/stays.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace dering::sim {
namespace {

using directory::CallRecord;
using directory::CallStay;

bool has_come_by_move(const CallStay& stay) {
  return stay.why == "transferred" || stay.why == "returned" || stay.why == "parked";
}
/// To who parked the call, whose phones ring for it.
bool is_return_from_parking(const CallRecord& record, const CallStay& stay) {
  return is_parked(record) && stay.why == "returned" && stay.role == "callee";
}

/// Nobody came or went but by ringing, answering and hanging up.
bool is_plain(const CallRecord& record) {
  return std::ranges::none_of(record.stays, [](const CallStay& stay) {
    return has_come_by_move(stay) || is_pickup(stay) || stay.outcome == "transferred";
  });
}

bool may_be_rung(const CallRecord& record, const std::string& person) {
  // Whoever sent somebody there is called back.
  return person == record.callee || is_sent_on(record);
}

std::string fault_of_ends(const CallRecord& record) {
  std::size_t answered = 0;
  for (const CallStay& stay : record.stays) {
    if (stay.outcome.empty() || stay.to < stay.from) return "has a stay without an end";
    const bool is_rung = stay.why == "rung" && stay.role == "callee";
    if (is_rung && !may_be_rung(record, stay.person)) {
      return fmt::format("called {}, and names {}", record.callee, stay.person);
    }
    if (stay.leg != 0 && stay.role == "callee" && stay.outcome == record.outcome) ++answered;
  }
  const bool has_talked =
      record.duration_ms >= 0 && record.callee != echo_number && record.callee != number_of_parking;
  if (has_talked && is_plain(record) && answered != 1) {
    return fmt::format("was answered by {} phones", answered);
  }
  return {};
}

std::string fault_of(const CallRecord& record) {
  if (record.stays.empty()) return "names nobody";
  const CallStay& first = record.stays.front();
  const bool is_moved = is_sent_on(record) || is_parked(record);
  if (first.person != record.caller || (first.why != "placed" && !is_moved)) {
    return fmt::format("was placed by {}, and names {}", record.caller, first.person);
  }
  const bool is_in_vain = is_sent_on(record) && is_refusal(record.outcome);
  const bool has_rung_back = std::ranges::any_of(record.stays, [&](const CallStay& stay) {
    return stay.why == "rung" && stay.person != record.callee;
  });
  // Who sent them there may have no phone any more.
  const bool is_gone = record.outcome == "offline";
  if (is_in_vain && !is_gone && first.outcome != "transferred" && !has_rung_back) {
    return fmt::format("is {}, and {} was not given back", record.outcome, first.person);
  }
  return fault_of_ends(record);
}

/// Whoever comes from another call has left one, and nobody is in two at once.
std::string fault_of_leg(std::vector<CallStay> stays, bool may_be_rung_back) {
  std::ranges::sort(stays, {}, [](const CallStay& stay) { return std::pair(stay.from, stay.to); });
  auto moves = std::ranges::count_if(stays, has_come_by_move);
  if (may_be_rung_back && moves == std::ssize(stays)) --moves;
  const auto leaves = std::ranges::count(stays, "transferred", &CallStay::outcome);
  if (moves + 1 != std::ssize(stays)) return "begins twice";
  if (moves > leaves) return "comes from another call that it has not left";
  for (std::size_t i = 1; i < stays.size(); ++i) {
    if (stays[i].from < stays[i - 1].to) return "is in two calls at once";
  }
  return {};
}

}  // namespace

bool is_pickup(const CallStay& stay) {
  return stay.why == "picked_up" || stay.why == "took_over" || stay.why == "went_on" ||
         is_retrieval(stay);
}

bool is_retrieval(const CallStay& stay) {
  return stay.why == "retrieved";
}

bool is_sent_on(const CallRecord& record) {
  return !record.stays.empty() && record.stays.front().why == "transferred";
}

bool is_parked(const CallRecord& record) {
  return !record.stays.empty() && record.stays.front().why == "parked";
}

bool is_refusal(std::string_view outcome) {
  constexpr std::array<std::string_view, 11> refusals{"busy",
                                                      "declined",
                                                      "no_answer",
                                                      "offline",
                                                      "unavailable",
                                                      "failed",
                                                      "do_not_disturb",
                                                      "self_call",
                                                      "forwarding_loop",
                                                      "already_calling",
                                                      "forwarded_nowhere"};
  return std::ranges::find(refusals, outcome) != refusals.end();
}

std::vector<std::string> faults_of_stays(const std::vector<CallRecord>& records) {
  std::vector<std::string> faults;
  std::map<std::uint64_t, std::vector<CallStay>> legs;
  std::set<std::uint64_t> rung_back;
  for (const CallRecord& record : records) {
    if (std::string fault = fault_of(record); !fault.empty()) {
      faults.push_back(fmt::format("call {} {}", record.call_id, fault));
    }
    for (const CallStay& stay : record.stays) {
      if (stay.leg != 0) legs[stay.leg].push_back(stay);
      if (is_return_from_parking(record, stay)) rung_back.insert(stay.leg);
    }
  }
  for (auto& [leg, stays] : legs) {
    if (std::string fault = fault_of_leg(std::move(stays), rung_back.contains(leg));
        !fault.empty()) {
      faults.push_back(fmt::format("leg {} {}", leg, fault));
    }
  }
  return faults;
}

}  // namespace dering::sim
