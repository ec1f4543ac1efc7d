// SPDX-License-Identifier: Apache-2.0
#include "app/dering/refusals_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/dering/admin_client.h"
#include "app/dering/live_client.h"
#include "app/dering/typed_time.h"
#include "identity/json.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using boost::json::object;

constexpr std::chrono::seconds look_again{1};

struct Typed {
  std::string since;
  bool follows = false;
  bool as_json = false;
};

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return 1;
}

/// Oldest first.
std::expected<std::vector<object>, std::string> fetched(const Config& config,
                                                        const std::string& after,
                                                        UnixSeconds since) {
  const auto answer = ask_running(
      config.data, {.target = fmt::format("/api/v1/refusals?scope=all&limit=1000&after={}&since={}",
                                          after, since.count())});
  if (!answer) return std::unexpected(answer.error());
  const auto read = identity::json_object(*answer);
  const auto* list = read ? read->if_contains("refusals") : nullptr;
  if (!list || !list->is_array()) return std::unexpected("the running dering answered nonsense.");
  std::vector<object> found;
  for (const auto& one : list->get_array()) {
    if (one.is_object()) found.push_back(one.get_object());
  }
  std::ranges::reverse(found);
  return found;
}

/// The API gives names in a form that a terminal only shows.
void print(const object& one, bool as_json) {
  if (as_json) {
    fmt::print("{}\n", serialize(one));
    return;
  }
  const std::int64_t at = number_in(one, "at");
  const std::int64_t count = number_in(one, "count");
  const std::string name = text_in(one, "name");
  const std::string extension = text_in(one, "extension");
  fmt::print("{:%Y-%m-%d %H:%M:%S}  {:<15}  {:<5}  {:<10}  {:<14}  {:>5}x  {}{}\n",
             fmt::localtime(std::time_t{at}), text_in(one, "source"), text_in(one, "transport"),
             text_in(one, "what"), text_in(one, "reason"), count, name.empty() ? "-" : name,
             extension.empty() ? "" : fmt::format(" ({})", extension));
}

int show(const Config& config, const Typed& typed) {
  const auto since = moment_before(typed.since, net::wall_clock());
  if (!since) return fail("--since is a number with s, m, h or d, as in 15m.");
  std::string after = "0";
  while (true) {
    const auto found = fetched(config, after, *since);
    if (!found) return fail(found.error());
    for (const object& one : *found) print(one, typed.as_json);
    std::fflush(stdout);
    if (!found->empty()) after = text_in(found->back(), "id");
    if (!typed.follows) return 0;
    std::this_thread::sleep_for(look_again);
  }
}

}  // namespace

void add_refusals_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("refusals", "Who was not let in, and why");
  const auto typed = std::make_shared<Typed>();
  command->add_option("--data", config.data, "Data folder")->capture_default_str();
  command->add_option("--since", typed->since, "Only those of the last 90s, 15m, 2h or 3d");
  command->add_flag("--follow", typed->follows, "Go on and tell new ones as they come");
  command->add_flag("--json", typed->as_json, "Each as a line of JSON");
  command->callback(
      [&config, &chosen, typed] { chosen = [&config, typed] { return show(config, *typed); }; });
}

}  // namespace dering::app
