// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "call/leg_event.h"
#include "call/outcome.h"
#include "call/party.h"
#include "call/scene.h"
#include "feature/house.h"

namespace dering::feature {

/// Who sent the caller here, and waits in that call or has hung up.
struct Transferor {
  call::LegId leg;
  call::CallId call;
  call::Party person;
};

/// The end of a call that nobody takes: a caller whom somebody sent on talks already and goes back
/// to who sent them; if that one has hung up meanwhile, they are rung for `ring_back_time`. Every
/// other call ends. A value.
class WayBack {
 public:
  explicit WayBack(std::optional<Transferor> who) : who_(std::move(who)) {}

  std::optional<call::Party> person() const {
    return who_ ? std::optional(who_->person) : std::nullopt;
  }
  /// What goes on, as the status of a call.
  void tell(int status, call::Scene& scene) const;
  /// `word`: of who declined, for the caller.
  void fail(call::Outcome outcome, const House& house, std::string_view word, call::Scene& scene);

 private:
  std::optional<Transferor> who_;
};

}  // namespace dering::feature
