// SPDX-License-Identifier: Apache-2.0
#include "app/dering/logging_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/dering/admin_client.h"
#include "app/dering/live_client.h"
#include "identity/json.h"

namespace dering::app {
namespace {

using boost::json::object;

/// What is said of what is written down.
enum class Part : std::uint8_t { level, sip };

int ask(const Config& config, const object& wish, Part part) {
  net::LocalRequest request{.target = "/api/v1/logging"};
  if (!wish.empty()) {
    request.method = "PATCH";
    request.body = serialize(wish);
  }
  const auto answer = ask_running(config.data, request);
  const auto now = answer ? identity::json_object(*answer) : std::nullopt;
  if (!now) {
    fmt::print(stderr, "dering: {}\n",
               answer ? "the running dering answered nonsense." : answer.error());
    return 1;
  }
  const auto* is_on = now->if_contains("sip");
  const bool writes_sip = is_on && is_on->is_bool() && is_on->get_bool();
  if (part == Part::level) {
    fmt::print("The log level is {}.\n", text_in(*now, "level"));
  } else {
    fmt::print("SIP messages are {}written to {}.\n", writes_sip ? "" : "not ",
               text_in(*now, "sip_file"));
  }
  return 0;
}

}  // namespace

void add_logging_commands(CLI::App& app, Config& config, std::function<int()>& chosen) {
  const auto typed = std::make_shared<std::string>();
  CLI::App* sip = app.add_subcommand(
      "sip-log", "Write SIP messages to a file, without secrets: on, off, or how it is now");
  sip->add_option("wish", *typed, "on or off")->check(CLI::IsMember({"on", "off"}));
  sip->add_option("--data", config.data, "Data folder")->capture_default_str();
  sip->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      const object wish = typed->empty() ? object() : object{{"sip", *typed == "on"}};
      return ask(config, wish, Part::sip);
    };
  });
  CLI::App* level = app.add_subcommand(
      "log-level", "How much the running dering logs, until it stops; or how much it does now");
  level->add_option("level", *typed, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
  level->add_option("--data", config.data, "Data folder")->capture_default_str();
  level->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      const object wish = typed->empty() ? object() : object{{"level", *typed}};
      return ask(config, wish, Part::level);
    };
  });
}

}  // namespace dering::app
