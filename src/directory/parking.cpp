// SPDX-License-Identifier: Apache-2.0
#include "directory/parking.h"

#include "base/text.h"

namespace dering::directory {

bool ParkingNumbers::is_place(std::string_view dialled) const {
  const auto number = to_number<std::uint16_t>(dialled);
  // One spelling each: "071" is another number.
  const bool is_ours = number && *number >= first_place && *number - first_place < places;
  return is_ours && std::to_string(*number) == dialled;
}

}  // namespace dering::directory
