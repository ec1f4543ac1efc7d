// SPDX-License-Identifier: Apache-2.0
#include "sip/message/dialled_number.h"

#include "base/text.h"
#include "sip/message/characters.h"

namespace dering::sip {
namespace {

constexpr std::size_t longest_number = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// RFC 3966 §5.1.1. A blank is none of them, but people group digits by it as well (ITU-T E.123),
/// and phones send what was typed.
bool is_visual_separator(char c) {
  return std::string_view("-.() ").contains(c);
}

/// Of unescaped text. Both "+" and the keys of a feature code: no such number is in use.
std::optional<std::string> number_in(std::string_view text) {
  std::string number;
  for (const char c : text) {
    if (is_visual_separator(c)) continue;
    const bool is_global = number.starts_with('+');
    const bool is_key = is_digit(c) || (!is_global && (c == '*' || c == '#'));
    if (!is_key && !(c == '+' && number.empty())) return std::nullopt;
    if (number.size() == longest_number) return std::nullopt;
    number += c;
  }
  if (number.empty() || number == "+") return std::nullopt;
  return number;
}

/// Parameters are passed over, yet not when they hide what is no text.
bool is_sound(std::string_view parameters) {
  const auto text = unescaped(parameters);
  return text && !has_control(*text) && is_utf8(*text);
}

/// "telephone-subscriber" of RFC 3966 §3: a number and its parameters.
std::string_view subscriber_in(const Uri& uri) {
  if (uri.is_sip() || uri.is_sips()) return uri.user;
  if (!uri.is_tel()) return {};
  return uri.text.substr(uri.scheme.size() + 1);
}

}  // namespace

std::optional<DialledNumber> dialled_number(const Uri& uri) {
  std::string_view parameters = subscriber_in(uri);
  const auto subscriber = unescaped(take_until(parameters, ';'));
  if (!subscriber || !is_sound(parameters)) return std::nullopt;
  auto number = number_in(*subscriber);
  if (!number) return std::nullopt;
  const auto context = find_parameter(parameters, "phone-context");
  return DialledNumber{*std::move(number), context.value_or(std::string_view{})};
}

}  // namespace dering::sip
