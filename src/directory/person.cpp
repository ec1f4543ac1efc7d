// SPDX-License-Identifier: Apache-2.0
#include "directory/person.h"

#include <algorithm>

#include "base/text.h"

namespace dering::directory {
namespace {

constexpr std::size_t longest_issuer = 512;
constexpr std::size_t longest_subject = 255;
constexpr std::size_t longest_username = 128;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_group = 255;
constexpr std::size_t most_groups = 64;
constexpr std::size_t subject_start = 8;

/// One character of well-formed UTF-8, taken off the front.
struct Character {
  std::string_view bytes;
  char32_t code = 0;
};

Character take_character(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  Character one{text.substr(0, size), first};
  if (size > 1) one.code = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    one.code = one.code << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3fU);
  }
  text.remove_prefix(size);
  return one;
}

bool is_blank(char32_t code) {
  return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85 || code == 0x2028 ||
         code == 0x2029;
}

/// C0, DEL and C1; what turns the direction of writing (Unicode's Bidi_Control); what has no width,
/// but for the two joiners that scripts need.
bool is_unwelcome(char32_t code) {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  if (code == 0x61c || code == 0x200b || code == 0x200e || code == 0x200f) return true;
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
         code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb);
}

bool has_unwelcome(std::string_view text) {
  while (!text.empty()) {
    if (is_unwelcome(take_character(text).code)) return true;
  }
  return false;
}

/// What names somebody must be the same text for ever: it is taken as it is or not at all.
bool is_key(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && is_utf8(text) && !has_unwelcome(text);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A rule's path may be written with a slash at its end; a group's never is.
std::string_view without_last_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t longest) {
  std::string line;
  bool is_after_blank = false;
  while (!text.empty()) {
    const Character one = take_character(text);
    if (is_blank(one.code)) {
      is_after_blank = !line.empty();
      continue;
    }
    if (is_unwelcome(one.code)) continue;
    if (line.size() + one.bytes.size() + (is_after_blank ? 1 : 0) > longest) break;
    if (is_after_blank) line.push_back(' ');
    is_after_blank = false;
    line += one.bytes;
  }
  return line;
}

bool is_within(std::string_view group, std::string_view path) {
  path = without_last_slash(path);
  if (path.empty() || !group.starts_with(path)) return false;
  if (group.size() == path.size()) return true;
  // Keycloak writes "~/" for a slash that belongs to a name: no segment ends there.
  return group[path.size()] == '/' && !path.ends_with('~');
}

NumberRange range_for(const NumberPlan& plan, const std::vector<std::string>& groups) {
  for (const GroupRule& rule : plan.groups) {
    if (!rule.extensions) continue;
    if (std::ranges::any_of(groups, [&](const auto& it) { return is_within(it, rule.path); })) {
      return *rule.extensions;
    }
  }
  return plan.usual;
}

std::string unit_for(const NumberPlan& plan, const std::vector<std::string>& groups) {
  for (const GroupRule& rule : plan.groups) {
    if (rule.unit.empty()) continue;
    if (std::ranges::any_of(groups, [&](const auto& it) { return is_within(it, rule.path); })) {
      return rule.unit;
    }
  }
  return "";
}

bool is_extension(std::string_view text) {
  return text.size() >= 2 && text.size() <= 15 && std::ranges::all_of(text, is_digit);
}

std::optional<Person> tidied(const Person& person) {
  if (!is_key(person.issuer, longest_issuer) || !is_key(person.subject, longest_subject) ||
      !is_utf8(person.username) || !is_utf8(person.display_name)) {
    return std::nullopt;
  }
  Person tidy;
  tidy.issuer = person.issuer;
  tidy.subject = person.subject;
  tidy.username = one_line(person.username, longest_username);
  tidy.display_name = one_line(person.display_name, longest_name);
  for (const std::string& group : person.groups) {
    if (tidy.groups.size() == most_groups) break;
    if (is_key(group, longest_group)) tidy.groups.push_back(group);
  }
  if (is_extension(person.extension)) tidy.extension = person.extension;
  return tidy;
}

std::string shown_name(const Person& person) {
  if (!person.display_name.empty()) return person.display_name;
  if (!person.username.empty()) return one_line(person.username, longest_name);
  std::string_view rest = person.subject;
  for (std::size_t i = 0; i < subject_start && !rest.empty(); ++i) take_character(rest);
  return person.subject.substr(0, person.subject.size() - rest.size());
}

std::string_view name_of(Provisioned::Outcome outcome) {
  switch (outcome) {
    case Provisioned::Outcome::unchanged:
      return "unchanged";
    case Provisioned::Outcome::changed:
      return "changed";
    case Provisioned::Outcome::added:
      return "added";
    case Provisioned::Outcome::disabled:
      return "the user is disabled";
    case Provisioned::Outcome::range_full:
      return "no number is left in the range";
    case Provisioned::Outcome::malformed:
      return "the claims are not usable text";
  }
  return "";
}

std::string_view name_of(SyncState::Phase phase) {
  switch (phase) {
    case SyncState::Phase::idle:
      return "idle";
    case SyncState::Phase::running:
      return "running";
    case SyncState::Phase::failed:
      return "failed";
  }
  return "";
}

}  // namespace dering::directory
