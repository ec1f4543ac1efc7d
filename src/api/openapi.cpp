// SPDX-License-Identifier: Apache-2.0
#include "api/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/check.h"
#include "base/text.h"

namespace dering::api {
namespace {

using boost::json::array;
using boost::json::object;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), to_lower);
  return result;
}

object* object_at(object& holder, std::string_view name) {
  boost::json::value* value = holder.if_contains(name);
  return value ? value->if_object() : nullptr;
}

void put_answer(object& operation, std::string_view status, std::string_view shape) {
  object* answers = object_at(operation, "responses");
  if (!answers || answers->contains(status)) return;
  (*answers)[status] = object{{"$ref", fmt::format("#/components/responses/{}", shape)}};
}

void put_rule(object& operation, Access access) {
  operation["x-dering-access"] = name_of(access);
  operation["security"] = array();
  if (access == Access::anyone) return;
  operation["security"].get_array().push_back(object{{"bearer", array()}});
  put_answer(operation, "401", "NotSignedIn");
  put_answer(operation, "403", "Problem");
}

/// A rule that somebody wrote by hand would be a second place that says who may call what.
std::string operation_without_route(const object& paths) {
  for (const auto& [path, operations] : paths) {
    for (const auto& [method, operation] : operations.as_object()) {
      if (!operation.as_object().contains("x-dering-access")) {
        return fmt::format(
            "openapi.json describes {} {}, which is no line of the table in routes.cpp.",
            std::string_view(method), std::string_view(path));
      }
    }
  }
  return "";
}

std::string rule_by_hand(const object& paths) {
  for (const auto& [path, operations] : paths) {
    for (const auto& [method, operation] : operations.as_object()) {
      for (const std::string_view name : {"security", "x-dering-access"}) {
        if (operation.as_object().contains(name)) {
          return fmt::format(
              "openapi.json has {} on {} {}: only the table in routes.cpp says who may call what.",
              name, std::string_view(method), std::string_view(path));
        }
      }
    }
  }
  return "";
}

}  // namespace

std::expected<std::string, std::string> described(std::string_view shapes,
                                                  std::span<const Route> routes) {
  boost::system::error_code failed;
  boost::json::value document = boost::json::parse(shapes, failed);
  if (failed || !document.is_object()) return std::unexpected("openapi.json is no JSON object.");
  object* paths = object_at(document.get_object(), "paths");
  if (!paths) return std::unexpected("openapi.json has no paths.");
  if (auto fault = rule_by_hand(*paths); !fault.empty()) return std::unexpected(fault);
  for (const Route& route : routes) {
    object* operations = object_at(*paths, route.path);
    object* operation = operations ? object_at(*operations, lower(route.method)) : nullptr;
    if (!operation) {
      return std::unexpected(fmt::format(
          "routes.cpp has {} {}, which openapi.json does not describe.", route.method, route.path));
    }
    put_rule(*operation, route.access);
  }
  if (auto fault = operation_without_route(*paths); !fault.empty()) return std::unexpected(fault);
  return serialize(document);
}

const std::string& openapi_document() {
  static const std::string document = [] {
    auto made = described(openapi_shapes(), routes());
    DERING_CHECK(made);
    return *std::move(made);
  }();
  return document;
}

}  // namespace dering::api
