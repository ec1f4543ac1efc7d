// SPDX-License-Identifier: Apache-2.0
#include "routing/route.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace dering::routing {

namespace {

Setting::Fault setting_fault(const directory::ForwardingChange& change, const Request& request,
                             const directory::Directory& directory) {
  const auto fault = directory::fault_of(change, request.caller, directory);
  if (!fault) return Setting::Fault::none;
  switch (*fault) {
    case directory::ForwardingFault::own_number:
      return Setting::Fault::own_number;
    case directory::ForwardingFault::unknown_number:
    case directory::ForwardingFault::ring_time:
      return Setting::Fault::unknown_number;
  }
  return Setting::Fault::unknown_number;
}

/// Nothing if no code was dialled.
std::optional<Setting> setting_of(const Request& request, const Plan& plan,
                                  const directory::Directory& directory) {
  const auto code = std::ranges::find_if(
      plan.codes, [&](const Plan::Code& one) { return request.dialled.starts_with(one.digits); });
  if (code == plan.codes.end()) return std::nullopt;
  std::string_view number = request.dialled.substr(code->digits.size());
  if (number.ends_with('#')) number.remove_suffix(1);
  if (number.starts_with('*')) number.remove_prefix(1);
  Setting setting;
  setting.change.do_not_disturb = code->do_not_disturb;
  if (!code->do_not_disturb) setting.change.target(code->when) = std::string(number);
  setting.fault = code->takes_number == number.empty()
                      ? Setting::Fault::incomplete
                      : setting_fault(setting.change, request, directory);
  return setting;
}

}  // namespace

std::vector<Plan::Code> Plan::forwarding_codes() {
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

Decision route(const Request& request, const Plan& plan, const directory::Directory& directory) {
  const std::string_view dialled = request.dialled;
  if (dialled == plan.echo_number) {
    return {Echo{}, "the number of the echo"};
  }
  if (dialled == plan.pickup_number) {
    return {Pickup{}, "the number that picks up what rings at colleagues"};
  }
  if (dialled.starts_with(plan.pickup_prefix)) {
    const std::string_view extension = dialled.substr(plan.pickup_prefix.size());
    if (directory.by_extension(extension)) {
      return {Pickup{std::string(extension)}, "the prefix that picks up what rings there"};
    }
  }
  if (auto setting = setting_of(request, plan, directory)) {
    return {*std::move(setting), "a code that says where the caller's own calls go"};
  }
  if (dialled == request.caller) {
    return {End{End::Why::self_call}, "the caller's own number"};
  }
  const directory::User* user = directory.by_extension(dialled);
  if (!user && dialled == plan.parking.park) {
    return {Parking{}, "the number of parking"};
  }
  if (!user && plan.parking.is_place(dialled)) {
    return {ParkingPlace{std::string(dialled)}, "the number of a parking place"};
  }
  if (!user) {
    return {End{End::Why::unknown_number}, "nobody has this number"};
  }
  return {Person{user->extension}, "a person's number"};
}

}  // namespace dering::routing
