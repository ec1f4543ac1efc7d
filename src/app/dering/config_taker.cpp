// SPDX-License-Identifier: Apache-2.0
#include "app/dering/config_taker.h"

#include <algorithm>
#include <utility>

#include "base/socket_address.h"
#include "base/subnet.h"
#include "base/web_url.h"
#include "directory/person.h"

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

Taker shown_name(std::string& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    constexpr std::size_t most_bytes = 120;
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty() || directory::one_line(*value, most_bytes) != *value) {
      return fmt::format("must be a name on one line, of {} bytes at most", most_bytes);
    }
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

namespace {

/// A list of texts each of which is fit; `what` says what they must be.
template <class IsFit>
Taker texts(std::vector<std::string>& target, std::size_t most, std::string what, IsFit is_fit) {
  return [&target, most, what, is_fit](const toml::node& node) -> std::optional<std::string> {
    const toml::array* array = node.as_array();
    if (array == nullptr || array->size() > most) {
      return fmt::format("must be a list of at most {} {}", most, what);
    }
    target.clear();
    for (const toml::node& element : *array) {
      const auto value = element.value_exact<std::string>();
      if (!value || !is_fit(*value)) return "must be a list of " + what;
      target.push_back(*value);
    }
    return std::nullopt;
  };
}

/// An origin (RFC 6454) is compared byte by byte: one that a browser would never send is refused.
bool is_origin(const std::string& text) {
  const auto url = read_web_url(text);
  return url && url->is_trustworthy() && url->origin() == text;
}

/// An origin with a prefix that is written in one way only.
bool is_public_origin(const std::string& text) {
  const auto url = read_web_url(text);
  if (!url || !url->is_trustworthy() || !text.starts_with(url->origin())) return false;
  const std::string_view prefix = std::string_view(text).substr(url->origin().size());
  return prefix.empty() || (prefix.starts_with('/') && !prefix.ends_with('/') &&
                            prefix.find_first_of("?%;") == prefix.npos && !prefix.contains("//") &&
                            !prefix.contains("/."));
}

bool is_host(const std::string& text) {
  if (SocketAddress::from_text(text, 0)) return true;
  const auto url = read_web_url("http://" + text);
  return url && url->target == "/" && url->port == 80 && url->host.size() == text.size();
}

}  // namespace

Taker ip_addresses(std::vector<std::string>& target) {
  return texts(target, 8, "IP addresses",
               [](const std::string& it) { return SocketAddress::from_text(it, 0).has_value(); });
}

Taker name_servers(std::vector<std::string>& target) {
  return texts(target, 8, "IP addresses, with or without a port",
               [](const std::string& it) { return name_server(it).has_value(); });
}

Taker hosts(std::vector<std::string>& target) {
  return texts(target, 32, "names or IP addresses, without a port", is_host);
}

Taker subnets(std::vector<std::string>& target) {
  return texts(target, 64, "networks such as \"10.1.0.0/24\", or addresses",
               [](const std::string& it) { return Subnet::from_text(it).has_value(); });
}

Taker host(std::string& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    if (!value || !is_host(*value)) return "must be a name or an IP address, without a port";
    target = *value;
    return std::nullopt;
  };
}

Taker port_range(PortRange& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<std::string>();
    const auto range = value ? PortRange::from_text(*value) : std::nullopt;
    if (!range) return "must be a range of ports such as \"20000-20999\"";
    target = *range;
    return std::nullopt;
  };
}

Taker codecs(std::vector<sdp::Encoding>& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    constexpr auto wanted = "must be a list of \"opus\", \"g722\", \"pcmu\" and \"pcma\"";
    const toml::array* array = node.as_array();
    if (array == nullptr || array->empty()) return wanted;
    std::vector<sdp::Encoding> named;
    for (const toml::node& element : *array) {
      const auto name = element.value_exact<std::string>();
      const auto codec = name ? sdp::audio_encoding_of(*name) : std::nullopt;
      if (!codec) return wanted;
      if (std::ranges::count(named, *codec) > 0) return "names a codec twice";
      named.push_back(*codec);
    }
    target = std::move(named);
    return std::nullopt;
  };
}

Taker clear_sound(sdp::ClearSound& target) {
  return [&target](const toml::node& node) -> std::optional<std::string> {
    const auto value = node.value_exact<bool>();
    if (!value) return "must be true or false";
    target = *value ? sdp::ClearSound::refused : sdp::ClearSound::taken;
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

Taker origins(std::vector<std::string>& target) {
  return texts(target, 32, "origins such as \"https://portal.example\"", is_origin);
}

Taker origins_or_none(std::vector<std::string>& target) {
  return texts(target, 32, "origins such as \"https://portal.example\", or \"none\"",
               [](const std::string& it) { return it == "none" || is_origin(it); });
}

Taker clients(std::vector<std::string>& target) {
  return texts(target, 8, "names of clients", [](const std::string& it) { return !it.empty(); });
}

Taker public_origins(std::vector<std::string>& target) {
  return texts(target, 32,
               "addresses such as \"https://phone.example\" or \"https://www.example/phone\", "
               "without a slash at the end",
               is_public_origin);
}

std::optional<std::string> take_network(toml::table& table, NetworkConfig& network) {
  const auto line = table.source().begin.line;
  auto fault = take_table(table, "network.",
                          {{"network.subnets", subnets(network.subnets)},
                           {"network.outward", host(network.outward)},
                           {"network.sip_port", number(network.sip_port, 1, 65'535)},
                           {"network.tls_port", number(network.tls_port, 1, 65'535)},
                           {"network.media_outward", host(network.media_outward)},
                           {"network.media_port", number(network.media_port, 1, 65'535)}});
  if (!fault && network.subnets.empty()) {
    return fmt::format("line {}: network.subnets must name the networks that it is about", line);
  }
  return fault;
}

std::optional<std::string> take_trunk(toml::table& table, TrunkConfig& trunk) {
  const auto line = table.source().begin.line;
  auto fault = take_table(table, "trunk.",
                          {{"trunk.id", text(trunk.id)},
                           {"trunk.secret_file", path(trunk.secret_file)},
                           {"trunk.realm", text(trunk.realm)}});
  if (!fault && (trunk.id.empty() || trunk.secret_file.empty())) {
    return fmt::format("line {}: a [[trunk]] needs id and secret_file", line);
  }
  return fault;
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
