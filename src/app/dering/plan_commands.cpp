// SPDX-License-Identifier: Apache-2.0
#include "app/dering/plan_commands.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "app/dering/house_plan.h"
#include "app/dering/plan_files.h"
#include "routing/document/write.h"

namespace dering::app {
namespace {

using routing::PlanSnapshot;

struct Typed {
  std::string file, other;
  std::string version;
  unsigned limit = 50;
  PlanChange change;
  bool wants_json = false;
};
using Work = int (*)(const Config&, const Typed&);

int check_plan(const Config& config, const Typed& typed) {
  if (typed.file.empty()) return check_plan_in_force(config, typed.wants_json);
  const auto plan = plan_in(typed.file, config, typed.wants_json);
  if (!plan) return plan.error();
  fmt::print("{}\n", typed.wants_json ? R"({"faults":[]})" : "The plan is good.");
  return 0;
}

int export_plan(const Config& config, const Typed& typed) {
  const auto plan = plan_in(typed.file, config, typed.wants_json);
  if (!plan) return plan.error();
  fmt::print("{}", routing::document_of((*plan)->draft()));
  return 0;
}

// ---- dering plan diff ---------------------------------------------------------------------------

/// A file, or a version of the house; empty: the plan in force.
std::expected<PlanSnapshot, int> named(const std::string& name, const Config& config) {
  if (!name.empty() && !is_version(name)) return plan_in(name, config, false);
  auto plan = plan_of_house(config, name);
  if (!plan) return std::unexpected(fail(plan.error()));
  return *std::move(plan);
}

/// Which two are meant: what changed last, what changed since a version, what a file would change.
std::expected<std::pair<std::string, std::string>, int> meant(const Config& config,
                                                              const Typed& typed) {
  if (!typed.other.empty()) return std::pair(typed.file, typed.other);
  if (is_version(typed.file)) return std::pair(typed.file, std::string());
  if (!typed.file.empty()) return std::pair(std::string(), typed.file);
  const auto before = version_before(config);
  if (!before) return std::unexpected(fail(before.error()));
  return std::pair(*before, std::string());
}

int compare_plans(const Config& config, const Typed& typed) {
  const auto two = meant(config, typed);
  if (!two) return two.error();
  const auto older = named(two->first, config);
  if (!older) return older.error();
  const auto newer = named(two->second, config);
  if (!newer) return newer.error();
  boost::json::array lines;
  for (const std::string& line : routing::difference((*older)->draft(), (*newer)->draft())) {
    lines.emplace_back(line);
    if (!typed.wants_json) fmt::print("{}\n", line);
  }
  if (typed.wants_json) fmt::print("{}\n", serialize(lines));
  return 0;
}

// ---- the verbs ----------------------------------------------------------------------------------

class Verbs {
 public:
  Verbs(CLI::App& parent, Config& config, std::function<int()>& chosen)
      : parent_(parent), config_(config), chosen_(chosen), typed_(std::make_shared<Typed>()) {}

  CLI::App* add(const char* name, const char* help, Work work) {
    CLI::App* verb = parent_.add_subcommand(name, help);
    verb->add_option("--data", config_.data, "Data folder of the house")->capture_default_str();
    verb->callback([&config = config_, &chosen = chosen_, typed = typed_, work] {
      chosen = [&config, typed, work] { return work(config, *typed); };
    });
    return verb;
  }
  CLI::App* with_json(CLI::App* verb) {
    verb->add_flag("--json", typed_->wants_json, "As one line of JSON");
    return verb;
  }
  CLI::App* with_change(CLI::App* verb) {
    verb->add_option("--comment", typed_->change.comment, "Why, for the history");
    verb->add_option("--on", typed_->change.on,
                     "Only if this version is in force (default: that of this moment)");
    return with_json(verb);
  }
  Typed& typed() { return *typed_; }

 private:
  CLI::App& parent_;
  Config& config_;
  std::function<int()>& chosen_;
  std::shared_ptr<Typed> typed_;
};

void add_file_verbs(Verbs& verbs) {
  Typed& typed = verbs.typed();
  verbs
      .with_json(verbs.add("check", "Everything that is wrong with a plan; nothing is changed",
                           check_plan))
      ->add_option("file", typed.file, "JSON as in docs/plan.md (default: the plan in force)");
  verbs.add("export", "Print a good plan in the form that is always the same", export_plan)
      ->add_option("file", typed.file, "JSON as in docs/plan.md")
      ->required();
  CLI::App* diff = verbs.with_json(verbs.add(
      "diff", "What is different: what FILE would change, or what has changed since a version",
      compare_plans));
  diff->add_option("older", typed.file,
                   "File or number of a version (default: the one before that in force)");
  diff->add_option("newer", typed.other,
                   "File or number of a version (default: the plan in force)");
}

void add_house_verbs(Verbs& verbs) {
  Typed& typed = verbs.typed();
  verbs
      .add("show", "Print the plan of the running house",
           [](const Config& config, const Typed& it) { return show_plan(config, it.version); })
      ->add_option("version", typed.version, "An older one (default: the plan in force)");
  verbs
      .with_change(verbs.add("apply", "Put a plan in force, at once and whole, or not at all",
                             [](const Config& config, const Typed& it) {
                               PlanChange change = it.change;
                               change.wants_json = it.wants_json;
                               return apply_plan(config, it.file, change);
                             }))
      ->add_option("file", typed.file, "JSON as in docs/plan.md")
      ->required();
  verbs
      .with_change(verbs.add("undo", "Put an older plan in force again",
                             [](const Config& config, const Typed& it) {
                               PlanChange change = it.change;
                               change.wants_json = it.wants_json;
                               return undo_plan(config, it.version, change);
                             }))
      ->add_option("version", typed.version, "Which (default: the one before that in force)");
  verbs
      .with_json(verbs.add("history", "Who applied which plan, and when, the newest first",
                           [](const Config& config, const Typed& it) {
                             return show_plan_history(config, it.limit, it.wants_json);
                           }))
      ->add_option("--limit", typed.limit, "How many, 1 to 200")
      ->capture_default_str();
}

}  // namespace

void add_plan_commands(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* command =
      app.add_subcommand("plan", "The plan of routes: trunks, numbers, who may call where");
  command->require_subcommand(1);
  command->footer(
      "Ends with 0, or 1: could not be done, 2: the plan has faults, 4: somebody else has changed "
      "it meanwhile.");
  Verbs verbs(*command, config, chosen);
  add_file_verbs(verbs);
  add_house_verbs(verbs);
}

}  // namespace dering::app
