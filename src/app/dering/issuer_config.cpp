// SPDX-License-Identifier: Apache-2.0
#include "app/dering/issuer_config.h"

#include <optional>

#include "app/dering/config_taker.h"
#include "base/text.h"
#include "identity/key_source.h"

namespace dering::app {
namespace {

constexpr std::size_t most_groups = 500;
constexpr unsigned largest_extension = 999'999;

Taker role(std::optional<identity::Role>& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    const auto found = value ? identity::role_named(*value) : std::nullopt;
    if (!found) return "must be one of: admin, operator, supervisor, user";
    target = found;
    return std::nullopt;
  };
}

Taker group_path(std::string& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (!value || value->size() < 2 || !value->starts_with('/') || value->ends_with('/')) {
      return "must be the full path of a group, such as \"/Fakultas Teknik\"";
    }
    target = *value;
    return std::nullopt;
  };
}

/// "2100-2199".
std::optional<directory::NumberRange> range_in(std::string_view value) {
  const auto first = to_number<unsigned>(take_until(value, '-'));
  const auto last = to_number<unsigned>(value);
  if (!first || !last || *first < 10 || *first > *last || *last > largest_extension) {
    return std::nullopt;
  }
  return directory::NumberRange{*first, *last};
}

Taker extensions(std::optional<directory::NumberRange>& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    const auto range = value ? range_in(*value) : std::nullopt;
    if (!range) return "must be a range of numbers such as \"2100-2199\"";
    target = range;
    return std::nullopt;
  };
}

std::optional<std::string> take_group(const toml::table& table, GroupConfig& group) {
  if (auto fault = take_table(table, "issuer.group.",
                              {{"issuer.group.path", group_path(group.path)},
                               {"issuer.group.unit", text(group.unit)},
                               {"issuer.group.extensions", extensions(group.extensions)},
                               {"issuer.group.role", role(group.role)}})) {
    return fault;
  }
  if (!group.path.empty()) return std::nullopt;
  return fmt::format("line {}: issuer.group.path is missing", table.source().begin.line);
}

std::optional<std::string> take_groups(const toml::node& node, std::vector<GroupConfig>& groups) {
  const toml::array* array = node.as_array();
  if (array == nullptr || array->size() > most_groups) {
    return fmt::format("line {}: issuer.group must be a list of at most {} tables",
                       node.source().begin.line, most_groups);
  }
  for (const toml::node& element : *array) {
    const toml::table* table = element.as_table();
    if (table == nullptr) {
      return fmt::format("line {}: issuer.group must be a table", element.source().begin.line);
    }
    if (auto fault = take_group(*table, groups.emplace_back())) return fault;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> take_issuer(toml::table& table, IssuerConfig& issuer) {
  if (const toml::node* groups = table.get("group")) {
    if (auto fault = take_groups(*groups, issuer.groups)) return fault;
    table.erase("group");
  }
  const std::map<std::string, bool> sources{{"range", false}, {"attribute", true}};
  return take_table(table, "issuer.",
                    {{"issuer.url", text(issuer.url)},
                     {"issuer.client_id", text(issuer.client_id)},
                     {"issuer.portal_clients", clients(issuer.portal_clients)},
                     {"issuer.audience", text(issuer.audience)},
                     {"issuer.label", text(issuer.label)},
                     {"issuer.default_role", role(issuer.default_role)},
                     {"issuer.extension_from", one_of(issuer.has_extension_attribute, sources)},
                     {"issuer.sync.client_id", text(issuer.sync_client_id)},
                     {"issuer.sync.secret_file", path(issuer.sync_secret_file)}});
}

std::optional<std::string> fault_of(const IssuerConfig& issuer) {
  if (issuer.url.empty()) return "an [[issuer]] has no url.";
  if (issuer.client_id.empty()) return fmt::format("issuer {} has no client_id.", issuer.url);
  if (!identity::is_issuer_url(issuer.url)) {
    return fmt::format(
        "issuer.url {} must be an https address, or http on this machine, without a query.",
        issuer.url);
  }
  if (issuer.sync_client_id.empty() != issuer.sync_secret_file.empty()) {
    return fmt::format("issuer {} needs sync.client_id and sync.secret_file together.", issuer.url);
  }
  return std::nullopt;
}

}  // namespace dering::app
