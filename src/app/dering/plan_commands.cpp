// SPDX-License-Identifier: Apache-2.0
#include "app/dering/plan_commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <expected>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "app/dering/data_directory.h"
#include "base/text.h"
#include "directory/person.h"
#include "routing/document/check.h"
#include "routing/document/tree.h"
#include "routing/document/write.h"
#include "routing/route.h"
#include "routing/words.h"
#include "store/store.h"

namespace dering::app {
namespace {

constexpr int failed = 1;
constexpr int faulty = 2;
constexpr int ended = 3;

struct Typed {
  std::string plan, other_plan;
  std::string from, to, at, trunk, forwarder;
  bool is_withheld = false;
  bool wants_json = false;
};

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return failed;
}

std::expected<std::string, std::string> text_in(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  // One byte more than is allowed is enough to see that it is too much.
  std::string text(routing::most_plan_bytes + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in && !in.eof()) return std::unexpected(fmt::format("{} cannot be read.", name));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

/// The people of the data folder; nobody where there is none yet.
std::expected<directory::DirectorySnapshot, std::string> people_of(const Config& config) {
  const DataPaths paths(config.data);
  std::error_code error;
  if (!std::filesystem::exists(paths.database, error)) {
    return std::make_shared<const directory::Directory>();
  }
  auto store = store::Store::open(paths.database);
  if (!store) return std::unexpected(store.error());
  return (*store)->load_directory();
}

void tell(const std::vector<routing::Fault>& faults, bool as_json) {
  boost::json::array list;
  for (const routing::Fault& fault : faults) {
    list.push_back(
        {{"code", name_of(fault.code)}, {"path", fault.path}, {"sentence", fault.sentence}});
    if (as_json) continue;
    // Names in a path are of the file, and a terminal obeys what is in it.
    const std::string path = directory::one_line(fault.path, 200);
    fmt::print("{}: {}\n", path.empty() ? "/" : path, fault.sentence);
  }
  if (as_json) fmt::print("{}\n", serialize(boost::json::object{{"faults", list}}));
}

/// A plan, or the exit code after it was said what is wrong.
std::expected<routing::PlanSnapshot, int> plan_in(const std::string& name, const Config& config,
                                                  const Typed& typed) {
  const auto people = people_of(config);
  if (!people) return std::unexpected(fail(people.error()));
  const auto text = text_in(name);
  if (!text) return std::unexpected(fail(text.error()));
  auto plan = routing::check(*text, **people);
  if (plan) return *std::move(plan);
  tell(plan.error(), typed.wants_json);
  return std::unexpected(faulty);
}

// ---- dering plan --------------------------------------------------------------------------------

int check_plan(const Config& config, const Typed& typed) {
  const auto plan = plan_in(typed.plan, config, typed);
  if (!plan) return plan.error();
  fmt::print("{}\n", typed.wants_json ? R"({"faults":[]})" : "The plan is good.");
  return 0;
}

int export_plan(const Config& config, const Typed& typed) {
  const auto plan = plan_in(typed.plan, config, typed);
  if (!plan) return plan.error();
  fmt::print("{}", routing::document_of((*plan)->draft()));
  return 0;
}

int compare_plans(const Config& config, const Typed& typed) {
  const auto older = plan_in(typed.plan, config, typed);
  if (!older) return older.error();
  const auto newer = plan_in(typed.other_plan, config, typed);
  if (!newer) return newer.error();
  for (const std::string& line : routing::difference((*older)->draft(), (*newer)->draft())) {
    fmt::print("{}\n", line);
  }
  return 0;
}

// ---- dering route -------------------------------------------------------------------------------

/// "2026-12-25 09:00" by the clock of this machine, or with "Z", "+07:00" behind it.
std::optional<std::chrono::sys_seconds> moment_of(std::string_view text) {
  if (text.empty()) {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
  if (text.size() < 16 || text[4] != '-' || text[7] != '-' || text[13] != ':') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    return static_cast<int>(to_number<unsigned short>(text.substr(at, length)).value_or(9999));
  };
  using namespace std::chrono;
  const year_month_day day{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!day.ok() || number(11, 2) > 23 || number(14, 2) > 59) return std::nullopt;
  const auto time = sys_days(day) + hours(number(11, 2)) + minutes(number(14, 2));
  const std::string_view zone = text.substr(16);
  if (zone == "Z") return time;
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
    if (number(17, 2) > 23 || number(20, 2) > 59) return std::nullopt;
    const auto ahead = hours(number(17, 2)) + minutes(number(20, 2));
    return zone[0] == '+' ? time - ahead : time + ahead;
  }
  if (!zone.empty()) return std::nullopt;
  std::tm local{};
  local.tm_year = static_cast<int>(day.year()) - 1900;
  local.tm_mon = static_cast<int>(static_cast<unsigned>(day.month())) - 1;
  local.tm_mday = static_cast<int>(static_cast<unsigned>(day.day()));
  local.tm_hour = number(11, 2);
  local.tm_min = number(14, 2);
  local.tm_isdst = -1;
  return sys_seconds(seconds(std::mktime(&local)));
}

void tell(const routing::Decision& decision) {
  int count = 0;
  for (const routing::Step& step : decision.steps) {
    fmt::print("{:>3}. {}\n", ++count, directory::one_line(sentence_of(step), 400));
  }
  fmt::print("  → {}\n", words_of(decision.destination));
}

boost::json::object json_of(const routing::Decision& decision) {
  boost::json::array steps;
  for (const routing::Step& step : decision.steps) {
    steps.push_back({{"why", name_of(step.why)},
                     {"subject", step.subject},
                     {"detail", step.detail},
                     {"sentence", sentence_of(step)}});
  }
  return {{"destination", words_of(decision.destination)}, {"steps", std::move(steps)}};
}

/// The plan that was named, or plan.json of the data folder, or none.
std::expected<routing::PlanSnapshot, int> plan_of(const Config& config, const Typed& typed) {
  if (!typed.plan.empty()) return plan_in(typed.plan, config, typed);
  const auto usual = config.data / "plan.json";
  std::error_code error;
  if (std::filesystem::exists(usual, error)) return plan_in(usual.string(), config, typed);
  return std::make_shared<const routing::Plan>();
}

int show_route(const Config& config, const Typed& typed) {
  const auto at = moment_of(typed.at);
  if (!at) return fail("--at is a time such as '2026-12-25 09:00', or with Z or +07:00 behind it.");
  const auto people = people_of(config);
  if (!people) return fail(people.error());
  const auto plan = plan_of(config, typed);
  if (!plan) return plan.error();
  const routing::Request request{.caller = typed.from,
                                 .dialled = typed.to,
                                 .forwarder = typed.forwarder,
                                 .trunk = typed.trunk,
                                 .is_withheld = typed.is_withheld};
  const routing::Decision decision = routing::route(request, **plan, **people, *at);
  if (typed.wants_json) {
    fmt::print("{}\n", serialize(json_of(decision)));
  } else {
    tell(decision);
  }
  return std::holds_alternative<routing::End>(decision.destination) ? ended : 0;
}

void add_plan_verbs(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand("plan", "Plans of routes, in files");
  command->require_subcommand(1);
  const auto typed = std::make_shared<Typed>();
  const auto add = [&](const char* name, const char* help,
                       int (*work)(const Config&, const Typed&)) {
    CLI::App* verb = command->add_subcommand(name, help);
    verb->add_option("file", typed->plan, "The plan, JSON as in docs/plan.md")->required();
    verb->add_option("--data", config.data, "Data folder, for the people in it")
        ->capture_default_str();
    verb->callback([&config, &chosen, typed, work] {
      chosen = [&config, typed, work] { return work(config, *typed); };
    });
    return verb;
  };
  add("check", "Say everything that is wrong with a plan", check_plan)
      ->add_flag("--json", typed->wants_json, "As one line of JSON");
  add("export", "Print a good plan in the form that is always the same", export_plan);
  add("diff", "What is different in another plan", compare_plans)
      ->add_option("other", typed->other_plan, "The newer one")
      ->required();
}

}  // namespace

void add_plan_commands(CLI::App& app, Config& config, std::function<int()>& chosen) {
  add_plan_verbs(app, config, chosen);
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
                      "File with the plan (default: plan.json in the data folder, if there)");
  command->add_option("--data", config.data, "Data folder, for the people in it")
      ->capture_default_str();
  command->add_flag("--json", typed->wants_json, "As one line of JSON");
  command->callback([&config, &chosen, typed] {
    chosen = [&config, typed] { return show_route(config, *typed); };
  });
}

}  // namespace dering::app
