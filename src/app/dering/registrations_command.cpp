// SPDX-License-Identifier: Apache-2.0
#include "app/dering/registrations_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/dering/live_client.h"
#include "app/dering/text_table.h"
#include "net/clock.h"

namespace dering::app {
namespace {

using boost::json::object;

int show(const Config& config, bool as_json) {
  const auto phones = fetch_rows(config, "/api/v1/registrations", "phones");
  if (!phones) {
    fmt::print(stderr, "dering: {}\n", phones.error());
    return 1;
  }
  std::vector<std::vector<std::string>> rows{
      {"number", "device", "by", "from", "seconds", "program"}};
  for (const object& one : *phones) {
    if (as_json) fmt::print("{}\n", serialize(one));
    const std::string device = text_in(one, "device");
    const std::int64_t rest = number_in(one, "expires_at") - net::wall_clock().count();
    rows.push_back({text_in(one, "extension"), device.empty() ? "(page)" : device,
                    text_in(one, "transport"), text_in(one, "remote"), std::to_string(rest),
                    text_in(one, "user_agent")});
  }
  if (as_json) return 0;
  if (!phones->empty()) fmt::print("{}", text_table(std::move(rows)));
  fmt::print("{} {} registered\n", phones->size(), phones->size() == 1 ? "phone" : "phones");
  return 0;
}

}  // namespace

void add_registrations_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand(
      "registrations", "The phones that are registered, where they are and for how long");
  const auto as_json = std::make_shared<bool>(false);
  command->add_option("--data", config.data, "Data folder")->capture_default_str();
  command->add_flag("--json", *as_json, "Each as a line of JSON");
  command->callback([&config, &chosen, as_json] {
    chosen = [&config, as_json] { return show(config, *as_json); };
  });
}

}  // namespace dering::app
