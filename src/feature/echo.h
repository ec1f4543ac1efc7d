// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "call/feature.h"

namespace dering::feature {

/// The caller hears himself: a test of microphone, speaker and the whole way between.
std::unique_ptr<call::Feature> echo();

}  // namespace dering::feature
