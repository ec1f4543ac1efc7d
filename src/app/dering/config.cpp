// SPDX-License-Identifier: Apache-2.0
#include "app/dering/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "app/dering/config_taker.h"
#include "app/dering/logo_file.h"
#include "app/dering/outward.h"

namespace dering::app {
namespace {

constexpr std::size_t most_tables = 16;  ///< of one name

/// Every key of the file, by its dotted name.
Takers keys_of(Config& config) {
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
      {"sip.tls_port", port(config.tls_port)},
      {"sip.realm", text(config.realm)},
      {"sip.md5", yes_or_no(config.md5)},
      {"sip.domains", hosts(config.sip_domains)},
      {"media.addresses", ip_addresses(config.media_addresses)},
      {"media.port", port(config.media_port)},
      {"media.rtp_ports", port_range(config.rtp_ports)},
      {"media.browser_codecs", codecs(config.sound.codecs.browser)},
      {"media.desk_codecs", codecs(config.sound.codecs.desk)},
      {"media.require_srtp_over_tls", clear_sound(config.sound.clear_over_tls)},
      {"media.tones",
       one_of<std::string>(config.sound.tones, {{"id", "id"}, {"us", "us"}, {"uk", "uk"}})},
      {"media.threads", number(config.media_threads, 1, 64)},
      {"media.start_engine", yes_or_no(config.starts_engine)},
      {"calls.ring_seconds", number(config.ring_seconds, 5, 600)},
      {"calls.park_seconds", number(config.park_seconds, 5, 3600)},
      {"limits.connections_per_address", number(config.connections_per_address, 1, 100'000)},
      {"limits.bindings_per_user", number(config.bindings_per_user, 1, 100)},
      {"records.keep_days", number(config.keep_days, 1, 36'500)},
      {"limits.calls", number(config.calls, 1, 1'000'000)},
      {"limits.calls_per_user", number(config.calls_per_user, 1, 10'000)},
      {"limits.new_calls_per_minute", number(config.new_calls_per_minute, 1, 1'000'000)},
      {"limits.refreshes_per_minute", number(config.refreshes_per_minute, 1, 1'000'000)},
      {"limits.registrations_per_minute", number(config.registrations_per_minute, 1, 1'000'000)},
      {"limits.texts_per_minute", number(config.texts_per_minute, 1, 1'000'000)},
      {"limits.subscriptions", number(config.subscriptions, 1, 1'000'000)},
      {"limits.subscriptions_per_user", number(config.subscriptions_per_user, 1, 1'000'000)},
      {"limits.subscriptions_per_minute", number(config.subscriptions_per_minute, 1, 1'000'000)},
      {"dns.servers", name_servers(config.dns_servers)},
      {"organisation.name", shown_name(config.organisation.name)},
      {"organisation.logo", path(config.organisation.logo)},
      {"web.embed_origins", origins(config.embed_origins)},
      {"web.websocket_origins", origins_or_none(config.websocket_origins)},
      {"public.origins", public_origins(config.public_origins)},
      {"proxy.trusted", subnets(config.proxy.trusted)},
      {"proxy.header",
       one_of(config.proxy.header, {{"either", net::ForwardedBy::either},
                                    {"forwarded", net::ForwardedBy::forwarded},
                                    {"x-forwarded", net::ForwardedBy::x_forwarded}})},
      {"identity.built_in", yes_or_no(config.has_built_in_provider)},
      {"identity.calls_after_logout",
       one_of(config.calls_after_logout,
              {{"finish", CallsAfterLogout::finish}, {"end", CallsAfterLogout::end}})},
      {"identity.first_extension", number(config.first_extension, 10, 999'999)},
      {"identity.last_extension", number(config.last_extension, 10, 999'999)},
  };
}

/// The same of what is written down, and kept to be read.
Takers logging_keys_of(Config& config) {
  return {
      {"log.level", log_level(config.log_level)},
      {"log.sip_file", path(config.sip_log_file)},
      {"log.sip_file_megabytes", number(config.sip_log_megabytes, 1, 1'000'000)},
      {"log.sip_file_days", number(config.sip_log_days, 1, 3'650)},
      {"trace.megabytes", number(config.trace_megabytes, 0, 1024)},
  };
}

/// Takes all [[name]] out of the table, one by one.
template <class Value>
std::optional<std::string> take_list(toml::table& table, std::string_view name,
                                     std::vector<Value>& values,
                                     std::optional<std::string> (*take)(toml::table&, Value&)) {
  toml::node* node = table.get(name);
  if (node == nullptr) return std::nullopt;
  toml::array* array = node->as_array();
  if (array == nullptr || array->empty() || array->size() > most_tables) {
    return fmt::format("line {}: {} must be at most {} tables, each headed [[{}]]",
                       node->source().begin.line, name, most_tables, name);
  }
  for (toml::node& element : *array) {
    toml::table* one = element.as_table();
    if (one == nullptr) {
      return fmt::format("line {}: {} must be a table", element.source().begin.line, name);
    }
    if (auto fault = take(*one, values.emplace_back())) return fault;
  }
  table.erase(name);
  return std::nullopt;
}

std::optional<std::string> take_all(toml::table& table, Config& config) {
  config.issuers.clear();
  config.networks.clear();
  config.trunks.clear();
  if (auto fault = take_list(table, "issuer", config.issuers, take_issuer)) return fault;
  if (auto fault = take_list(table, "network", config.networks, take_network)) return fault;
  if (auto fault = take_list(table, "trunk", config.trunks, take_trunk)) return fault;
  Takers keys = keys_of(config);
  keys.merge(logging_keys_of(config));
  return take_table(table, "", keys);
}

}  // namespace

std::expected<Config, std::string> read_config(const std::filesystem::path& file, Config defaults) {
  Config config = std::move(defaults);
  try {
    toml::table table = toml::parse_file(file.string());
    if (const auto fault = take_all(table, config)) {
      return std::unexpected(fmt::format("{}, {}.", file.string(), *fault));
    }
  } catch (const toml::parse_error& error) {
    return std::unexpected(fmt::format("{}, line {}: {}.", file.string(), error.source().begin.line,
                                       error.description()));
  }
  return config;
}

std::optional<std::string> fault_of(const std::vector<IssuerConfig>& issuers) {
  for (const IssuerConfig& issuer : issuers) {
    if (auto fault = fault_of(issuer)) return fault;
    if (std::ranges::count(issuers, issuer.url, &IssuerConfig::url) > 1) {
      return fmt::format("issuer {} is there twice.", issuer.url);
    }
  }
  return std::nullopt;
}

namespace {

std::optional<std::string> fault_of_tls_port(const Config& config) {
  const std::uint16_t port = sip_over_tls(config).port;
  if (port == 0) return std::nullopt;
  if (port == config.sip.port) return fmt::format("sip.port and sip.tls_port are both {}.", port);
  if (port != config.http.port && port != config.https.port) return std::nullopt;
  return fmt::format("sip.tls_port {} is also an http or https port.", port);
}

}  // namespace

std::optional<std::string> fault_of(const Config& config) {
  if (config.http.port != 0 && config.http.port == config.https.port) {
    return fmt::format("http.port and https.port are both {}.", config.http.port);
  }
  if (config.sip.port != 0 &&
      (config.sip.port == config.http.port || config.sip.port == config.https.port)) {
    return fmt::format("sip.port {} is also an http or https port.", config.sip.port);
  }
  if (auto fault = fault_of_tls_port(config)) return fault;
  if (config.rtp_ports.first != 0) {
    for (const auto& [name, taken] :
         {std::pair("sip.port", config.sip.port), std::pair("media.port", config.media_port)}) {
      if (!config.rtp_ports.contains(taken)) continue;
      return fmt::format("{} {} lies among media.rtp_ports {}.", name, taken,
                         config.rtp_ports.text());
    }
  }
  if (config.sip.port != 0 && config.sip.port == config.media_port) {
    return fmt::format("sip.port and media.port are both {}.", config.sip.port);
  }
  if (config.certificate.empty() != config.key.empty()) {
    return "https.certificate and https.key must be given together.";
  }
  if (config.first_extension > config.last_extension) {
    return "identity.first_extension is greater than identity.last_extension.";
  }
  if (auto fault = fault_of_addresses(config)) return fault;
  if (auto logo = read_logo(config.organisation.logo); !logo) return logo.error();
  return fault_of(config.issuers);
}

std::optional<SocketAddress> name_server(std::string_view text) {
  constexpr std::uint16_t dns_port = 53;
  if (const auto address = SocketAddress::from_text(text, dns_port)) return address;
  return SocketAddress::from_host_and_port(text);
}

Listen sip_over_tls(const Config& config) {
  constexpr std::uint16_t last = 65'535;
  const std::uint16_t sip = config.sip.port;
  const auto above = static_cast<std::uint16_t>(sip == 0 || sip == last ? 0 : sip + 1);
  return {config.sip.address, config.tls_port.value_or(above)};
}

bool uses_built_in_provider(const Config& config) {
  return config.has_built_in_provider.value_or(config.issuers.empty());
}

}  // namespace dering::app
