// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/message/message.h"

namespace dering::sip {

/// Longest Event, Subscription-State or member of Allow-Events that is read.
inline constexpr std::size_t max_event_size = 256;

/// What is subscribed to (RFC 6665 §8.2.1). Views over the message. Types are compared byte by
/// byte.
struct Event {
  std::string_view type;        ///< package with its templates: "dialog", "presence.winfo"
  std::string_view id;          ///< tells two subscriptions in one dialog apart; empty when absent
  std::string_view parameters;  ///< without the leading ';'
};

/// Nothing on a grammar error, with two ids or one without a value, and beyond max_event_size.
std::optional<Event> parse_event(std::string_view value);
/// The one Event of a SUBSCRIBE or NOTIFY; nothing if there is none, or more.
std::optional<Event> event_of(const Message& message);

/// All event types of the Allow-Events fields (RFC 6665 §8.2.2). Nothing if one of them is none, or
/// if there are more than 32.
std::optional<std::vector<std::string_view>> allowed_events_of(const Message& message);

/// Subscription-State (RFC 6665 §8.2.3): how a notifier sees a subscription.
struct SubscriptionState {
  enum class Value : std::uint8_t { active, pending, terminated };
  /// Why it is terminated, and what the subscriber should do (RFC 6665 §4.1.3).
  enum class Reason : std::uint8_t {
    none,         ///< not said, or a word that nobody here knows: subscribe anew at any time
    deactivated,  ///< subscribe anew at once
    probation,    ///< later
    rejected,     ///< never
    timeout,      ///< anew, if it is still wanted
    giveup,
    noresource,  ///< never: what was watched is no more
    invariant,   ///< never: it will not change
  };
  Value value = Value::active;
  Reason reason = Reason::none;
  std::optional<std::uint32_t> expires{};      ///< seconds
  std::optional<std::uint32_t> retry_after{};  ///< seconds

  bool operator==(const SubscriptionState&) const = default;
};

/// Unknown words of a reason are read as none; an unknown state, a parameter that stands twice or a
/// number that is none is a grammar error.
std::optional<SubscriptionState> parse_subscription_state(std::string_view value);
/// The one Subscription-State of a NOTIFY; nothing if there is none, or more.
std::optional<SubscriptionState> subscription_state_of(const Message& notify);
/// "active;expires=600", "terminated;reason=timeout".
std::string subscription_state_value(const SubscriptionState& state);

}  // namespace dering::sip
