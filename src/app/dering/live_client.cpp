// SPDX-License-Identifier: Apache-2.0
#include "app/dering/live_client.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <utility>

#include "app/dering/admin_client.h"
#include "identity/json.h"

namespace dering::app {
namespace {

using boost::json::array;
using boost::json::object;
using monitor::TracedMessage;

const array* list_in(const object& one, std::string_view name) {
  const auto* value = one.if_contains(name);
  return value ? value->if_array() : nullptr;
}

Fetched<object> fetch(const Config& config, std::string target) {
  const auto answer = ask_running(config.data, {.target = std::move(target)});
  if (!answer) return std::unexpected(answer.error());
  auto read = identity::json_object(*answer);
  if (!read) return std::unexpected("the running dering answered nonsense.");
  return *std::move(read);
}

TracedMessage message_of(const object& one) {
  return {
      .at_microseconds = number_in(one, "at_us"),
      .direction =
          text_in(one, "direction") == "in" ? monitor::Direction::in : monitor::Direction::out,
      .transport = text_in(one, "transport"),
      .ours = SocketAddress::from_host_and_port(text_in(one, "ours")).value_or(SocketAddress{}),
      .theirs = SocketAddress::from_host_and_port(text_in(one, "theirs")).value_or(SocketAddress{}),
      .text = text_in(one, "text")};
}

}  // namespace

std::string text_in(const object& one, std::string_view name) {
  return std::string(identity::string_in(one, name).value_or(""));
}

std::int64_t number_in(const object& one, std::string_view name) {
  const boost::json::value* value = one.if_contains(name);
  return value && value->is_int64() ? value->get_int64() : 0;
}

Fetched<std::vector<object>> fetch_rows(const Config& config, std::string_view path,
                                        std::string_view name) {
  std::vector<object> rows;
  std::string after;
  do {
    const auto part = fetch(config, fmt::format("{}?after={}", path, after));
    if (!part) return std::unexpected(part.error());
    const array* list = list_in(*part, name);
    if (!list) return std::unexpected("the running dering answered nonsense.");
    for (const auto& one : *list) {
      if (one.is_object()) rows.push_back(one.get_object());
    }
    after = text_in(*part, "next");
  } while (!after.empty());
  return rows;
}

Fetched<std::vector<TracedMessage>> TraceReader::read() {
  std::vector<TracedMessage> messages;
  bool is_last = false;
  while (!is_last) {
    const auto part = fetch(config_, fmt::format("/api/v1/trace?from={}", next_));
    if (!part) return std::unexpected(part.error());
    const array* list = list_in(*part, "messages");
    const auto* last = part->if_contains("is_last");
    if (!list || !last || !last->is_bool()) {
      return std::unexpected("the running dering answered nonsense.");
    }
    for (const auto& one : *list) {
      if (one.is_object()) messages.push_back(message_of(one.get_object()));
    }
    next_ = static_cast<std::uint64_t>(number_in(*part, "next"));
    missed_ += static_cast<std::uint64_t>(number_in(*part, "missed"));
    is_last = last->get_bool();
  }
  return messages;
}

}  // namespace dering::app
