// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/instant.h"
#include "call/leg_event.h"
#include "call/outcome.h"
#include "call/party.h"

namespace dering::call {

class Scene;

/// What decides about a call, for as long as it lives: who rings, who hears whom, and what an event
/// means. A call has one at a time, and Scene::continue_with() puts the next in its place: dial,
/// then talk. What goes beside it (a limit of time, a recording) is one too, attached to the call.
///
/// It is told only when the call's own transition is complete, and acts through the Scene. Its
/// state is plain data. src/feature has one file for each.
class Feature {
 public:
  virtual ~Feature() = default;

  virtual void on_start(Scene& scene) = 0;
  virtual void on(const LegEvent& event, Scene& scene) = 0;
  /// A phone of this user registered anew. Most features do not mind.
  virtual void on_contact(std::string_view /*extension*/, const Contact& /*contact*/,
                          Scene& /*scene*/) {}
  /// The call ends, whoever ended it: nothing can be done about that any more.
  virtual void on_ended(Outcome /*outcome*/, Scene& /*scene*/) {}
  virtual void on_time(Scene& /*scene*/) {}
  virtual std::optional<Instant> next_deadline() const { return std::nullopt; }
};

}  // namespace dering::call
