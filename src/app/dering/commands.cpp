// SPDX-License-Identifier: Apache-2.0
#include "app/dering/commands.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "app/dering/admin_client.h"
#include "identity/json.h"

namespace dering::app {
namespace {

int fail(const std::string& sentence) {
  fmt::print(stderr, "dering: {}\n", sentence);
  return 1;
}

std::string local_time(std::int64_t unix_seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S %z}", fmt::localtime(std::time_t{unix_seconds}));
}

using boost::json::object;

/// "errands_lost 3, answers_dropped 2"; "none" where all had room.
std::string text_of_overflow(const object& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    if (!count.is_int64() || count.get_int64() == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", std::string(name), count.get_int64());
  }
  return text.empty() ? "none" : text;
}

void print_counters(const object& status) {
  const auto* list = status.if_contains("counters");
  if (!list || !list->is_array()) return;
  fmt::print("{:<33} {:>12}  {}\n", "name", "value", "meaning");
  for (const auto& one : list->get_array()) {
    const object* row = one.if_object();
    const auto* value = row ? row->if_contains("value") : nullptr;
    if (!value) continue;
    fmt::print("{:<33} {:>12}  {}, {}\n", identity::string_in(*row, "name").value_or(""),
               serialize(*value), identity::string_in(*row, "meaning").value_or(""),
               identity::string_in(*row, "kind").value_or(""));
  }
}

void print_status(const object& status) {
  for (const auto& [key, field] : status) {
    if (key == "at" && field.is_int64()) {
      fmt::print("{:<13} {}\n", "time", local_time(field.get_int64()));
    } else if (key == "refused_for_want_of_room" && field.is_object()) {
      fmt::print("{:<13} {}\n", "overflow", text_of_overflow(field.get_object()));
    } else if (!field.is_object() && !field.is_array()) {
      fmt::print("{:<13} {}\n", std::string(key), serialize(field));
    }
  }
}

}  // namespace

int show_status(const Config& config, StatusForm form) {
  const auto answer = ask_running(config.data, {.target = "/api/v1/status"});
  if (!answer) return fail(answer.error());
  if (form == StatusForm::json) {
    fmt::print("{}\n", *answer);
    return 0;
  }
  const auto status = identity::json_object(*answer);
  if (!status) return fail("the running dering answered nonsense.");
  form == StatusForm::counters ? print_counters(*status) : print_status(*status);
  return 0;
}

int start_sync(const Config& config, bool is_forced) {
  const auto answer = ask_running(
      config.data,
      {.method = "POST", .target = "/api/v1/sync", .body = is_forced ? R"({"force":true})" : "{}"});
  if (!answer) return fail(answer.error());
  fmt::print("The sync has begun; the log tells how it ends.\n");
  return 0;
}

int reload(const Config& config) {
  const auto answer =
      ask_running(config.data, {.method = "POST", .target = "/api/v1/reload", .body = "{}"});
  return answer ? 0 : fail(answer.error());
}

}  // namespace dering::app
