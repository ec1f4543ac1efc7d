// SPDX-License-Identifier: Apache-2.0
#include "sip/message/header.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "sip/message/header_names.h"

namespace dering::sip {
namespace {

using detail::header_count;
using detail::header_names;

constexpr std::size_t method_count = static_cast<std::size_t>(Method::unknown);

/// In the order of Method.
constexpr std::array<std::string_view, method_count> method_names{
    "INVITE", "ACK",   "BYE",    "CANCEL",    "REGISTER", "OPTIONS", "INFO",
    "UPDATE", "REFER", "NOTIFY", "SUBSCRIBE", "MESSAGE",  "PUBLISH", "PRACK",
};

constexpr std::array<std::pair<char, HeaderId>, 14> compact_names{{
    {'v', HeaderId::via},
    {'f', HeaderId::from},
    {'t', HeaderId::to},
    {'i', HeaderId::call_id},
    {'m', HeaderId::contact},
    {'l', HeaderId::content_length},
    {'c', HeaderId::content_type},
    {'e', HeaderId::content_encoding},
    {'k', HeaderId::supported},
    {'o', HeaderId::event},
    {'u', HeaderId::allow_events},
    {'r', HeaderId::refer_to},
    {'b', HeaderId::referred_by},
    {'x', HeaderId::session_expires},
}};

constexpr std::size_t slot_count = 256;

/// Length, first and last letter tell all known names apart, so one look into a table finds the
/// only candidate.
constexpr std::size_t slot_of(std::string_view name, std::size_t factor) {
  const auto letter = [](char c) {
    return static_cast<std::size_t>(static_cast<unsigned char>(to_lower(c)));
  };
  const std::size_t key = name.size() << 16 | letter(name.front()) << 8 | letter(name.back());
  return (key * factor >> 16) % slot_count;
}

struct HeaderTable {
  std::size_t factor = 0;
  std::array<HeaderId, slot_count> slots{};
};

consteval bool fill(HeaderTable& table) {
  table.slots.fill(HeaderId::other);
  for (std::size_t i = 0; i < header_count; ++i) {
    HeaderId& slot = table.slots[slot_of(header_names[i], table.factor)];
    if (slot != HeaderId::other) return false;
    slot = static_cast<HeaderId>(i);
  }
  return true;
}

/// Searches a factor that gives each name a slot of its own; does not compile if there is none.
consteval HeaderTable make_header_table() {
  HeaderTable table;
  table.factor = 0x9e37;
  while (!fill(table)) table.factor += 2;
  return table;
}

constexpr HeaderTable header_table = make_header_table();

HeaderId header_from_compact(char name) {
  const char lower = to_lower(name);
  for (const auto& [letter, id] : compact_names) {
    if (letter == lower) return id;
  }
  return HeaderId::other;
}

}  // namespace

Method method_from(std::string_view name) {
  for (std::size_t i = 0; i < method_count; ++i) {
    if (method_names[i] == name) return static_cast<Method>(i);
  }
  return Method::unknown;
}

std::string_view name_of(Method method) {
  const auto index = static_cast<std::size_t>(method);
  return index < method_count ? method_names[index] : std::string_view{};
}

HeaderId header_from(std::string_view name) {
  if (name.empty()) return HeaderId::other;
  if (name.size() == 1) return header_from_compact(name.front());
  const HeaderId id = header_table.slots[slot_of(name, header_table.factor)];
  const std::string_view known = name_of(id);
  return known == name || equals_ignoring_case(known, name) ? id : HeaderId::other;
}

std::string_view name_of(HeaderId id) {
  const auto index = static_cast<std::size_t>(id);
  return index < header_count ? header_names[index] : std::string_view{};
}

}  // namespace dering::sip
