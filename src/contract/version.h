// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace dering::contract {

/// Of proto/media.proto, as Hello and Ready say it. Either side refuses another one.
inline constexpr std::uint32_t version = 2;

}  // namespace dering::contract
