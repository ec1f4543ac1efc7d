// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "directory/forwarding.h"

namespace dering::routing {

/// All phones of one person ring.
struct Person {
  std::string extension;

  bool operator==(const Person&) const = default;
};
/// The caller hears themselves.
struct Echo {
  bool operator==(const Echo&) const = default;
};
/// A call that rings elsewhere comes to the caller's phone.
struct Pickup {
  std::string extension;  ///< whose phones ring; empty: those of any colleague

  bool operator==(const Pickup&) const = default;
};
/// The caller says by a code where their calls go, and hears that it is done, or that it is not.
struct Setting {
  enum class Fault : std::uint8_t {
    none,
    incomplete,      ///< the number is missing, or there is one too many
    unknown_number,  ///< nobody here has it
    own_number,
  };
  directory::ForwardingChange change;
  Fault fault = Fault::none;

  bool operator==(const Setting&) const = default;
};
/// The caller is given a place for whom they send there.
struct Parking {
  bool operator==(const Parking&) const = default;
};
/// The caller talks with who waits there.
struct ParkingPlace {
  std::string number;

  bool operator==(const ParkingPlace&) const = default;
};
/// The call ends at once.
struct End {
  enum class Why : std::uint8_t {
    unknown_number,  ///< nobody has it
    self_call,       ///< the caller's own
  };
  Why why;

  bool operator==(const End&) const = default;
};

/// Where a call goes. Groups, schedules and the outside become further kinds.
using Destination = std::variant<Person, Echo, Pickup, Setting, Parking, ParkingPlace, End>;

/// A destination, and why it was found.
struct Decision {
  Destination destination;
  std::string_view because;  ///< "a person's number"; static text
};

}  // namespace dering::routing
