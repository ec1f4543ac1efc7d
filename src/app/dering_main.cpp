// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>

#include "app/dering/account_command.h"
#include "app/dering/commands.h"
#include "app/dering/config.h"
#include "app/dering/data_directory.h"
#include "app/dering/forwarding_command.h"
#include "app/dering/logging_command.h"
#include "app/dering/logging_desk.h"
#include "app/dering/plan_commands.h"
#include "app/dering/program.h"
#include "app/dering/recording_commands.h"
#include "app/dering/refusals_command.h"
#include "app/dering/registrations_command.h"
#include "app/dering/route_command.h"
#include "app/dering/trace_command.h"
#include "app/dering/trunks_command.h"

namespace {

using dering::app::Config;

constexpr int failed = 1;
constexpr int wrong_settings = 2;

/// What the command line says besides the settings.
struct Choices {
  std::filesystem::path config_file;
  bool has_no_demo = false;
  bool wants_json = false;
  bool wants_counters = false;
  bool is_forced = false;
};

int fail(int code, const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return code;
}

/// The configuration file lies under the command line: it is read first, then parsing goes again.
std::expected<Config, std::string> configured(const Choices& choices, const Config& typed) {
  std::filesystem::path file = choices.config_file;
  std::error_code error;
  if (file.empty()) {
    file = typed.data / "dering.toml";
    if (!std::filesystem::exists(file, error)) return typed;
  }
  if (!std::filesystem::exists(file, error)) {
    return std::unexpected(fmt::format("the configuration file {} does not exist.", file.string()));
  }
  return dering::app::read_config(file, typed);
}

int run(const Choices& choices, const Config& config) {
  dering::app::set_log_level(config.log_level);
  const auto demo = choices.has_no_demo ? dering::app::Demo::none : dering::app::Demo::accounts;
  if (const auto fault = dering::app::run_program(config, demo)) return fail(failed, *fault);
  return 0;
}

int check_config(const Config& config) {
  if (const auto fault = dering::app::fault_of(config)) return fail(wrong_settings, *fault);
  fmt::print("The configuration is good.\n");
  return 0;
}

int sync(const Choices& choices, const Config& config) {
  if (config.issuers.empty()) return fail(wrong_settings, "there is no [[issuer]] to sync from.");
  return dering::app::start_sync(config, choices.is_forced);
}

void add_settings(CLI::App& command, Choices& choices, Config& config) {
  command.add_option("--config", choices.config_file,
                     "Configuration file (default: dering.toml in the data folder, if there)");
  command.add_option("--data", config.data, "Data folder")->capture_default_str();
}

void add_run_options(CLI::App& command, Choices& choices, Config& config) {
  add_settings(command, choices, config);
  command.add_option("--web", config.web, "Folder of the built web app");
  command.add_option("--port", config.http.port, "Port of http://localhost")->capture_default_str();
  command.add_option("--https-port", config.https.port, "Port of https")->capture_default_str();
  command.add_option("--sip-port", config.sip.port, "UDP and TCP port for desk phones")
      ->capture_default_str();
  command.add_option("--sip-tls-port", config.tls_port,
                     "TLS port for desk phones (default: the one above --sip-port)");
  command.add_option("--media-port", config.media_port, "UDP port for the browsers' sound")
      ->capture_default_str();
  command.add_flag("--no-demo", choices.has_no_demo, "Make no demo accounts");
}

}  // namespace

int main(int argc, char** argv) {
  Choices choices;
  Config config;
  std::function<int()> chosen;

  CLI::App app("Dering, a telephone system whose telephone is a web page: the switchboard");
  app.set_version_flag("--version", "dering " DERING_VERSION);
  app.require_subcommand(1);
  CLI::App* run_command = app.add_subcommand("run", "Run the switchboard until Ctrl-C");
  add_run_options(*run_command, choices, config);
  CLI::App* check_command =
      app.add_subcommand("check-config", "Read the configuration and judge it");
  add_settings(*check_command, choices, config);
  CLI::App* status_command = app.add_subcommand("status", "How the running switchboard is");
  add_settings(*status_command, choices, config);
  auto* as_json = status_command->add_flag("--json", choices.wants_json, "As one line of JSON");
  status_command
      ->add_flag("--counters", choices.wants_counters, "All that it counts, and what it means")
      ->excludes(as_json);
  CLI::App* sync_command =
      app.add_subcommand("sync", "Read the people of all issuers that have a sync, now");
  add_settings(*sync_command, choices, config);
  sync_command->add_flag("--force", choices.is_forced,
                         "Even if it disables more than half of the people");
  CLI::App* reload_command = app.add_subcommand("reload", "Read directory and certificates again");
  add_settings(*reload_command, choices, config);
  dering::app::add_account_command(app, config, chosen);
  dering::app::add_refusals_command(app, config, chosen);
  dering::app::add_logging_commands(app, config, chosen);
  dering::app::add_registrations_command(app, config, chosen);
  dering::app::add_trace_command(app, config, chosen);
  dering::app::add_recording_commands(app, config, chosen);
  dering::app::add_forwarding_command(app, config, chosen);
  dering::app::add_plan_commands(app, config, chosen);
  dering::app::add_trunks_command(app, config, chosen);
  dering::app::add_route_command(app, config, chosen);

  CLI11_PARSE(app, argc, argv);
  auto settings = configured(choices, config);
  if (!settings) return fail(wrong_settings, settings.error());
  // The command line goes over the file: what the file set is overwritten by parsing once more.
  config = std::move(*settings);
  CLI11_PARSE(app, argc, argv);

  if (chosen) return chosen();
  if (run_command->parsed()) return run(choices, config);
  if (check_command->parsed()) return check_config(config);
  if (sync_command->parsed()) return sync(choices, config);
  if (reload_command->parsed()) return dering::app::reload(config);
  using dering::app::StatusForm;
  return dering::app::show_status(config, choices.wants_json       ? StatusForm::json
                                          : choices.wants_counters ? StatusForm::counters
                                                                   : StatusForm::lines);
}
