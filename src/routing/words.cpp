// SPDX-License-Identifier: Apache-2.0
#include "routing/words.h"

#include <fmt/format.h>

#include "base/overloaded.h"

namespace dering::routing {
namespace {

std::string words_of_outside(const Outside& outside) {
  std::string words = outside.is_emergency ? "emergency" : "outside " + outside.route;
  char separator = ':';
  for (const Way& way : outside.ways) {
    words += fmt::format("{} {} {}", separator, way.trunk, way.number);
    separator = ',';
  }
  return words;
}

}  // namespace

std::string_view name_of(End::Why why) {
  switch (why) {
    case End::Why::unknown_number:
      return "unknown_number";
    case End::Why::self_call:
      return "self_call";
    case End::Why::not_permitted:
      return "not_permitted";
    case End::Why::closed:
      return "closed";
  }
  return "";
}

std::string words_of(const Destination& destination) {
  return std::visit(overloaded{
                        [](const Person& person) { return "person " + person.extension; },
                        [](const Echo&) { return std::string("echo"); },
                        [](const Pickup& pickup) {
                          return pickup.extension.empty() ? "pickup" : "pickup " + pickup.extension;
                        },
                        [](const Setting&) { return std::string("setting"); },
                        [](const Parking&) { return std::string("parking"); },
                        [](const ParkingPlace& place) { return "parking_place " + place.number; },
                        [](const Telephone& telephone) { return "extension " + telephone.number; },
                        [](const Group& group) { return "group " + group.id; },
                        [](const Outside& outside) { return words_of_outside(outside); },
                        [](const End& end) { return std::string(name_of(end.why)); },
                    },
                    destination);
}

}  // namespace dering::routing
