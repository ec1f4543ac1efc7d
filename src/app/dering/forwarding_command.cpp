// SPDX-License-Identifier: Apache-2.0
#include "app/dering/forwarding_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/dering/admin_client.h"
#include "directory/forwarding.h"
#include "identity/json.h"

namespace dering::app {
namespace {

using boost::json::object;
using directory::ForwardingCase;

constexpr std::array cases{ForwardingCase::always, ForwardingCase::busy, ForwardingCase::no_answer,
                           ForwardingCase::unreachable};

/// What the person typed; empty: it stays as it is.
struct Typed {
  std::string extension;
  std::array<std::string, cases.size()> targets;
  std::string do_not_disturb;
  int ring_seconds = 0;
};

object wish_of(const Typed& typed) {
  object wish;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (typed.targets.at(i).empty()) continue;
    const bool is_off = typed.targets.at(i) == "off";
    wish[name_of(cases.at(i))] =
        is_off ? boost::json::value() : boost::json::value(typed.targets.at(i));
  }
  if (typed.ring_seconds != 0) wish["ring_seconds"] = typed.ring_seconds;
  if (!typed.do_not_disturb.empty()) wish["do_not_disturb"] = typed.do_not_disturb == "on";
  return wish;
}

void print(const object& now) {
  for (const ForwardingCase when : cases) {
    const auto target = identity::string_in(now, name_of(when));
    fmt::print("{:<16}{}\n", name_of(when), target ? *target : "-");
  }
  for (const char* name : {"ring_seconds", "do_not_disturb"}) {
    const boost::json::value* value = now.if_contains(name);
    fmt::print("{:<16}{}\n", name, value ? serialize(*value) : "-");
  }
}

int forward(const Config& config, const Typed& typed) {
  object wish = wish_of(typed);
  net::LocalRequest request;
  if (wish.empty()) {
    request.target = "/api/v1/forwarding?extension=" + typed.extension;
  } else {
    wish["extension"] = typed.extension;
    request = {.method = "PATCH", .target = "/api/v1/forwarding", .body = serialize(wish)};
  }
  const auto answer = ask_running(config.data, request);
  const auto now = answer ? identity::json_object(*answer) : std::nullopt;
  if (now) print(*now);
  if (now) return 0;
  fmt::print(stderr, "dering: {}\n",
             answer ? "the running dering answered nonsense." : answer.error());
  return 1;
}

}  // namespace

void add_forwarding_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("forward", "Where the calls of an extension go");
  const auto typed = std::make_shared<Typed>();
  const auto is_number = CLI::Validator(
      [](std::string& text) {
        const bool is_fit = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
        return is_fit ? std::string() : std::string("an extension has digits only");
      },
      "EXTENSION");
  command->add_option("--data", config.data, "Data folder")->capture_default_str();
  command->add_option("extension", typed->extension, "Whose calls")->required()->check(is_number);
  command->add_option("--always", typed->targets[0], "An extension, or off");
  command->add_option("--busy", typed->targets[1], "An extension, or off");
  command->add_option("--no-answer", typed->targets[2], "An extension, or off");
  command->add_option("--unreachable", typed->targets[3], "An extension, or off");
  command->add_option("--ring-seconds", typed->ring_seconds, "5 to 120, before --no-answer");
  command->add_option("--do-not-disturb", typed->do_not_disturb, "on or off")
      ->check(CLI::IsMember({"on", "off"}));
  command->callback(
      [&config, &chosen, typed] { chosen = [&config, typed] { return forward(config, *typed); }; });
}

}  // namespace dering::app
