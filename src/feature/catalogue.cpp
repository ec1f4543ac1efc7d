// SPDX-License-Identifier: Apache-2.0
#include "feature/catalogue.h"

#include <utility>

#include "base/overloaded.h"
#include "feature/dial.h"
#include "feature/echo.h"
#include "feature/outside.h"
#include "feature/parking.h"
#include "feature/setting.h"

namespace dering::feature {

using call::Outcome;
using Made = std::expected<std::unique_ptr<call::Feature>, Outcome>;

namespace {

Outcome outcome_of(routing::End::Why why) {
  switch (why) {
    case routing::End::Why::unknown_number:
      return Outcome::unknown_number;
    case routing::End::Why::self_call:
      return Outcome::self_call;
    case routing::End::Why::not_permitted:
      return Outcome::not_allowed;
    case routing::End::Why::closed:
      return Outcome::closed;
  }
  return Outcome::failed;
}

}  // namespace

Made feature_for(const routing::Destination& destination, const House& house,
                 const call::Numbers& numbers) {
  return std::visit(
      overloaded{
          [&](const routing::Person& person) -> Made {
            auto party = numbers.party_of(person.extension);
            if (!party) return std::unexpected(Outcome::unknown_number);
            return dial({*std::move(party), house});
          },
          [](const routing::Echo&) -> Made { return echo(); },
          [](const routing::Setting& wanted) -> Made { return setting(wanted); },
          // It joins a call that is there already: CallEngine::take_place().
          [](const routing::Pickup&) -> Made { return std::unexpected(Outcome::nothing_rings); },
          [&](const routing::Parking&) -> Made { return parking_desk(house); },
          // The same: CallEngine::take_parked().
          [](const routing::ParkingPlace&) -> Made {
            return std::unexpected(Outcome::nothing_parked);
          },
          // A plan leads there, and no feature carries a call there yet.
          [](const routing::Telephone&) -> Made { return std::unexpected(Outcome::not_yet); },
          [](const routing::Group&) -> Made { return std::unexpected(Outcome::not_yet); },
          [&](const routing::Outside& to) -> Made { return outside({to, house}); },
          [](const routing::End& end) -> Made { return std::unexpected(outcome_of(end.why)); },
      },
      destination);
}

}  // namespace dering::feature
