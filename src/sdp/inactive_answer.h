// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dering::sdp {

/// An answer that takes every line of an offer and sends and receives nothing (RFC 3264 §6.1): for
/// a phone that is alone for now. `previous`: what it was told last, whose origin goes on; without
/// an offer that is repeated as it was. Nothing if the offer cannot be read.
std::optional<std::string> inactive_answer(std::string_view offer, std::string_view previous);

}  // namespace dering::sdp
