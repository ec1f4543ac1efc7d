// SPDX-License-Identifier: Apache-2.0
#include "routing/route.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "routing/inbound.h"
#include "routing/outbound.h"
#include "routing/trail.h"

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
std::optional<Setting> setting_of(const Trail& trail) {
  const Request& request = trail.request;
  const auto& codes = trail.plan.codes().forwarding;
  const auto code = std::ranges::find_if(
      codes, [&](const Codes::Code& one) { return request.dialled.starts_with(one.digits); });
  if (code == codes.end()) return std::nullopt;
  std::string_view number = request.dialled.substr(code->digits.size());
  if (number.ends_with('#')) number.remove_suffix(1);
  if (number.starts_with('*')) number.remove_prefix(1);
  Setting setting;
  setting.change.do_not_disturb = code->do_not_disturb;
  if (!code->do_not_disturb) setting.change.target(code->when) = std::string(number);
  setting.fault = code->takes_number == number.empty()
                      ? Setting::Fault::incomplete
                      : setting_fault(setting.change, request, trail.directory);
  return setting;
}

/// What the number means in every house; nothing if it is no such number.
std::optional<Decision> by_code(Trail& trail) {
  const std::string_view dialled = trail.request.dialled;
  const Codes& codes = trail.plan.codes();
  if (dialled == codes.echo_number) {
    trail.note(Step::Why::echo, dialled);
    return trail.lead(Echo{});
  }
  if (dialled == codes.pickup_number) {
    trail.note(Step::Why::pickup_any, dialled);
    return trail.lead(Pickup{});
  }
  if (dialled.starts_with(codes.pickup_prefix)) {
    const std::string_view extension = dialled.substr(codes.pickup_prefix.size());
    if (trail.directory.by_extension(extension)) {
      trail.note(Step::Why::pickup_there, dialled, extension);
      return trail.lead(Pickup{std::string(extension)});
    }
  }
  if (auto setting = setting_of(trail)) {
    trail.note(Step::Why::setting, dialled);
    return trail.lead(*std::move(setting));
  }
  return std::nullopt;
}

/// Who or what has the number in this house; nothing if nobody has.
std::optional<Decision> by_number(Trail& trail) {
  const std::string_view dialled = trail.request.dialled;
  if (const directory::User* user = trail.directory.by_extension(dialled)) {
    trail.note(Step::Why::person, dialled, user->display_name);
    return trail.lead(Person{user->extension});
  }
  if (const Extension* extension = trail.plan.extension(dialled)) {
    trail.note(Step::Why::extension, dialled, extension->name);
    return trail.lead(Telephone{extension->number});
  }
  if (const RingGroup* group = trail.plan.group_by_number(dialled)) return lead_to(*group, trail);
  const directory::ParkingNumbers& parking = trail.plan.codes().parking;
  if (dialled == parking.park) {
    trail.note(Step::Why::parking, dialled);
    return trail.lead(Parking{});
  }
  if (parking.is_place(dialled)) {
    trail.note(Step::Why::parking_place, dialled);
    return trail.lead(ParkingPlace{std::string(dialled)});
  }
  return std::nullopt;
}

}  // namespace

Decision route(const Request& request, const Plan& plan, const directory::Directory& directory,
               std::chrono::sys_seconds at) {
  Trail trail{request, plan, directory};
  if (!request.trunk.empty()) return inbound(trail, at);
  if (auto decision = emergency(request.dialled, trail)) return *std::move(decision);
  if (auto decision = by_code(trail)) return *std::move(decision);
  if (request.dialled == request.caller) {
    trail.note(Step::Why::own_number, request.dialled);
    return trail.end(End::Why::self_call);
  }
  if (auto decision = by_number(trail)) return *std::move(decision);
  if (!plan.draft().outbound.empty()) return outbound(request.dialled, trail);
  trail.note(Step::Why::nobody, request.dialled.substr(0, longest_number));
  return trail.end(End::Why::unknown_number);
}

Decision follow(const Target& target, const Request& request, const Plan& plan,
                const directory::Directory& directory) {
  Trail trail{request, plan, directory};
  return lead_to(target, trail);
}

}  // namespace dering::routing
