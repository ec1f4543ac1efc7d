// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "routing/destination.h"

namespace dering::routing {

/// A destination in few words, for tables: "person 1002", "outside mobile: telkom +6281234567,
/// backup 081234567", "emergency: telkom 112", "not_permitted".
std::string words_of(const Destination& destination);
std::string_view name_of(End::Why why);  ///< "unknown_number", …

}  // namespace dering::routing
