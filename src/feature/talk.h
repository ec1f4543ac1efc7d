// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "call/feature.h"
#include "feature/house.h"

namespace dering::feature {

/// Two hear each other, or one hears itself, until one hangs up or is lost: then the call ends for
/// both. Either may send the other one on (transfer.h), and phones ring so.
std::unique_ptr<call::Feature> talk(const House& house = {});

}  // namespace dering::feature
