// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/instant.h"

namespace dering::call {

/// The two spellings of a key in an INFO, neither of which has an RFC.
enum class InfoForm : std::uint8_t {
  relay,  ///< application/dtmf-relay: "Signal=5" and "Duration=160" on lines
  bare,   ///< application/dtmf: "5"
};
/// By its Content-Type.
std::optional<InfoForm> info_form(std::string_view content_type);

struct InfoDigit {
  std::optional<char> key;  ///< of 0123456789*#ABCD; nothing: a flash of the hook
  Duration duration{};      ///< within what a telephone-event may have here
};
/// Nothing if there is no key in it.
std::optional<InfoDigit> parse_info_digit(InfoForm form, std::string_view body);

}  // namespace dering::call
