// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/dering/config.h"

// How single values of the configuration file are read and judged. For .cpp files only: toml++ is
// slow to compile.
namespace dering::app {

/// What takes one key's value; a sentence if it does not fit.
using Taker = std::function<std::optional<std::string>(const toml::node&)>;
using Takers = std::map<std::string, Taker>;

Taker text(std::string& target);
Taker path(std::filesystem::path& target);
/// What people read as a name: one line that turns no direction of writing, of bounded length.
Taker shown_name(std::string& target);
Taker ip_address(std::string& target);
Taker ip_addresses(std::vector<std::string>& target);
/// Names or IP addresses.
Taker hosts(std::vector<std::string>& target);
Taker yes_or_no(bool& target);
Taker yes_or_no(std::optional<bool>& target);
Taker log_level(std::string& target);
Taker port_range(PortRange& target);
/// True: sound without keys is refused.
Taker clear_sound(sdp::ClearSound& target);
/// Of sound, by the names that RTP has for them; at least one.
Taker codecs(std::vector<sdp::Encoding>& target);
/// "https://portal.example", without a path.
Taker origins(std::vector<std::string>& target);

/// The same, and the word "none".
Taker origins_or_none(std::vector<std::string>& target);
/// "https://phone.example/phone": an origin, and a prefix without a slash at its end.
Taker public_origins(std::vector<std::string>& target);
/// Names of an OpenID provider's clients.
Taker clients(std::vector<std::string>& target);
/// "10.0.0.0/8", or one address.
Taker subnets(std::vector<std::string>& target);
/// A name or an IP address, without a port.
Taker host(std::string& target);

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
inline Taker port(std::uint16_t& target) {
  return number(target, 0, 65'535);
}
inline Taker port(std::optional<std::uint16_t>& target) {
  return number(target, 0, 65'535);
}

/// One of a few words, each of which means a value.
template <class Value>
Taker one_of(Value& target, std::map<std::string, Value> words) {
  return [&target, words = std::move(words)](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    const auto found = value ? words.find(*value) : words.end();
    if (found != words.end()) {
      target = found->second;
      return std::nullopt;
    }
    std::string list;
    for (const auto& [word, meaning] : words) list += (list.empty() ? "" : ", ") + word;
    return "must be one of: " + list;
  };
}

/// Reads a table and the tables in it by dotted names; a sentence that names line and key.
std::optional<std::string> take_table(const toml::table& table, const std::string& prefix,
                                      const Takers& takers);

/// One [[network]].
std::optional<std::string> take_network(toml::table& table, NetworkConfig& network);

/// Addresses with or without a port.
Taker name_servers(std::vector<std::string>& target);

/// One [[trunk]].
std::optional<std::string> take_trunk(toml::table& table, TrunkConfig& trunk);

/// One [[issuer]]; takes its groups out of the table. (A copy of a table knows no lines.)
std::optional<std::string> take_issuer(toml::table& table, IssuerConfig& issuer);

}  // namespace dering::app
