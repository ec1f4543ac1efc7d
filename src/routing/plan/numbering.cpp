// SPDX-License-Identifier: Apache-2.0
#include "routing/plan/numbering.h"

#include <algorithm>

#include "base/text.h"

namespace dering::routing {
namespace {

constexpr std::size_t most_e164_digits = 15;
/// Shorter ones are services, such as 14045, and belong to no area.
constexpr std::size_t shortest_local = 6;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.size() <= longest_number &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '*' || c == '#'; });
}

std::string without_separators(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (std::string_view("-.() ").find(c) == std::string_view::npos) kept += c;
  }
  return kept;
}

void remove_scheme(std::string_view& text) {
  for (const std::string_view scheme : {"tel:", "sip:", "sips:"}) {
    if (!equals_ignoring_case(text.substr(0, scheme.size()), scheme)) continue;
    return text.remove_prefix(scheme.size());
  }
}

/// What `;phone-context=` says, if it is a number: "+62".
std::string context_in(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    const std::string_view name = take_until(value, '=');
    if (!equals_ignoring_case(name, "phone-context") || !value.starts_with('+')) continue;
    std::string number = without_separators(value);
    if (is_all_digits(std::string_view(number).substr(1))) return number;
  }
  return {};
}

/// With a "+" before it, if a number of the public network can look like that.
std::optional<std::string> global(std::string_view digits) {
  const bool is_fit =
      is_all_digits(digits) && digits.size() <= most_e164_digits && digits.front() != '0';
  return is_fit ? std::optional("+" + std::string(digits)) : std::nullopt;
}

/// Behind the longest prefix that leads abroad; nothing if there is none.
std::optional<std::string_view> behind_international(std::string_view number,
                                                     const Numbering& numbering) {
  std::size_t longest = 0;
  for (const std::string& prefix : numbering.international_prefixes) {
    if (number.starts_with(prefix)) longest = std::max(longest, prefix.size());
  }
  return longest > 0 ? std::optional(number.substr(longest)) : std::nullopt;
}

std::optional<std::string> local_e164(std::string_view digits, const Numbering& numbering) {
  if (digits.size() == numbering.national_length)
    return global(numbering.country + std::string(digits));
  if (digits.size() > numbering.longest_local) return global(digits);
  if (digits.size() < shortest_local) return std::nullopt;
  // Where areas are, numbers of services begin with 0 and 1, those of people never.
  if (!numbering.area.empty() && digits.front() >= '2') {
    return global(numbering.country + numbering.area + std::string(digits));
  }
  if (!numbering.trunk_prefix.empty() || numbering.national_length != 0) return std::nullopt;
  return global(numbering.country + std::string(digits));
}

/// What it would be, whether or not it can be written in other ways.
std::optional<std::string> read_e164(std::string_view number, const Numbering& numbering) {
  if (number.starts_with('+')) return global(number.substr(1));
  if (!is_all_digits(number)) return std::nullopt;
  if (const auto rest = behind_international(number, numbering)) return global(*rest);
  const std::string& prefix = numbering.trunk_prefix;
  if (prefix.empty() || !number.starts_with(prefix)) return local_e164(number, numbering);
  const std::string_view rest = number.substr(prefix.size());
  if (rest.empty() || rest.front() == '0') return std::nullopt;
  return global(numbering.country + std::string(rest));
}

}  // namespace

std::string_view name_of(NumberForm form) {
  switch (form) {
    case NumberForm::as_is:
      return "as_is";
    case NumberForm::e164:
      return "e164";
    case NumberForm::national:
      return "national";
  }
  return "";
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::optional<std::string> cleaned_digits(std::string_view dialled) {
  // What is longer is not even looked at.
  if (dialled.size() > 8 * longest_number) return std::nullopt;
  remove_scheme(dialled);
  std::string number = without_separators(dialled.substr(0, dialled.find_first_of(";@")));
  if (!is_number(number)) return std::nullopt;
  return number;
}

std::optional<std::string> cleaned(std::string_view dialled) {
  auto number = cleaned_digits(dialled);
  if (!number || number->starts_with('+')) return number;
  dialled = dialled.substr(0, dialled.find('@'));
  const std::size_t parameters = dialled.find(';');
  if (parameters == std::string_view::npos) return number;
  *number = context_in(dialled.substr(parameters + 1)) + *number;
  return is_number(*number) ? number : std::nullopt;
}

bool is_home(std::string_view e164, const Numbering& numbering) {
  return e164.starts_with('+') && e164.substr(1).starts_with(numbering.country);
}

std::optional<std::string> e164_of(std::string_view number, const Numbering& numbering) {
  auto e164 = read_e164(number, numbering);
  if (!e164 || !is_home(*e164, numbering)) return e164;
  // +62 and 049… would be written as 0049…, which is Germany.
  const std::string national = national_of(*e164, numbering);
  const bool leads_abroad = behind_international(national, numbering).has_value();
  return leads_abroad || national == numbering.trunk_prefix ? std::nullopt : e164;
}

std::string national_of(std::string_view e164, const Numbering& numbering) {
  if (is_home(e164, numbering)) {
    return numbering.trunk_prefix + std::string(e164.substr(1 + numbering.country.size()));
  }
  // "00" before +1 would be "001" to who knows both.
  for (const std::string& prefix : numbering.international_prefixes) {
    std::string number = prefix + std::string(e164.substr(1));
    if (read_e164(number, numbering) == e164) return number;
  }
  return std::string(e164);
}

std::string written(std::string_view number, NumberForm form, const Numbering& numbering) {
  if (form == NumberForm::as_is) return std::string(number);
  const auto e164 = e164_of(number, numbering);
  if (!e164) return std::string(number);
  return form == NumberForm::e164 ? *e164 : national_of(*e164, numbering);
}

Abroad abroad(std::string_view number, const Numbering& numbering) {
  if (const auto e164 = e164_of(number, numbering)) {
    if (is_home(*e164, numbering)) return {};
    return {true, e164->substr(1)};
  }
  // It cannot be read, and what others would read is not known: "00…", "+0…", too many digits.
  const bool might_be =
      number.starts_with('+') || number.starts_with("00") ||
      behind_international(number, numbering).has_value() ||
      number.size() > std::max<std::size_t>(numbering.longest_local, numbering.national_length);
  return {might_be, {}};
}

std::vector<std::string> forms_of(std::string_view number, const Numbering& numbering) {
  std::vector<std::string> forms{std::string(number)};
  const auto e164 = e164_of(number, numbering);
  if (!e164) return forms;
  if (is_home(*e164, numbering)) {
    std::string national = national_of(*e164, numbering);
    const bool is_local = is_all_digits(number) && number.size() <= numbering.longest_local;
    // "+62812…" means what "0812…" does, whatever else there is for "+".
    if (national != number) forms.insert(is_local ? forms.end() : forms.begin(), national);
  }
  if (*e164 != number) forms.push_back(*e164);
  return forms;
}

}  // namespace dering::routing
