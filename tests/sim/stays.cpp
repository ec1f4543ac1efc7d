// SPDX-License-Identifier: Apache-2.0
#include "sim/stays.h"

#include <fmt/format.h>

#include <set>

namespace dering::sim {
namespace {

using directory::CallRecord;
using directory::CallStay;

std::string fault_of(const CallRecord& record) {
  const auto& stays = record.stays;
  if (stays.empty()) return "names nobody";
  if (stays.front().person != record.caller || stays.front().why != "placed") {
    return fmt::format("was placed by {}, and names {}", record.caller, stays.front().person);
  }
  std::size_t answered = 0;
  for (const CallStay& stay : stays) {
    if (stay.outcome.empty() || stay.to < stay.from) return "has a stay without an end";
    // The people of this world call each other directly: nobody is sent on.
    const bool is_called = stay.why == "rung" && stay.role == "callee";
    if (is_called && stay.person != record.callee) {
      return fmt::format("called {}, and names {}", record.callee, stay.person);
    }
    if (is_called && stay.outcome == record.outcome) ++answered;
  }
  const bool has_talked = record.duration_ms >= 0 && record.callee != "*43";
  if (has_talked && answered != 1) return fmt::format("was answered by {} phones", answered);
  return {};
}

}  // namespace

std::vector<std::string> faults_of_stays(const std::vector<CallRecord>& records) {
  std::vector<std::string> faults;
  std::set<std::uint64_t> legs;
  for (const CallRecord& record : records) {
    if (std::string fault = fault_of(record); !fault.empty()) {
      faults.push_back(fmt::format("call {} {}", record.call_id, fault));
    }
    for (const CallStay& stay : record.stays) {
      if (legs.insert(stay.leg).second) continue;
      faults.push_back(fmt::format("call {} has a leg of another call", record.call_id));
    }
  }
  return faults;
}

}  // namespace dering::sim
