// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/message/uri.h"

namespace dering::sip {

/// A telephone number as somebody dialled it, in the one form that numbers are compared in
/// (RFC 3966 §5): without visual separators, escapes and parameters.
struct DialledNumber {
  /// "1002", "*43", "+62215550123": digits, "*" and "#", or a "+" and digits; 1 to 64 of them.
  std::string text;
  /// phone-context as written (RFC 3966 §5.1.5): a domain, or a "+" and digits, that says where a
  /// local number is valid. Empty when absent; a view over the URI.
  std::string_view context;
};

/// The number that a sip, sips or tel URI asks for. A user part is read as a telephone-subscriber
/// with or without `user=phone`, since few phones say it (RFC 3261 §19.1.6); `ext`, `isub` and
/// other parameters of it are passed over. Nothing for any other scheme, and for text that no
/// number may hold: letters, control characters, bytes that are not UTF-8, more than 64 digits.
std::optional<DialledNumber> dialled_number(const Uri& uri);

}  // namespace dering::sip
