// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "directory/directory.h"
#include "routing/destination.h"

namespace dering::routing {

/// What numbers mean beside those of people. Made once and shared, as the directory is.
struct Plan {
  std::string echo_number = "*43";
  std::string pickup_number = "*8";  ///< of whatever rings at colleagues
  std::string pickup_prefix = "**";  ///< before the extension at which it rings
};

/// Who asks for which number.
struct Request {
  std::string_view caller;   ///< extension
  std::string_view dialled;  ///< as it was dialled, unescaped
};

/// Where a number leads for this caller. Pure: the same for the same arguments, and so it can be
/// asked without a call.
Decision route(const Request& request, const Plan& plan, const directory::Directory& directory);

}  // namespace dering::routing
