// SPDX-License-Identifier: Apache-2.0
#include "app/dering/commands.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

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

}  // namespace

int show_status(const Config& config, bool as_json) {
  const auto answer = ask_running(config.data, {.target = "/api/v1/status"});
  if (!answer) return fail(answer.error());
  if (as_json) {
    fmt::print("{}\n", *answer);
    return 0;
  }
  const auto status = identity::json_object(*answer);
  if (!status) return fail("the running dering answered nonsense.");
  for (const auto& [key, field] : *status) {
    if (key == "at" && field.is_int64()) {
      fmt::print("{:<13} {}\n", "time", local_time(field.get_int64()));
    } else if (!field.is_object()) {
      fmt::print("{:<13} {}\n", std::string(key), serialize(field));
    }
  }
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
