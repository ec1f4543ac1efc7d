// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/instant.h"
#include "base/names.h"

namespace dering::call {

/// How long an offer of ours waits that met one of the phone's (491), so that two do not meet
/// again. `ids` draw as they do in a replay.
Duration wait_after_glare(Names& ids);
/// True if an offer that was answered so may come again.
constexpr bool came_too_early(int status) {
  return status == 491 || status >= 500;
}
/// An offer that came at a wrong moment so often does not come again.
inline constexpr unsigned most_offers = 10;

}  // namespace dering::call
