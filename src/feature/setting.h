// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "call/feature.h"
#include "routing/destination.h"

namespace dering::feature {

/// How long somebody hears that what they dialled is done, or is not.
inline constexpr Duration setting_tone_time = std::chrono::seconds(3);

/// The caller changes where their own calls go (routing::Setting), hears a tone that says that it
/// is done, and is hung up on. What cannot be taken changes nothing: another tone, and the Reason
/// of BYE says why.
std::unique_ptr<call::Feature> setting(routing::Setting wanted);

}  // namespace dering::feature
