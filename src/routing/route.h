// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/directory.h"
#include "directory/forwarding.h"
#include "directory/parking.h"
#include "routing/destination.h"

namespace dering::routing {

/// What numbers mean beside those of people. Made once and shared, as the directory is.
struct Plan {
  std::string echo_number = "*43";
  std::string pickup_number = "*8";  ///< of whatever rings at colleagues
  std::string pickup_prefix = "**";  ///< before the extension at which it rings
  directory::ParkingNumbers parking{};
  /// What somebody dials to have their own calls go elsewhere, and to end that. Digits may follow
  /// after a further "*", and all may end with "#".
  struct Code {
    std::string digits;  ///< "*72"
    bool takes_number = false;
    directory::ForwardingCase when{};  ///< of the others
    std::optional<bool> do_not_disturb{};
  };
  std::vector<Code> codes = forwarding_codes();
  static std::vector<Code> forwarding_codes();
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
