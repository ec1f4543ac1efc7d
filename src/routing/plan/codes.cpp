// SPDX-License-Identifier: Apache-2.0
#include "routing/plan/codes.h"

#include <algorithm>

namespace dering::routing {

std::vector<Codes::Code> Codes::forwarding_codes() {
  using Case = directory::ForwardingCase;
  return {{.digits = "*72", .takes_number = true, .when = Case::always},
          {.digits = "*73", .when = Case::always},
          {.digits = "*90", .takes_number = true, .when = Case::busy},
          {.digits = "*91", .when = Case::busy},
          {.digits = "*52", .takes_number = true, .when = Case::no_answer},
          {.digits = "*53", .when = Case::no_answer},
          {.digits = "*78", .do_not_disturb = true},
          {.digits = "*79", .do_not_disturb = false}};
}

bool Codes::uses(std::string_view number) const {
  if (number == echo_number || number == pickup_number || number == parking.park) return true;
  if (number.starts_with(pickup_prefix) || parking.is_place(number)) return true;
  return std::ranges::any_of(forwarding,
                             [&](const Code& code) { return number.starts_with(code.digits); });
}

}  // namespace dering::routing
