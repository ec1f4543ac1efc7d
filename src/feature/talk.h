// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "call/feature.h"

namespace dering::feature {

/// Two hear each other, or one hears itself, until one hangs up or is lost: then the call ends for
/// both.
std::unique_ptr<call::Feature> talk();

}  // namespace dering::feature
