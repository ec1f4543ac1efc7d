// SPDX-License-Identifier: Apache-2.0
#include "app/dering/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <functional>
#include <limits>
#include <map>

#include "base/socket_address.h"

namespace dering::app {
namespace {

/// What takes one key's value; a sentence if it does not fit.
using Taker = std::function<std::optional<std::string>(const toml::node&)>;

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

template <class Number>
Taker number(Number& target, std::int64_t least, std::int64_t most) {
  return [&target, least, most](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      return fmt::format("must be a number from {} to {}", least, most);
    }
    target = static_cast<Number>(*value);
    return std::nullopt;
  };
}

Taker port(std::uint16_t& target) {
  return number(target, 0, 65'535);
}

Taker yes_or_no(bool& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<bool>();
    if (!value) return "must be true or false";
    target = *value;
    return std::nullopt;
  };
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

/// Every key of the file, by its dotted name.
std::map<std::string, Taker> keys_of(Config& config) {
  return {
      {"http.address", ip_address(config.http.address)},
      {"http.port", port(config.http.port)},
      {"https.address", ip_address(config.https.address)},
      {"https.port", port(config.https.port)},
      {"https.host", text(config.host)},
      {"https.certificate", path(config.certificate)},
      {"https.key", path(config.key)},
      {"sip.address", ip_address(config.sip.address)},
      {"sip.port", port(config.sip.port)},
      {"sip.realm", text(config.realm)},
      {"media.addresses", ip_addresses(config.media_addresses)},
      {"media.port", port(config.media_port)},
      {"media.threads", number(config.media_threads, 1, 64)},
      {"media.start_engine", yes_or_no(config.starts_engine)},
      {"calls.ring_seconds", number(config.ring_seconds, 5, 600)},
      {"limits.connections_per_address", number(config.connections_per_address, 1, 100'000)},
      {"limits.bindings_per_user", number(config.bindings_per_user, 1, 100)},
      {"limits.calls", number(config.calls, 1, 1'000'000)},
      {"limits.calls_per_user", number(config.calls_per_user, 1, 10'000)},
      {"log.level", log_level(config.log_level)},
  };
}

std::optional<std::string> take_table(const toml::table& table, const std::string& prefix,
                                      const std::map<std::string, Taker>& keys) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    const auto line = node.source().begin.line;
    if (const toml::table* inner = node.as_table(); inner != nullptr && prefix.empty()) {
      if (auto fault = take_table(*inner, name + ".", keys)) return fault;
      continue;
    }
    const auto found = keys.find(name);
    if (found == keys.end()) return fmt::format("line {}: unknown setting {}", line, name);
    if (const auto fault = found->second(node)) {
      return fmt::format("line {}: {} {}", line, name, *fault);
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<Config, std::string> read_config(const std::filesystem::path& file, Config defaults) {
  Config config = std::move(defaults);
  try {
    const toml::table table = toml::parse_file(file.string());
    if (const auto fault = take_table(table, "", keys_of(config))) {
      return std::unexpected(fmt::format("{}, {}.", file.string(), *fault));
    }
  } catch (const toml::parse_error& error) {
    return std::unexpected(fmt::format("{}, line {}: {}.", file.string(), error.source().begin.line,
                                       error.description()));
  }
  return config;
}

std::optional<std::string> fault_of(const Config& config) {
  if (config.http.port != 0 && config.http.port == config.https.port) {
    return fmt::format("http.port and https.port are both {}.", config.http.port);
  }
  if (config.sip.port != 0 &&
      (config.sip.port == config.http.port || config.sip.port == config.https.port)) {
    return fmt::format("sip.port {} is also an http or https port.", config.sip.port);
  }
  if (config.sip.port != 0 && config.sip.port == config.media_port) {
    return fmt::format("sip.port and media.port are both {}.", config.sip.port);
  }
  if (config.certificate.empty() != config.key.empty()) {
    return "https.certificate and https.key must be given together.";
  }
  return std::nullopt;
}

}  // namespace dering::app
