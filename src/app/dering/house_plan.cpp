// SPDX-License-Identifier: Apache-2.0
#include "app/dering/house_plan.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "api/form.h"
#include "app/dering/admin_client.h"
#include "app/dering/plan_files.h"
#include "base/text.h"
#include "directory/person.h"
#include "identity/json.h"
#include "routing/document/tree.h"
#include "routing/document/write.h"

namespace dering::app {
namespace {

using boost::json::object;

constexpr const char* nonsense = "the running dering answered nonsense.";

std::string shown(const object& one, std::string_view name, std::size_t longest) {
  return directory::one_line(identity::string_in(one, name).value_or(""), longest);
}

std::int64_t number(const object& one, std::string_view name) {
  const auto* value = one.if_contains(name);
  return value && value->is_int64() ? value->get_int64() : 0;
}

const object* object_in(const object& one, std::string_view name) {
  const auto* value = one.if_contains(name);
  return value ? value->if_object() : nullptr;
}

std::string local_time(std::int64_t unix_seconds) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::time_t{unix_seconds}));
}

/// "  /classes/0/members/people/1: There is no "1002"."
void print_faults(const object& answer, std::string_view name) {
  const auto* list = answer.if_contains(name);
  if (!list || !list->is_array()) return;
  for (const auto& one : list->get_array()) {
    const object* fault = one.if_object();
    if (!fault) continue;
    const std::string path = shown(*fault, "path", 200);
    fmt::print("{}: {}\n", path.empty() ? "/" : path, shown(*fault, "sentence", 400));
  }
}

/// Of the person on this machine, for the history: whose terminal it is, also behind sudo.
std::string who_typed() {
  std::array<char, 64> login{};
  std::string name;
  if (::getlogin_r(login.data(), login.size()) == 0) {
    name = login.data();
  } else if (const passwd* entry = ::getpwuid(::getuid())) {
    name = entry->pw_name;
  }
  return is_utf8(name) ? directory::one_line(name, 32) : std::string();
}

std::expected<object, std::string> asked(const Config& config, const std::string& target) {
  const auto answer = ask_running(config.data, {.target = target});
  if (!answer) return std::unexpected(answer.error());
  auto read = identity::json_object(*answer);
  if (!read) return std::unexpected(nonsense);
  return *std::move(read);
}

/// The newest versions.
std::expected<boost::json::array, std::string> history(const Config& config, unsigned limit) {
  auto answer = asked(config, fmt::format("/api/v1/plan/versions?limit={}", limit));
  if (!answer) return std::unexpected(answer.error());
  auto* list = answer->if_contains("versions");
  if (!list || !list->is_array()) return std::unexpected(nonsense);
  return std::move(list->get_array());
}

/// The number of the version in force; "0" while there is none.
std::expected<std::string, std::string> version_now(const Config& config) {
  const auto state = asked(config, "/api/v1/plan/check");
  if (!state) return std::unexpected(state.error());
  const object* version = object_in(*state, "version");
  return version ? std::to_string(number(*version, "number")) : std::string("0");
}

int tell_refused(const net::HttpDocument& answer, bool wants_json) {
  if (wants_json) fmt::print("{}\n", answer.body);
  const auto problem = identity::json_object(answer.body);
  const auto* faults = problem ? problem->if_contains("faults") : nullptr;
  if (faults && !wants_json) print_faults(*problem, "faults");
  if (faults) return PlanExit::faulty;
  if (!wants_json) {
    const auto sentence = good_answer(answer.status, answer.body);
    fail(sentence ? std::string(nonsense) : sentence.error());
  }
  return answer.status == 412 ? PlanExit::conflict : PlanExit::failed;
}

int tell_applied(const object& answer) {
  const object* version = object_in(answer, "version");
  if (!version) return fail(nonsense);
  const auto* is_new = answer.if_contains("is_new");
  const bool is_old = is_new && *is_new == boost::json::value(false);
  const std::int64_t number_now = number(*version, "number");
  if (is_old) {
    fmt::print("Nothing is different from version {}, which is in force.\n", number_now);
  } else {
    fmt::print("Version {} is in force.\n", number_now);
  }
  const auto* left = answer.if_contains("passed_over");
  if (left && left->is_array() && !left->get_array().empty()) {
    fmt::print("Who has left is passed over:\n");
    print_faults(answer, "passed_over");
  }
  return 0;
}

/// Sends a change of the plan that was in force when it was typed.
int change(const Config& config, net::LocalRequest request, const PlanChange& typed) {
  auto on = typed.on.empty() ? version_now(config) : typed.on;
  if (!on) return fail(on.error());
  request.fields.emplace_back("If-Match", fmt::format("\"{}\"", *on));
  if (const std::string name = who_typed(); !name.empty()) {
    request.fields.emplace_back("Dering-Typed-By", name);
  }
  const auto answer = answer_of_running(config.data, request);
  if (!answer) return fail(answer.error());
  if (answer->status >= 400) return tell_refused(*answer, typed.wants_json);
  if (typed.wants_json) fmt::print("{}\n", answer->body);
  if (typed.wants_json) return 0;
  const auto read = identity::json_object(answer->body);
  return read ? tell_applied(*read) : fail(nonsense);
}

void print_version(const object& one) {
  std::string comment = shown(one, "comment", 200);
  if (const std::int64_t old = number(one, "restores"); old != 0) {
    comment = fmt::format("(version {} again) {}", old, comment);
  }
  fmt::print("{:<8} {:<20} {:<28} {}\n", number(one, "number"),
             local_time(number(one, "applied_at")), shown(one, "by", 28), comment);
}

}  // namespace

std::expected<routing::PlanSnapshot, std::string> plan_of_house(const Config& config,
                                                                const std::string& version) {
  std::string text;
  if (version.empty()) {
    auto answer = ask_running(config.data, {.target = "/api/v1/plan"});
    if (!answer) return std::unexpected(answer.error());
    text = *std::move(answer);
  } else {
    const auto answer = asked(config, "/api/v1/plan/versions/" + version);
    if (!answer) return std::unexpected(answer.error());
    const auto* plan = answer->if_contains("plan");
    if (!plan) return std::unexpected(nonsense);
    text = serialize(*plan);
  }
  auto plan = routing::found_good_before(text);
  if (!plan) return std::unexpected("the running dering has a plan that this command can't read.");
  return *std::move(plan);
}

std::expected<std::string, std::string> version_before(const Config& config) {
  const auto newest = history(config, 2);
  if (!newest) return std::unexpected(newest.error());
  const object* older = newest->size() == 2 ? newest->at(1).if_object() : nullptr;
  if (!older) return std::unexpected("there is no older version.");
  return std::to_string(number(*older, "number"));
}

int show_plan(const Config& config, const std::string& version) {
  const auto plan = plan_of_house(config, version);
  if (!plan) return fail(plan.error());
  if (version.empty()) {
    const auto now = version_now(config);
    if (!now) return fail(now.error());
    if (*now == "0") {
      fmt::print(stderr, "No plan was ever applied; this is the empty one.\n");
    } else {
      fmt::print(stderr, "Version {}, in force.\n", *now);
    }
  }
  fmt::print("{}", routing::document_of((*plan)->draft()));
  return 0;
}

int apply_plan(const Config& config, const std::string& file, const PlanChange& typed) {
  auto text = text_in(file);
  if (!text) return fail(text.error());
  if (text->empty()) return fail(fmt::format("{} is empty.", file));
  return change(config,
                {.method = "PUT",
                 .target = "/api/v1/plan?comment=" + api::percent_encoded(typed.comment),
                 .body = *std::move(text)},
                typed);
}

int undo_plan(const Config& config, const std::string& version, const PlanChange& typed) {
  object wish;
  if (!typed.comment.empty()) wish["comment"] = typed.comment;
  if (!version.empty()) {
    const auto wanted = to_number<std::uint32_t>(version);
    if (!wanted) return fail("a version is a number; see dering plan history.");
    wish["version"] = *wanted;
  }
  return change(config, {.method = "POST", .target = "/api/v1/plan/undo", .body = serialize(wish)},
                typed);
}

int show_plan_history(const Config& config, unsigned limit, bool wants_json) {
  const auto versions = history(config, limit);
  if (!versions) return fail(versions.error());
  if (wants_json) {
    fmt::print("{}\n", serialize(object{{"versions", *versions}}));
    return 0;
  }
  if (versions->empty()) {
    fmt::print("No plan was ever applied.\n");
    return 0;
  }
  fmt::print("{:<8} {:<20} {:<28} {}\n", "version", "applied", "by", "comment");
  for (const auto& one : *versions) {
    if (one.is_object()) print_version(one.get_object());
  }
  return 0;
}

int check_plan_in_force(const Config& config, bool wants_json) {
  const auto state = asked(config, "/api/v1/plan/check");
  if (!state) return fail(state.error());
  const auto* faults = state->if_contains("faults");
  if (!faults || !faults->is_array()) return fail(nonsense);
  const bool is_good = faults->get_array().empty();
  if (wants_json) {
    fmt::print("{}\n", serialize(object{{"faults", *faults}}));
  } else if (is_good) {
    fmt::print("The plan in force is good.\n");
  } else {
    print_faults(*state, "faults");
  }
  return is_good ? 0 : PlanExit::faulty;
}

}  // namespace dering::app
