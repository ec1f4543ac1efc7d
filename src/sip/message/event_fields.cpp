// SPDX-License-Identifier: Apache-2.0
#include "sip/message/event_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "sip/message/characters.h"
#include "sip/message/cursor.h"

namespace dering::sip {
namespace {

using Reason = SubscriptionState::Reason;
using Value = SubscriptionState::Value;

constexpr std::size_t max_allowed_events = 32;

constexpr std::array<std::string_view, 3> value_names{"active", "pending", "terminated"};
/// In the order of Reason, after `none`.
constexpr std::array<std::string_view, 7> reason_names{
    "deactivated", "probation", "rejected", "timeout", "giveup", "noresource", "invariant"};

/// event-package *( "." event-template ): token-nodot each (RFC 6665 §8.4).
bool is_event_type(std::string_view text) {
  if (text.size() > max_event_size || text.ends_with('.')) return false;
  while (!text.empty()) {
    if (!is_all(token_characters, take_until(text, '.'))) return false;
  }
  return true;
}

struct Parameter {
  std::string_view name;
  std::optional<std::string_view> value;
};

/// Takes ";name[=value]"; nothing on a grammar error.
std::optional<Parameter> take_parameter_of(Cursor& cursor) {
  Parameter read;
  read.name = cursor.take_all(token_characters);
  if (read.name.empty()) return std::nullopt;
  if (cursor.consume_separator('=')) {
    read.value = cursor.take_quoted_or(value_characters);
    if (read.value->empty()) return std::nullopt;
  }
  cursor.skip_blanks();
  return read;
}

bool read_seconds(const Parameter& parameter, std::optional<std::uint32_t>& seconds) {
  if (seconds || !parameter.value) return false;
  seconds = to_number<std::uint32_t>(*parameter.value);
  return seconds.has_value();
}

bool read_reason(const Parameter& parameter, SubscriptionState& state, bool is_first) {
  if (!is_first || !parameter.value) return false;
  const auto known = std::ranges::find_if(reason_names, [&](std::string_view name) {
    return equals_ignoring_case(name, *parameter.value);
  });
  if (known != reason_names.end()) {
    state.reason = static_cast<Reason>(known - reason_names.begin() + 1);
  }
  return true;
}

}  // namespace

// ---- Event --------------------------------------------------------------------------------------

std::optional<Event> parse_event(std::string_view value) {
  if (value.size() > max_event_size) return std::nullopt;
  Cursor cursor(trimmed(value));
  Event read;
  read.type = cursor.take_all(token_characters);
  if (read.type.empty() || !is_event_type(read.type)) return std::nullopt;
  cursor.skip_blanks();
  read.parameters = cursor.rest().substr(cursor.at(';') ? 1 : 0);
  while (cursor.consume_separator(';')) {
    const auto parameter = take_parameter_of(cursor);
    if (!parameter) return std::nullopt;
    if (!equals_ignoring_case(parameter->name, "id")) continue;
    const bool is_id = parameter->value && is_all(token_characters, *parameter->value);
    if (!is_id || !read.id.empty()) return std::nullopt;
    read.id = *parameter->value;
  }
  return cursor.at_end() ? std::optional(read) : std::nullopt;
}

std::optional<Event> event_of(const Message& message) {
  const auto value = message.only(HeaderId::event);
  return value ? parse_event(*value) : std::nullopt;
}

std::optional<std::vector<std::string_view>> allowed_events_of(const Message& message) {
  auto types = message.list(HeaderId::allow_events);
  const bool is_legal =
      types.size() <= max_allowed_events && std::ranges::all_of(types, is_event_type);
  return is_legal ? std::optional(std::move(types)) : std::nullopt;
}

// ---- Subscription-State -------------------------------------------------------------------------

std::optional<SubscriptionState> parse_subscription_state(std::string_view value) {
  if (value.size() > max_event_size) return std::nullopt;
  Cursor cursor(trimmed(value));
  const std::string_view word = cursor.take_all(token_characters);
  const auto known = std::ranges::find_if(
      value_names, [&](std::string_view name) { return equals_ignoring_case(name, word); });
  if (known == value_names.end()) return std::nullopt;
  SubscriptionState read{.value = static_cast<Value>(known - value_names.begin())};
  int reasons = 0;
  while (cursor.consume_separator(';')) {
    const auto parameter = take_parameter_of(cursor);
    if (!parameter) return std::nullopt;
    bool is_good = true;
    if (equals_ignoring_case(parameter->name, "expires")) {
      is_good = read_seconds(*parameter, read.expires);
    } else if (equals_ignoring_case(parameter->name, "retry-after")) {
      is_good = read_seconds(*parameter, read.retry_after);
    } else if (equals_ignoring_case(parameter->name, "reason")) {
      is_good = read_reason(*parameter, read, reasons++ == 0);
    }
    if (!is_good) return std::nullopt;
  }
  return cursor.at_end() ? std::optional(read) : std::nullopt;
}

std::optional<SubscriptionState> subscription_state_of(const Message& notify) {
  const auto value = notify.only(HeaderId::subscription_state);
  return value ? parse_subscription_state(*value) : std::nullopt;
}

std::string subscription_state_value(const SubscriptionState& state) {
  std::string text(value_names[static_cast<std::size_t>(state.value)]);
  if (state.reason != Reason::none) {
    text.append(";reason=").append(reason_names[static_cast<std::size_t>(state.reason) - 1]);
  }
  if (state.expires) text += fmt::format(";expires={}", *state.expires);
  if (state.retry_after) text += fmt::format(";retry-after={}", *state.retry_after);
  return text;
}

}  // namespace dering::sip
