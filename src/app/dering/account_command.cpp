// SPDX-License-Identifier: Apache-2.0
#include "app/dering/account_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "app/dering/control_socket.h"
#include "app/dering/data_directory.h"
#include "base/random.h"
#include "store/accounts.h"
#include "store/store.h"

namespace dering::app {
namespace {

/// What the person typed, for all verbs.
struct Typed {
  store::AccountRequest account;
  store::DeviceRequest device;
};

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return 1;
}

/// Opens the store, does the work and tells a running dering: who is signed out by it, if anybody,
/// and that the directory has to be read again.
int with_store(const Config& config, const std::function<store::Stored<void>(store::Store&)>& work,
               const std::string& signed_out = "") {
  const DataPaths paths(config.data);
  std::error_code error;
  if (!std::filesystem::exists(paths.database, error)) {
    return fail(
        fmt::format("{} is no data folder of Dering (start it once first).", config.data.string()));
  }
  const auto store = store::Store::open(paths.database);
  if (!store) return fail(store.error());
  if (const auto done = work(**store); !done) return fail(done.error());
  // Nobody runs: the next start reads it.
  if (!signed_out.empty()) (void)ask_running(paths.control_socket, "sign-out " + signed_out);
  (void)ask_running(paths.control_socket, "reload");
  return 0;
}

store::Stored<void> add(store::Store& store, store::AccountRequest request) {
  SystemRandom random;
  const bool is_made_up = request.password.empty();
  if (is_made_up) request.password = store::readable_password(random);
  const auto account = store::add_account(store, request, random);
  if (!account) return std::unexpected(account.error());
  fmt::print("{} {}{}\n", account->user.extension, account->user.username,
             is_made_up ? " password " + request.password : std::string());
  return {};
}

store::Stored<void> list(store::Store& store) {
  const auto accounts = store.accounts();
  if (!accounts) return std::unexpected(accounts.error());
  for (const directory::Account& account : *accounts) {
    // For other issuers' people their issuer says what they may do.
    const std::string role = account.user.issuer.empty() ? account.role : "-";
    fmt::print("{:<8} {:<20} {:<10} {}{}\n", account.user.extension, account.user.username, role,
               account.user.display_name, account.enabled ? "" : " (disabled)");
  }
  return {};
}

CLI::App* verb(CLI::App& parent, const std::string& name, const std::string& words,
               Config& config) {
  CLI::App* command = parent.add_subcommand(name, words);
  command->add_option("--data", config.data, "Data folder")->capture_default_str();
  return command;
}

void add_password_verb(CLI::App& account, Config& config, std::function<int()>& chosen,
                       const std::shared_ptr<Typed>& typed) {
  CLI::App* password = verb(account, "password", "Give a person another password", config);
  password->add_option("username", typed->account.username)->required();
  password->add_option("--password", typed->account.password, "The new password")->required();
  password->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      return with_store(
          config,
          [&](store::Store& store) {
            SystemRandom random;
            return store::change_password(store, typed->account.username, typed->account.password,
                                          random);
          },
          typed->account.username);
    };
  });
}

void add_role_verb(CLI::App& account, Config& config, std::function<int()>& chosen,
                   const std::shared_ptr<Typed>& typed) {
  CLI::App* role = verb(account, "role", "Say what a person may do", config);
  role->add_option("username", typed->account.username)->required();
  role->add_option("role", typed->account.role, "user, supervisor, operator or admin")->required();
  role->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      return with_store(config, [&](store::Store& store) {
        return store::change_role(store, typed->account.username, typed->account.role);
      });
    };
  });
}

void add_person_verbs(CLI::App& account, Config& config, std::function<int()>& chosen,
                      const std::shared_ptr<Typed>& typed) {
  CLI::App* made = verb(account, "add", "Add a person; prints number, user name, password", config);
  made->add_option("username", typed->account.username, "User name for signing in")->required();
  made->add_option("--name", typed->account.display_name, "Name that others see")->required();
  made->add_option("--unit", typed->account.unit, "Department");
  made->add_option("--extension", typed->account.extension, "Number (default: the next free one)");
  made->add_option("--role", typed->account.role, "user, supervisor, operator or admin")
      ->capture_default_str();
  made->add_option("--password", typed->account.password, "Password (default: a made-up one)");
  made->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      return with_store(config, [&](store::Store& store) { return add(store, typed->account); });
    };
  });

  verb(account, "list", "List all people", config)->callback([&config, &chosen] {
    chosen = [&config] { return with_store(config, list); };
  });

  add_password_verb(account, config, chosen, typed);
  add_role_verb(account, config, chosen, typed);
  for (const bool enabled : {true, false}) {
    CLI::App* command = verb(account, enabled ? "enable" : "disable",
                             enabled ? "Let a person sign in again" : "Keep a person out", config);
    command->add_option("username", typed->account.username)->required();
    command->callback([&config, &chosen, typed, enabled] {
      chosen = [&config, typed, enabled] {
        return with_store(
            config,
            [&](store::Store& store) {
              return store.set_enabled(typed->account.username, enabled);
            },
            enabled ? std::string() : typed->account.username);
      };
    });
  }
}

}  // namespace

void add_account_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* account = app.add_subcommand("account", "People and their desk phones");
  account->require_subcommand(1);
  const auto typed = std::make_shared<Typed>();
  add_person_verbs(*account, config, chosen, typed);

  CLI::App* device = verb(*account, "device", "Let a desk phone use a person's number", config);
  device->add_option("username", typed->device.username, "User name of the person")->required();
  device->add_option("device", typed->device.device_name, "User name for the desk phone")
      ->required();
  device->add_option("--password", typed->device.password, "Password for the desk phone")
      ->required();
  device->add_flag("--md5", typed->device.md5_only,
                   "Without effect: every phone may use SHA-256 or MD5");
  device->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      typed->device.realm = config.realm;
      return with_store(
          config, [&](store::Store& store) { return store::add_device(store, typed->device); });
    };
  });
}

}  // namespace dering::app
