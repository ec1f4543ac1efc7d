// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "call/leg.h"
#include "call/turn.h"

namespace dering::call {

class Call;

/// What one call feature decides while a call is set up: who rings, in what order, for how long,
/// and what is said when nobody answers. One object lives as long as its call; src/feature has one
/// file for each. It is asked only when the call's own transition is complete, and acts through
/// the verbs of Call.
class Feature {
 public:
  virtual ~Feature() = default;

  virtual void on_start(Call& call, Turn& turn) = 0;
  /// A phone that this feature rang: ringing, answered or failed.
  virtual void on_leg(Call& call, Leg& leg, Signal signal, Turn& turn) = 0;
  /// A phone of this user registered anew while the call is set up. Most features do not mind.
  virtual void on_contact(Call& /*call*/, std::string_view /*extension*/,
                          const Contact& /*contact*/, Turn& /*turn*/) {}
  virtual void on_time(Call& call, Turn& turn) = 0;
  virtual std::optional<Instant> next_deadline() const = 0;
};

}  // namespace dering::call
