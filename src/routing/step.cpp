// SPDX-License-Identifier: Apache-2.0
#include "routing/step.h"

#include <fmt/format.h>

#include <array>

namespace dering::routing {
namespace {

struct Words {
  Step::Why why;
  std::string_view name;
  std::string_view reason;
  std::string_view sentence;  ///< {0}: subject, {1}: detail
};
using enum Step::Why;
constexpr std::array words{
    Words{emergency, "emergency", "an emergency number",
          "{0} is an emergency number: it goes out first of all, whoever calls."},
    Words{echo, "echo", "the number of the echo", "{0} is the number of the echo."},
    Words{pickup_any, "pickup_any", "the number that picks up what rings at colleagues",
          "{0} picks up what rings at colleagues."},
    Words{pickup_there, "pickup_there", "the prefix that picks up what rings there",
          "{0} picks up what rings at {1}."},
    Words{setting, "setting", "a code that says where the caller's own calls go",
          "{0} is a code that says where the caller's own calls go."},
    Words{own_number, "own_number", "the caller's own number", "{0} is the caller's own number."},
    Words{person, "person", "a person's number", "{0} is the number of {1}."},
    Words{extension, "extension", "the number of a telephone without a person",
          "{0} is the telephone \"{1}\"."},
    Words{group, "group", "the number of a ring group", "{0} is the ring group \"{1}\"."},
    Words{parking, "parking", "the number of parking", "{0} is the number of parking."},
    Words{parking_place, "parking_place", "the number of a parking place",
          "{0} is a parking place."},
    Words{nobody, "nobody", "nobody has this number", "Nobody here has the number {0}."},
    Words{not_a_number, "not_a_number", "this is no number that can be dialled",
          "\"{0}\" is no number that can be dialled."},
    Words{read_as, "read_as", "what was dialled, read as a number", "{0} is read as {1}."},
    Words{no_pattern, "no_pattern", "no outbound route has a pattern for it",
          "No outbound route has a pattern for {0}."},
    Words{pattern, "pattern", "an outbound route's pattern",
          "The outbound route \"{0}\" takes it by the pattern {1}."},
    Words{rewritten, "rewritten", "the number was rewritten by the rule",
          "The rule makes {1} of {0}."},
    Words{forwarder, "forwarder", "the rights of whoever forwarded the call",
          "The call was forwarded by {0}, whose rights count."},
    Words{class_of_person, "class_of_person", "the permission class of the person",
          "{1} has the permission class \"{0}\"."},
    Words{class_of_unit, "class_of_unit", "the permission class of the unit",
          "The unit {1} has the permission class \"{0}\"."},
    Words{class_of_extension, "class_of_extension", "the permission class of the telephone",
          "The telephone {1} has the permission class \"{0}\"."},
    Words{class_of_everybody, "class_of_everybody", "the permission class of everybody else",
          "{1} has the permission class of everybody else, \"{0}\"."},
    Words{class_of_rule, "class_of_rule", "the permission class that the rule names",
          "The rule calls outside with the permission class \"{0}\"."},
    Words{no_class, "no_class", "no permission class",
          "{0} has no permission class, so nothing outside may be called."},
    Words{may_call, "may_call", "the permission class has this route",
          "The class \"{0}\" may use the route \"{1}\"."},
    Words{may_not_call, "may_not_call", "the permission class lacks this route",
          "The class \"{0}\" may not use the route \"{1}\"."},
    Words{country_allowed, "country_allowed", "the permission class has this country",
          "It leads abroad ({1}), where the class \"{0}\" may call."},
    Words{country_denied, "country_denied", "the permission class lacks this country",
          "It leads abroad ({1}), where the class \"{0}\" may not call."},
    Words{trunk, "trunk", "by this trunk", "By the trunk \"{0}\" as {1}."},
    Words{no_trunk, "no_trunk", "there is no trunk for it", "None of its trunks is there."},
    Words{shows_number, "shows_number", "the number that a caller id rule shows",
          "The called party sees {1}, by the rule \"{0}\"."},
    Words{shows_own, "shows_own", "the caller's own number is shown",
          "The called party sees {1}, the caller's own number."},
    Words{withholds, "withholds", "the caller's number is withheld",
          "The called party sees no number."},
    Words{unknown_trunk, "unknown_trunk", "a trunk that the plan does not have",
          "The plan has no trunk \"{0}\"."},
    Words{came_in, "came_in", "a call that came in",
          "A call for {1} came in by the trunk \"{0}\"."},
    Words{inbound, "inbound", "an inbound route", "The inbound route \"{0}\" takes it."},
    Words{no_inbound, "no_inbound", "no inbound route takes it",
          "No inbound route takes calls for {0}."},
    Words{open, "open", "the schedule is open", "The schedule \"{0}\" is open: {1}."},
    Words{outside_hours, "outside_hours", "the schedule is closed at this time",
          "The schedule \"{0}\" is closed: {1}."},
    Words{holiday, "holiday", "the schedule is closed on this day",
          "The schedule \"{0}\" is closed for a holiday: {1}."},
    Words{closed, "closed", "the tone of a closed house",
          "The caller hears the tone of a closed house."},
    Words{not_there, "not_there", "whom the rule names is not there",
          "{0}, whom the rule names, is not there."},
};
static_assert([] {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (static_cast<std::size_t>(words[i].why) != i) return false;
  }
  return words.back().why == not_there;
}());

const Words& words_of(Step::Why why) {
  return words.at(static_cast<std::size_t>(why));
}

}  // namespace

std::string_view name_of(Step::Why why) {
  return words_of(why).name;
}
std::string_view reason_of(Step::Why why) {
  return words_of(why).reason;
}
std::string sentence_of(const Step& step) {
  return fmt::format(fmt::runtime(words_of(step.why).sentence), step.subject, step.detail);
}

}  // namespace dering::routing
