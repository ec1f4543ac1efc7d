// SPDX-License-Identifier: Apache-2.0
#include "routing/route.h"

namespace dering::routing {

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
  if (dialled == request.caller) {
    return {End{End::Why::self_call}, "the caller's own number"};
  }
  const directory::User* user = directory.by_extension(dialled);
  if (!user) {
    return {End{End::Why::unknown_number}, "nobody has this number"};
  }
  return {Person{user->extension}, "a person's number"};
}

}  // namespace dering::routing
