// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/exchange.h"
#include "routing/document/plan_book.h"

namespace dering::api {

/// The plan of routes for administrators: shown, checked, applied, compared, undone. Its ETag is
/// the number of its version, and whoever changes it says which one they saw (RFC 9110 §13.1.1), so
/// that two administrators do not undo each other's work unseen. Worker thread.
class PlanApi {
 public:
  explicit PlanApi(routing::PlanBook& book) : book_(book) {}

  Answer show(const Exchange& exchange);
  Answer apply(const Exchange& exchange);
  /// A draft that is only looked at; and the plan in force, now that people have come and gone.
  Answer check(const Exchange& exchange);
  Answer check_in_force(const Exchange& exchange);
  Answer versions(const Exchange& exchange);
  Answer version(const Exchange& exchange);
  Answer difference(const Exchange& exchange);
  Answer undo(const Exchange& exchange);
  /// Where a number would lead now, or at another time, step by step.
  Answer route(const Exchange& exchange);

 private:
  Answer answer_to(const Exchange& exchange, routing::PlanBook::Outcome outcome);
  /// Nothing if the request may change the plan as it is.
  Answer conflict(const net::HttpRequest& request);

  routing::PlanBook& book_;
};

}  // namespace dering::api
