// SPDX-License-Identifier: Apache-2.0
#include "app/dering/trunks_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/dering/admin_client.h"
#include "identity/json.h"

namespace dering::app {
namespace {

using boost::json::object;

std::string text_in(const object& one, std::string_view name) {
  return std::string(identity::string_in(one, name).value_or(""));
}

std::string text_of_server(const object& server) {
  std::string text = text_in(server, "address") + " " + text_in(server, "state");
  const auto* round_trip = server.if_contains("round_trip_ms");
  if (round_trip && round_trip->is_int64()) {
    text += fmt::format(" {} ms", round_trip->get_int64());
  }
  return text;
}

void print(const object& trunk) {
  const auto* since = trunk.if_contains("since");
  const std::time_t at = since && since->is_int64() ? since->get_int64() : 0;
  std::string servers;
  const auto* list = trunk.if_contains("servers");
  if (list && list->is_array()) {
    for (const auto& one : list->get_array()) {
      if (!one.is_object()) continue;
      servers += (servers.empty() ? "" : ", ") + text_of_server(one.get_object());
    }
  }
  fmt::print("{:<16}  {:<10}  {:%Y-%m-%d %H:%M:%S}  {}{}{}\n", text_in(trunk, "id"),
             text_in(trunk, "state"), fmt::localtime(at), text_in(trunk, "reason"),
             text_in(trunk, "reason").empty() || servers.empty() ? "" : "; ", servers);
}

int show(const Config& config, bool as_json) {
  const auto answer = ask_running(config.data, {.target = "/api/v1/trunks"});
  const auto read = answer ? identity::json_object(*answer) : std::nullopt;
  const auto* list = read ? read->if_contains("trunks") : nullptr;
  if (!list || !list->is_array()) {
    fmt::print(stderr, "dering: {}\n",
               answer ? "the running dering answered nonsense." : answer.error());
    return 1;
  }
  if (as_json) {
    fmt::print("{}\n", *answer);
    return 0;
  }
  if (list->get_array().empty()) {
    fmt::print("The plan has no trunks.\n");
    return 0;
  }
  fmt::print("{:<16}  {:<10}  {:<19}  {}\n", "trunk", "state", "since", "reason; servers");
  for (const auto& one : list->get_array()) {
    if (one.is_object()) print(one.get_object());
  }
  return 0;
}

}  // namespace

void add_trunks_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("trunks", "How the trunks are, and why");
  const auto as_json = std::make_shared<bool>(false);
  command->add_option("--data", config.data, "Data folder")->capture_default_str();
  command->add_flag("--json", *as_json, "The answer of the API as it is");
  command->callback([&config, &chosen, as_json] {
    chosen = [&config, as_json] { return show(config, *as_json); };
  });
}

}  // namespace dering::app
