// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/forwarding.h"
#include "directory/parking.h"

namespace dering::routing {

/// What numbers mean in every house, beside those of people.
struct Codes {
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
  std::vector<Code> forwarding = forwarding_codes();
  static std::vector<Code> forwarding_codes();

  /// Whether it is one of these numbers as a whole, or what such a number begins with.
  bool uses(std::string_view number) const;
};

}  // namespace dering::routing
