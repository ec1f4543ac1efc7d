// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "call/feature.h"

namespace dering::feature {

/// What is dialled to hear oneself.
inline constexpr std::string_view echo_number = "*43";

/// The caller hears himself: a test of microphone, speaker and the whole way between.
std::unique_ptr<call::Feature> echo();

}  // namespace dering::feature
