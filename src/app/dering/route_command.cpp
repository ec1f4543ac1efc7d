// SPDX-License-Identifier: Apache-2.0
#include "app/dering/route_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "api/form.h"
#include "api/plan_json.h"
#include "app/dering/admin_client.h"
#include "app/dering/data_directory.h"
#include "app/dering/plan_files.h"
#include "directory/person.h"
#include "identity/json.h"
#include "net/local_socket.h"
#include "routing/moment.h"
#include "routing/route.h"
#include "routing/words.h"

namespace dering::app {
namespace {

using boost::json::object;

struct Typed {
  std::string plan;
  std::string from, to, at, trunk, forwarder;
  bool is_withheld = false;
  bool wants_json = false;
};

/// "2026-12-25 09:00" by the clock of this machine, or with "Z", "+07:00" behind it.
std::optional<std::chrono::sys_seconds> moment_of(std::string_view text) {
  if (text.empty()) {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  const auto clock = routing::clock_time_in(text);
  if (!clock || !clock->zone.empty()) return routing::moment_in(text);
  const std::time_t as_if = std::chrono::system_clock::to_time_t(clock->time);
  std::tm local{};
  ::gmtime_r(&as_if, &local);
  local.tm_isdst = -1;
  return std::chrono::sys_seconds(std::chrono::seconds(std::mktime(&local)));
}

void print(const object& decision) {
  const auto* steps = decision.if_contains("steps");
  int count = 0;
  if (steps && steps->is_array()) {
    for (const auto& step : steps->get_array()) {
      if (!step.is_object()) continue;
      const auto sentence = identity::string_in(step.get_object(), "sentence").value_or("");
      fmt::print("{:>3}. {}\n", ++count, directory::one_line(sentence, 400));
    }
  }
  fmt::print("  → {}\n", identity::string_in(decision, "destination").value_or(""));
}

/// The answer of the running house.
std::expected<object, std::string> asked(const Config& config, const Typed& typed,
                                         std::chrono::sys_seconds at) {
  std::string target = fmt::format("/api/v1/route?at={}", at.time_since_epoch().count());
  for (const auto& [name, value] :
       {std::pair{"from", typed.from}, std::pair{"to", typed.to}, std::pair{"trunk", typed.trunk},
        std::pair{"forwarded_by", typed.forwarder}}) {
    target += fmt::format("&{}={}", name, api::percent_encoded(value));
  }
  if (typed.is_withheld) target += "&withheld=true";
  const auto answer = ask_running(config.data, {.target = target});
  if (!answer) return std::unexpected(answer.error());
  auto read = identity::json_object(*answer);
  if (!read) return std::unexpected("the running dering answered nonsense.");
  return *std::move(read);
}

int tell(const object& decision, const Typed& typed, bool is_end) {
  if (typed.wants_json) {
    fmt::print("{}\n", serialize(decision));
  } else {
    print(decision);
  }
  return is_end ? PlanExit::ended : 0;
}

bool runs(const Config& config) {
  return net::local_peer(DataPaths(config.data).admin_socket) != net::LocalPeer::nobody;
}

/// Of the file, or of the data folder.
std::expected<routing::PlanSnapshot, int> plan_of(const Config& config, const Typed& typed) {
  if (!typed.plan.empty()) return plan_in(typed.plan, config, typed.wants_json);
  auto kept = kept_plan(config);
  if (!kept) return std::unexpected(fail(kept.error()));
  return *std::move(kept);
}

int show_route(const Config& config, const Typed& typed) {
  const auto at = moment_of(typed.at);
  if (!at) return fail("--at is a time such as '2026-12-25 09:00', or with Z or +07:00 behind it.");
  if (typed.plan.empty() && runs(config)) {
    const auto decision = asked(config, typed, *at);
    if (!decision) return fail(decision.error());
    const auto* ends = decision->if_contains("ends");
    return tell(*decision, typed, ends && *ends == boost::json::value(true));
  }
  const auto people = people_of(config);
  if (!people) return fail(people.error());
  const auto plan = plan_of(config, typed);
  if (!plan) return plan.error();
  const routing::Decision decision = routing::route({.caller = typed.from,
                                                     .dialled = typed.to,
                                                     .forwarder = typed.forwarder,
                                                     .trunk = typed.trunk,
                                                     .is_withheld = typed.is_withheld},
                                                    **plan, **people, *at);
  return tell(api::json_of(decision), typed,
              std::holds_alternative<routing::End>(decision.destination));
}

}  // namespace

void add_route_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("route", "Where a number would lead, step by step");
  const auto typed = std::make_shared<Typed>();
  command->add_option("--from", typed->from, "Who calls: an extension; with --trunk a number");
  command->add_option("--to", typed->to, "What is dialled")->required();
  command->add_option("--at", typed->at,
                      "When: '2026-12-25 09:00', also with Z or +07:00 (default: now)");
  command->add_option("--trunk", typed->trunk, "By which the call came in (default: from within)");
  command->add_option("--forwarded-by", typed->forwarder, "Extension of who sends the call on");
  command->add_flag("--withheld", typed->is_withheld, "The caller hides their number");
  command->add_option("--plan", typed->plan,
                      "A file with another plan (default: the plan in force)");
  command->add_option("--data", config.data, "Data folder of the house")->capture_default_str();
  command->add_flag("--json", typed->wants_json, "As one line of JSON");
  command->callback([&config, &chosen, typed] {
    chosen = [&config, typed] { return show_route(config, *typed); };
  });
}

}  // namespace dering::app
