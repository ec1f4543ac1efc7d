// SPDX-License-Identifier: Apache-2.0
#include "app/dering/config_taker.h"

#include "base/socket_address.h"
#include "base/web_url.h"

namespace dering::app {

Taker text(std::string& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) return "must be text";
    target = *value;
    return std::nullopt;
  };
}

Taker path(std::filesystem::path& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) return "must be a file name";
    target = *value;
    return std::nullopt;
  };
}

Taker ip_address(std::string& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (!value || !SocketAddress::from_text(*value, 0)) return "must be an IP address";
    target = *value;
    return std::nullopt;
  };
}

namespace {

template <class Target>
Taker truth(Target& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<bool>();
    if (!value) return "must be true or false";
    target = *value;
    return std::nullopt;
  };
}

}  // namespace

Taker yes_or_no(bool& target) {
  return truth(target);
}

Taker yes_or_no(std::optional<bool>& target) {
  return truth(target);
}

Taker ip_addresses(std::vector<std::string>& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const toml::array* array = node.as_array();
    if (array == nullptr || array->size() > 8) return "must be a list of at most 8 IP addresses";
    target.clear();
    for (const toml::node& element : *array) {
      const auto value = element.value_exact<std::string>();
      if (!value || !SocketAddress::from_text(*value, 0)) return "must be a list of IP addresses";
      target.push_back(*value);
    }
    return std::nullopt;
  };
}

Taker log_level(std::string& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (value != "debug" && value != "info" && value != "warning" && value != "error") {
      return "must be debug, info, warning or error";
    }
    target = *value;
    return std::nullopt;
  };
}

/// An origin (RFC 6454) is compared byte by byte: one that a browser would never send is refused.
Taker origins(std::vector<std::string>& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    constexpr std::string_view fault =
        "must be a list of origins such as \"https://portal.example\"";
    const toml::array* array = node.as_array();
    if (array == nullptr || array->size() > 32) return std::string(fault);
    target.clear();
    for (const toml::node& element : *array) {
      const auto value = element.value_exact<std::string>();
      const auto url = value ? read_web_url(*value) : std::nullopt;
      if (!url || !url->is_trustworthy() || url->origin() != *value) return std::string(fault);
      target.push_back(*value);
    }
    return std::nullopt;
  };
}

std::optional<std::string> take_table(const toml::table& table, const std::string& prefix,
                                      const Takers& takers) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    const auto line = node.source().begin.line;
    if (const toml::table* inner = node.as_table(); inner != nullptr) {
      if (auto fault = take_table(*inner, name + ".", takers)) return fault;
      continue;
    }
    const auto found = takers.find(name);
    if (found == takers.end()) return fmt::format("line {}: unknown setting {}", line, name);
    if (const auto fault = found->second(node)) {
      return fmt::format("line {}: {} {}", line, name, *fault);
    }
  }
  return std::nullopt;
}

}  // namespace dering::app
