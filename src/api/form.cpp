// SPDX-License-Identifier: Apache-2.0
#include "api/form.h"

#include <cstdint>

#include "base/text.h"

namespace dering::api {
namespace {

constexpr std::size_t most_fields = 64;

std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      result.push_back(' ');
    } else if (text[i] == '%') {
      const std::string_view digits = text.substr(i + 1, 2);
      const auto byte = to_number<std::uint8_t>(digits, 16);
      if (digits.size() != 2 || !byte || *byte == 0) return std::nullopt;
      result.push_back(static_cast<char>(*byte));
      i += 2;
    } else if (text[i] == '\0') {
      return std::nullopt;
    } else {
      result.push_back(text[i]);
    }
  }
  if (!is_utf8(result)) return std::nullopt;
  return result;
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

}  // namespace

std::optional<Form> Form::parse(std::string_view text) {
  Form form;
  while (!text.empty()) {
    std::string_view field = take_until(text, '&');
    if (field.empty()) continue;
    auto name = decoded(take_until(field, '='));
    auto value = decoded(field);
    if (!name || !value || form.fields_.size() >= most_fields) return std::nullopt;
    const bool is_new = form.fields_.emplace(*std::move(name), *std::move(value)).second;
    if (!is_new) return std::nullopt;
  }
  return form;
}

const std::string& Form::operator[](std::string_view name) const {
  static const std::string nothing;
  const auto found = fields_.find(name);
  return found == fields_.end() ? nothing : found->second;
}

std::optional<Form> form_of(const net::HttpRequest& request) {
  std::string_view type = request.field("Content-Type").value_or("");
  const bool is_form =
      equals_ignoring_case(trimmed(take_until(type, ';')), "application/x-www-form-urlencoded");
  return is_form ? Form::parse(request.body) : std::nullopt;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (is_unreserved(c)) {
      result.push_back(c);
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    result.push_back('%');
    result.push_back(digits[byte >> 4]);
    result.push_back(digits[byte & 15U]);
  }
  return result;
}

}  // namespace dering::api
