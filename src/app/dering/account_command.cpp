// SPDX-License-Identifier: Apache-2.0
#include "app/dering/account_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>

#include "api/account_api.h"
#include "app/dering/admin_client.h"
#include "app/dering/data_directory.h"
#include "app/dering/typed_password.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "identity/json.h"
#include "net/clock.h"
#include "net/local_socket.h"
#include "store/accounts.h"
#include "store/store.h"

namespace dering::app {
namespace {

using api::AccountApi;
using boost::json::object;

/// What the person typed, for all verbs.
struct Typed {
  std::string username, display_name, unit, extension, device, codecs;
  std::string role = "user";
  std::string password_in_sight;  ///< from the command line, where others can read it
  bool asks_password = false;
  bool makes_password_up = false;
  bool md5_only = false;
};

/// One verb as a request to the running dering, and what does the same where none runs.
struct Verb {
  std::string_view method;
  std::string path;
  object body = {};
  api::Answer (AccountApi::*act)(const api::Exchange&);
};

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return 1;
}

std::expected<std::string, std::string> work_alone(const Config& config, const Verb& verb) {
  const DataPaths paths(config.data);
  std::error_code error;
  if (!std::filesystem::exists(paths.database, error)) {
    return std::unexpected(
        fmt::format("{} is no data folder of Dering (start it once first).", config.data.string()));
  }
  const auto store = store::Store::open(paths.database);
  if (!store) return std::unexpected(store.error());
  log::set_level(log::Level::warning);
  SystemRandom random;
  store::AccountBook book(**store, random);
  api::Settings settings;
  settings.realm = config.realm;
  AccountApi accounts(settings, book, {});
  net::HttpRequest request;
  request.method = verb.method;
  request.path = verb.path;
  request.fields = {{"Content-Type", "application/json"}};
  request.body = serialize(verb.body);
  request.door = net::Door::admin_socket;
  auto answer = api::act_alone(accounts, verb.act, request, net::wall_clock());
  return good_answer(answer.status, std::move(answer.body));
}

/// What the path of a request can name as it is; the store is stricter.
bool is_name(std::string_view text) {
  constexpr std::string_view signs = "._-@";
  const bool is_plain = std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
           signs.find(c) != signs.npos;
  });
  return is_plain && text.find_first_not_of('.') != text.npos;
}

/// What stands behind "/api/v1/accounts/" or "/api/v1/account-devices/".
std::string_view name_in(std::string_view path) {
  constexpr std::string_view root = "/api/v1/";
  return path.substr(path.find('/', root.size()) + 1);
}

/// Over the socket of the running dering; where none runs, on the store itself.
std::expected<object, std::string> done(const Config& config, const Verb& verb) {
  const bool is_alone =
      net::local_peer(DataPaths(config.data).admin_socket) == net::LocalPeer::nobody;
  const bool names_one = verb.method == "PATCH" || verb.method == "PUT";
  if (names_one && !is_name(name_in(verb.path))) {
    return std::unexpected("a user name has letters, digits, '.', '_', '-' and '@', 64 at most");
  }
  const net::LocalRequest request{.method = std::string(verb.method),
                                  .target = verb.path,
                                  .body = verb.method == "GET" ? "" : serialize(verb.body)};
  const auto answer = is_alone ? work_alone(config, verb) : ask_running(config.data, request);
  if (!answer) return std::unexpected(answer.error());
  auto read = identity::json_object(*answer);
  if (!read) return std::unexpected("the running dering answered nonsense.");
  return *std::move(read);
}

std::string text_in(const object& answer, std::string_view name) {
  return std::string(identity::string_in(answer, name).value_or(""));
}

// ---- passwords ----------------------------------------------------------------------------------

void add_password_options(CLI::App& command, const std::shared_ptr<Typed>& typed) {
  // Kept for scripts of yesterday, and told to nobody: `ps` shows it.
  command.add_option("--password", typed->password_in_sight)->group("");
}

/// The password to set; empty: one is to be made up.
std::expected<std::string, std::string> password_of(const Typed& typed) {
  if (!typed.password_in_sight.empty()) {
    fmt::print(stderr,
               "dering: a password on the command line can be read by everybody on this machine; "
               "standard input is safe.\n");
    return typed.password_in_sight;
  }
  if (typed.makes_password_up || !typed.asks_password) return std::string();
  return typed_password();
}

/// Does it and prints the password if it was made up.
int give_password(const Config& config, Verb verb, const Typed& typed) {
  const auto password = password_of(typed);
  if (!password) return fail(password.error());
  if (!password->empty()) {
    verb.body["password"] = *password;
  } else if (verb.method == "PATCH") {
    verb.body["made_up_password"] = true;
  }
  const auto answer = done(config, verb);
  if (!answer) return fail(answer.error());
  const std::string told = text_in(*answer, "password");
  if (verb.method == "POST") {
    fmt::print("{} {}{}\n", text_in(*answer, "extension"), text_in(*answer, "username"),
               told.empty() ? "" : " password " + told);
  } else if (!told.empty()) {
    fmt::print("{} password {}\n", verb.path.substr(verb.path.rfind('/') + 1), told);
  }
  return 0;
}

// ---- the verbs ----------------------------------------------------------------------------------

int change(const Config& config, const std::string& username, object body) {
  const auto answer =
      done(config, {"PATCH", "/api/v1/accounts/" + username, std::move(body), &AccountApi::change});
  return answer ? 0 : fail(answer.error());
}

int list(const Config& config) {
  const auto answer = done(config, {"GET", "/api/v1/accounts", {}, &AccountApi::list});
  if (!answer) return fail(answer.error());
  const auto* accounts = answer->if_contains("accounts");
  if (!accounts || !accounts->is_array()) return fail("the running dering answered nonsense.");
  for (const auto& one : accounts->get_array()) {
    if (!one.is_object()) continue;
    const object& account = one.get_object();
    const std::string role = text_in(account, "role");
    const auto* enabled = account.if_contains("enabled");
    fmt::print("{:<8} {:<20} {:<10} {}{}\n", text_in(account, "extension"),
               text_in(account, "username"), role.empty() ? "-" : role, text_in(account, "name"),
               enabled && *enabled == boost::json::value(false) ? " (disabled)" : "");
  }
  return 0;
}

int sign_out(const Config& config, const Typed& typed) {
  const auto answer =
      ask_running(config.data, {.method = "POST",
                                .target = "/api/v1/sign-outs",
                                .body = serialize(object{{"username", typed.username}})});
  return answer ? 0 : fail(answer.error());
}

/// "opus,pcma", or what stands for none of its own.
std::string shown_codecs(const object& device) {
  const auto* codecs = device.if_contains("codecs");
  if (!codecs || !codecs->is_array()) return "default";
  std::string shown;
  for (const auto& name : codecs->get_array()) {
    if (!name.is_string()) continue;
    if (!shown.empty()) shown += ',';
    shown += name.get_string();
  }
  return shown;
}

/// Those of one name, or all.
int list_devices(const Config& config, std::string_view only) {
  const auto answer = done(config, {"GET", "/api/v1/account-devices", {}, &AccountApi::devices});
  if (!answer) return fail(answer.error());
  const auto* devices = answer->if_contains("devices");
  if (!devices || !devices->is_array()) return fail("the running dering answered nonsense.");
  bool is_there = only.empty();
  for (const auto& one : devices->get_array()) {
    if (!one.is_object()) continue;
    const object& device = one.get_object();
    const std::string name = text_in(device, "username");
    if (!only.empty() && name != only) continue;
    is_there = true;
    fmt::print("{:<8} {:<20} {:<20} {}\n", text_in(device, "extension"), text_in(device, "account"),
               name, shown_codecs(device));
  }
  return is_there ? 0 : fail(fmt::format("there is no device {}", log::shown(only)));
}

int set_codecs(const Config& config, const Typed& typed) {
  object body{{"codecs", nullptr}};
  if (typed.codecs != "default") {
    boost::json::array names;
    std::string_view rest = typed.codecs;
    while (!rest.empty()) names.emplace_back(trimmed(take_until(rest, ',')));
    body["codecs"] = std::move(names);
  }
  const auto answer = done(config, {"PATCH", "/api/v1/account-devices/" + typed.device,
                                    std::move(body), &AccountApi::change_device});
  return answer ? 0 : fail(answer.error());
}

CLI::App* verb(CLI::App& parent, const std::string& name, const std::string& words,
               Config& config) {
  CLI::App* command = parent.add_subcommand(name, words);
  command->add_option("--data", config.data, "Data folder")->capture_default_str();
  return command;
}

CLI::App* verb_for_person(CLI::App& parent, const std::string& name, const std::string& words,
                          Config& config, const std::shared_ptr<Typed>& typed) {
  CLI::App* command = verb(parent, name, words, config);
  command->add_option("username", typed->username, "User name for signing in")->required();
  return command;
}

void add_add_verb(CLI::App& account, Config& config, std::function<int()>& chosen,
                  const std::shared_ptr<Typed>& typed) {
  CLI::App* made = verb_for_person(
      account, "add", "Add a person; prints number, user name, password", config, typed);
  made->add_option("--name", typed->display_name, "Name that others see")->required();
  made->add_option("--unit", typed->unit, "Department");
  made->add_option("--extension", typed->extension, "Number (default: the next free one)");
  made->add_option("--role", typed->role, "user, supervisor, operator or admin")
      ->capture_default_str();
  made->add_flag("--ask-password", typed->asks_password,
                 "Ask for the password, or read it from standard input (default: make one up)");
  add_password_options(*made, typed);
  made->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      object body{{"username", typed->username},
                  {"name", typed->display_name},
                  {"unit", typed->unit},
                  {"extension", typed->extension},
                  {"role", typed->role}};
      return give_password(config, {"POST", "/api/v1/accounts", std::move(body), &AccountApi::add},
                           *typed);
    };
  });
}

void add_password_verbs(CLI::App& account, Config& config, std::function<int()>& chosen,
                        const std::shared_ptr<Typed>& typed) {
  CLI::App* password = verb_for_person(
      account, "password", "Give a person another password: asked, or read from standard input",
      config, typed);
  CLI::App* device = verb(account, "device",
                          "Let a desk phone use a person's number; its password is asked", config);
  device->add_option("username", typed->username, "User name of the person")->required();
  device->add_option("device", typed->device, "User name for the desk phone")->required();
  device->add_flag("--md5", typed->md5_only, "Without effect: every phone may use SHA-256 or MD5");
  for (CLI::App* command : {password, device}) {
    command->add_flag("--made-up", typed->makes_password_up, "Make one up and print it");
    add_password_options(*command, typed);
  }
  password->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      typed->asks_password = true;
      return give_password(
          config, {"PATCH", "/api/v1/accounts/" + typed->username, {}, &AccountApi::change},
          *typed);
    };
  });
  device->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      typed->asks_password = true;
      object body{{"account", typed->username}, {"md5", typed->md5_only}};
      return give_password(config,
                           {"PUT", "/api/v1/account-devices/" + typed->device, std::move(body),
                            &AccountApi::put_device},
                           *typed);
    };
  });
}

void add_device_verbs(CLI::App& account, Config& config, std::function<int()>& chosen,
                      const std::shared_ptr<Typed>& typed) {
  verb(account, "devices", "List all desk phones: number, person, user name, codecs", config)
      ->callback([&config, &chosen] { chosen = [&config] { return list_devices(config, {}); }; });
  CLI::App* codecs = verb(
      account, "codecs", "Show or set what a desk phone is offered, from its next call on", config);
  codecs->add_option("device", typed->device, "User name of the desk phone")->required();
  codecs->add_option("codecs", typed->codecs,
                     "opus, g722, pcmu and pcma, the best first, with commas between; what is "
                     "missing is not taken. \"default\": those of all desk phones");
  codecs->callback([&config, &chosen, typed] {
    chosen = [&config, typed] {
      return typed->codecs.empty() ? list_devices(config, typed->device)
                                   : set_codecs(config, *typed);
    };
  });
}

void add_change_verbs(CLI::App& account, Config& config, std::function<int()>& chosen,
                      const std::shared_ptr<Typed>& typed) {
  CLI::App* role = verb_for_person(account, "role", "Say what a person may do", config, typed);
  role->add_option("role", typed->role, "user, supervisor, operator or admin")->required();
  role->callback([&config, &chosen, typed] {
    chosen = [&config, typed] { return change(config, typed->username, {{"role", typed->role}}); };
  });
  for (const bool enabled : {true, false}) {
    CLI::App* command = verb_for_person(
        account, enabled ? "enable" : "disable",
        enabled ? "Let a person sign in again" : "Keep a person out", config, typed);
    command->callback([&config, &chosen, typed, enabled] {
      chosen = [&config, typed, enabled] {
        return change(config, typed->username, {{"enabled", enabled}});
      };
    });
  }
  verb_for_person(account, "sign-out", "End all sign-ins of a person", config, typed)
      ->callback([&config, &chosen, typed] {
        chosen = [&config, typed] { return sign_out(config, *typed); };
      });
  verb(account, "list", "List all people", config)->callback([&config, &chosen] {
    chosen = [&config] { return list(config); };
  });
}

}  // namespace

void add_account_command(CLI::App& app, Config& config, std::function<int()>& chosen) {
  CLI::App* account = app.add_subcommand("account", "People and their desk phones");
  account->require_subcommand(1);
  const auto typed = std::make_shared<Typed>();
  add_add_verb(*account, config, chosen, typed);
  add_password_verbs(*account, config, chosen, typed);
  add_device_verbs(*account, config, chosen, typed);
  add_change_verbs(*account, config, chosen, typed);
}

}  // namespace dering::app
