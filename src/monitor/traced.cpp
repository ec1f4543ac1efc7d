// SPDX-License-Identifier: Apache-2.0
#include "monitor/traced.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "monitor/ladder.h"
#include "monitor/pcap.h"
#include "monitor/read_field.h"
#include "monitor/safe_text.h"

namespace dering::monitor {
namespace {

constexpr std::string_view hub = "dering";
/// Within which the other side of a call is rung after its caller has asked.
constexpr std::int64_t until_rung_microseconds = 2'000'000;

constexpr std::array<std::string_view, 6> fields_with_people{
    "From", "To", "Contact", "P-Asserted-Identity", "Refer-To", "Referred-By"};

bool is_invite(const TracedMessage& message) {
  return message.text.starts_with("INVITE ");
}

std::string_view call_id_of(const TracedMessage& message) {
  return field_of(message.text, "Call-ID");
}

/// `username="siti-desk"` of credentials.
std::string_view user_name_of(std::string_view credentials) {
  constexpr std::string_view words = "username=\"";
  const std::size_t at = credentials.find(words);
  if (at == std::string_view::npos) return {};
  credentials.remove_prefix(at + words.size());
  return credentials.substr(0, credentials.find('"'));
}

/// Who is at the other end, as the message itself says.
std::string_view person_of(const TracedMessage& message) {
  const bool is_theirs = (message.direction == Direction::in) != is_response(message.text);
  return user_in(field_of(message.text, is_theirs ? "From" : "To"));
}

}  // namespace

bool TraceChoice::names_it(const TracedMessage& message) const {
  const std::string_view text = message.text;
  if (call_id_of(message) == wanted_) return true;
  if (message.theirs.text() == wanted_ || message.theirs.ip_text() == wanted_) return true;
  if (user_in(start_line_of(text)) == wanted_) return true;
  if (user_name_of(field_of(text, "Authorization")) == wanted_) return true;
  return std::ranges::any_of(fields_with_people, [&](std::string_view name) {
    const std::string_view value = field_of(text, name);
    return !value.empty() &&
           (user_in(value) == wanted_ || (name != "Contact" && host_in(value) == wanted_));
  });
}

/// A caller's INVITE and those that it made us say have Call-IDs of their own.
void TraceChoice::add_other_sides(std::span<const TracedMessage> all) {
  std::vector<const TracedMessage*> asked;
  for (const TracedMessage& message : all) {
    const bool is_in = message.direction == Direction::in;
    if (!is_invite(message)) continue;
    const std::string id(call_id_of(message));
    if (is_in && call_ids_.contains(id)) {
      asked.push_back(&message);
    } else if (!is_in && std::ranges::any_of(asked, [&](const TracedMessage* one) {
                 return message.at_microseconds - one->at_microseconds < until_rung_microseconds &&
                        user_in(field_of(one->text, "From")) ==
                            user_in(field_of(message.text, "From"));
               })) {
      call_ids_.insert(id);
    }
  }
}

std::vector<TracedMessage> TraceChoice::of(std::span<const TracedMessage> all) {
  if (wanted_.empty()) return {all.begin(), all.end()};
  for (const TracedMessage& message : all) {
    if (names_it(message)) call_ids_.emplace(call_id_of(message));
  }
  call_ids_.erase("");
  add_other_sides(all);
  std::vector<TracedMessage> chosen;
  for (const TracedMessage& message : all) {
    if (names_it(message) || call_ids_.contains(std::string(call_id_of(message)))) {
      chosen.push_back(message);
    }
  }
  return chosen;
}

void TraceNames::learn(const TracedMessage& message) {
  const std::string_view person = person_of(message);
  if (person.empty() || names_.contains(message.theirs)) return;
  std::string name = for_terminal(person);
  std::ranges::replace(name, '\n', ' ');
  const unsigned before = taken_[name]++;
  if (before > 0) name += fmt::format("#{}", before + 1);
  in_order_.push_back(name);
  names_.emplace(message.theirs, std::move(name));
}

std::string TraceNames::name_of(const TracedMessage& message) const {
  const auto found = names_.find(message.theirs);
  return found == names_.end() ? message.theirs.text() : found->second;
}

std::string arrows_of(std::span<const TracedMessage> messages, const TraceNames& names) {
  Ladder ladder{std::string(hub)};
  for (const std::string& name : names.in_order()) ladder.add_column(name);
  for (const TracedMessage& message : messages) {
    const auto since =
        std::chrono::microseconds(message.at_microseconds - messages.front().at_microseconds);
    std::string other = names.name_of(message);
    const bool is_in = message.direction == Direction::in;
    ladder.add({.at = Instant{} + since,
                .from = is_in ? other : std::string(hub),
                .to = is_in ? std::string(hub) : other,
                .label = first_line_of(message)});
  }
  return ladder.text();
}

std::string first_line_of(const TracedMessage& message) {
  std::string line = for_terminal(label_of_sip(message.text));
  std::ranges::replace(line, '\n', ' ');
  return line;
}

std::string way_of(const TracedMessage& message, const TraceNames& names) {
  const std::string name = names.name_of(message);
  const std::string address = message.theirs.text();
  const std::string other = name == address ? address : fmt::format("{} ({})", address, name);
  const bool is_in = message.direction == Direction::in;
  return fmt::format("{} {} → {}", message.transport, is_in ? other : hub, is_in ? hub : other);
}

std::string packet_of(const TracedMessage& message) {
  const bool is_in = message.direction == Direction::in;
  return pcap_packet({.at_microseconds = message.at_microseconds,
                      .from = is_in ? message.theirs : message.ours,
                      .to = is_in ? message.ours : message.theirs,
                      .text = message.text});
}

}  // namespace dering::monitor
