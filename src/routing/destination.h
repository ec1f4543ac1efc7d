// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "directory/forwarding.h"
#include "routing/plan/draft.h"
#include "routing/step.h"

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
/// A telephone that belongs to a place rings.
struct Telephone {
  std::string number;

  bool operator==(const Telephone&) const = default;
};
/// One way to a number outside.
struct Way {
  std::string trunk;   ///< id
  std::string number;  ///< as this trunk wants it
  std::string caller;  ///< likewise; empty: withheld, or none is known

  bool operator==(const Way&) const = default;
};
/// A number that other exchanges know.
struct Outside {
  std::vector<Way> ways;  ///< one at least; the next is tried when one fails
  std::string route;      ///< id; empty for emergency numbers
  bool is_emergency = false;
  bool is_withheld = false;  ///< the called party is not told who calls

  bool operator==(const Outside&) const = default;
};
/// Several telephones, rung in an order.
struct Group {
  std::string id;
  RingGroup::Order order{};
  unsigned ring_seconds = 0;                                      ///< of all at once, or of each
  std::vector<std::variant<Person, Telephone, Outside>> members;  ///< those that may be called now
  Target then;  ///< to be asked of follow() when nobody answers

  bool operator==(const Group&) const = default;
};
/// The call ends at once.
struct End {
  enum class Why : std::uint8_t {
    unknown_number,  ///< nobody has it
    self_call,       ///< the caller's own
    not_permitted,   ///< there is a way, and this caller may not take it
    closed,          ///< outside of the hours; there is a tone for it
  };
  Why why;

  bool operator==(const End&) const = default;
};

/// Where a call goes.
using Destination = std::variant<Person, Echo, Pickup, Setting, Parking, ParkingPlace, Telephone,
                                 Group, Outside, End>;

/// A destination, and why it was found.
struct Decision {
  Destination destination;
  std::string_view because;   ///< of the last step: "a person's number"; static text
  std::vector<Step> steps{};  ///< in the order in which they were taken
};

}  // namespace dering::routing
