// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "api/event_hub.h"
#include "api/exchange.h"
#include "base/budgets.h"
#include "base/log_gate.h"
#include "base/random.h"
#include "directory/records.h"

namespace dering::api {

/// How far a person has looked at their own history: what they missed and have not seen. All their
/// pages are told the same. Worker thread.
class HistoryApi {
 public:
  HistoryApi(directory::Records& records, EventHub& hub, Random& random);

  Answer show(const Exchange& exchange);
  Answer see(const Exchange& exchange);
  /// quality_table() of a person's calls, for themselves and for administrators.
  Answer quality(const Exchange& exchange);
  /// Those calls are in the store: the pages of their people are told.
  void on_kept(std::span<const directory::CallKept> calls, UnixSeconds now);

 private:
  void tell(std::string_view extension, const directory::HistoryState& state);

  directory::Records& records_;
  EventHub& hub_;
  Budgets changes_;
  Budgets tables_;
  LogGate store_line_;
};

}  // namespace dering::api
