// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dering::routing {

/// One thing that was found on the way to a decision: as data for programs, as a sentence for
/// people.
struct Step {
  enum class Why : std::uint8_t {
    // What a number of the house means.
    emergency,
    echo,
    pickup_any,
    pickup_there,
    setting,
    own_number,
    person,
    extension,
    group,
    parking,
    parking_place,
    nobody,
    // Outward.
    not_a_number,
    read_as,  ///< subject: dialled, detail: what it is
    no_pattern,
    pattern,          ///< subject: route, detail: pattern
    rewritten,        ///< subject: before, detail: after
    forwarder,        ///< subject: whose rights count
    class_of_person,  ///< subject: class, detail: extension
    class_of_unit,    ///< detail: unit
    class_of_extension,
    class_of_everybody,
    class_of_rule,  ///< subject: class, which the rule names
    no_class,       ///< subject: who
    may_call,       ///< subject: class, detail: route
    may_not_call,
    country_allowed,  ///< subject: class, detail: digits
    country_denied,
    trunk,  ///< subject: trunk, detail: number as it is sent
    no_trunk,
    shows_number,  ///< subject: rule, detail: number
    shows_own,
    withholds,
    // Inward.
    unknown_trunk,
    came_in,  ///< subject: trunk, detail: called number
    inbound,  ///< subject: route
    no_inbound,
    open,  ///< subject: schedule, detail: local time
    outside_hours,
    holiday,    ///< subject: schedule, detail: local time and the day's name
    closed,     ///< the tone
    not_there,  ///< subject: whom a rule names and who is gone
  };
  Why why;
  std::string subject{};
  std::string detail{};

  bool operator==(const Step&) const = default;
};
std::string_view name_of(Step::Why why);    ///< "class_of_person"
std::string_view reason_of(Step::Why why);  ///< "a person's number"; static text
std::string sentence_of(const Step& step);

}  // namespace dering::routing
