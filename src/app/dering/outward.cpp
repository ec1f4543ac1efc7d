// SPDX-License-Identifier: Apache-2.0
#include "app/dering/outward.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/dering/listeners.h"
#include "app/dering/own_addresses.h"
#include "base/log.h"
#include "base/text.h"
#include "base/web_url.h"
#include "net/native_address.h"

namespace dering::app {
namespace {

std::vector<Subnet> subnets_of(const std::vector<std::string>& texts) {
  std::vector<Subnet> subnets;
  for (const std::string& text : texts) {
    if (const auto subnet = Subnet::from_text(text)) subnets.push_back(*subnet);
  }
  return subnets;
}

/// Nothing if the network's media goes where its flows come to.
std::optional<SocketAddress> media_of(const NetworkConfig& network) {
  const std::string& host = network.media_outward.empty() ? network.outward : network.media_outward;
  if (host.empty()) return std::nullopt;
  const auto address = net::look_up(host);
  if (!address) {
    log::error("network {}: the address of {} can't be found, so media goes where SIP came to",
               network.subnets.front(), host);
    return std::nullopt;
  }
  return SocketAddress::from_ipv6(address->ipv6(), network.media_port);
}

net::WebAddress stated(const std::string& text) {
  const std::string origin = read_web_url(text)->origin();
  return {origin, text.substr(origin.size()), net::WebAddress::Kind::stated};
}

/// "network.outward" of somewhere that no peer can send to.
std::optional<std::string> fault_of_host(std::string_view key, const std::string& host) {
  const auto address = SocketAddress::from_text(host, 0);
  if (!address || !address->is_unspecified()) return std::nullopt;
  return fmt::format("{} {} is no address that anybody can send to.", key, host);
}

std::optional<std::string> fault_of(const NetworkConfig& network) {
  if (auto fault = fault_of_host("network.outward", network.outward)) return fault;
  if (auto fault = fault_of_host("network.media_outward", network.media_outward)) return fault;
  const bool has_media_address = !network.outward.empty() || !network.media_outward.empty();
  if (network.media_port != 0 && !has_media_address) {
    return fmt::format("network {} has a media_port, but neither outward nor media_outward.",
                       network.subnets.front());
  }
  const auto address = SocketAddress::from_text(network.outward, 0);
  for (const Subnet& subnet : subnets_of(network.subnets)) {
    if (!address || address->is_ipv4() == subnet.is_ipv4()) continue;
    return fmt::format("network {} can't send to {}, which is of the other IP version.",
                       network.subnets.front(), network.outward);
  }
  return std::nullopt;
}

std::optional<std::string> fault_of(const std::vector<NetworkConfig>& networks) {
  std::vector<Subnet> seen;
  for (const NetworkConfig& network : networks) {
    if (auto fault = fault_of(network)) return fault;
    for (const std::string& text : network.subnets) {
      const Subnet subnet = *Subnet::from_text(text);
      if (std::ranges::find(seen, subnet) != seen.end()) {
        return fmt::format("{} is in two networks.", text);
      }
      seen.push_back(subnet);
    }
  }
  return std::nullopt;
}

bool is_loopback(const std::string& address) {
  const auto parsed = SocketAddress::from_text(address, 0);
  return parsed && parsed->is_loopback();
}

std::optional<std::string> fault_of_proxies(const Config& config) {
  const std::vector<Subnet> trusted = subnets_of(config.proxy.trusted);
  if (std::ranges::any_of(trusted, &Subnet::is_everything)) {
    return "proxy.trusted holds every address, so that everybody could pass for anybody: name the "
           "proxies.";
  }
  const auto loopback = {SocketAddress::from_ipv4(0x7f000001, 0),
                         *SocketAddress::from_text("::1", 0)};
  const bool has_local_proxy = std::ranges::any_of(trusted, [&](const Subnet& one) {
    return std::ranges::any_of(loopback, [&](const auto& it) { return one.contains(it); }) ||
           one.contains(*SocketAddress::from_text(config.http.address, 0));
  });
  if (!trusted.empty() && !has_local_proxy && is_loopback(config.http.address) &&
      is_loopback(config.https.address) && is_loopback(config.sip.address)) {
    return fmt::format(
        "no proxy at {} reaches this machine: [http], [https] and [sip] listen on "
        "its own addresses of loopback only.",
        config.proxy.trusted.front());
  }
  if (trusted.empty() && config.proxy.header != net::ForwardedBy::either) {
    return "proxy.header says what a proxy's fields are, but proxy.trusted names no proxy.";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_origins(const Config& config) {
  std::set<std::string> seen;
  for (const std::string& origin : config.public_origins) {
    if (!seen.insert(origin).second) {
      return fmt::format("public.origins has {} twice.", origin);
    }
  }
  return std::nullopt;
}

}  // namespace

Networks networks_of(const Config& config) {
  std::vector<Network> networks;
  for (const NetworkConfig& one : config.networks) {
    const auto address = SocketAddress::from_text(one.outward, 0);
    networks.push_back({subnets_of(one.subnets), address ? address->host_for_uri() : one.outward,
                        one.sip_port, media_of(one), one.tls_port});
  }
  return Networks(std::move(networks));
}

std::vector<std::string> domains_of(const Config& config) {
  std::vector<std::string> hosts = config.sip_domains;
  hosts.push_back(host_of(config));
  hosts.push_back(own_host_name());
  for (const NetworkConfig& network : config.networks) hosts.push_back(network.outward);
  for (const std::string& origin : config.public_origins) {
    hosts.push_back(read_web_url(origin)->host);
  }
  for (std::string& host : hosts) {
    const auto address = SocketAddress::from_text(host, 0);
    host = address ? address->ip_text() : in_lower_case(host);
  }
  std::erase(hosts, "");
  return hosts;
}

net::TrustedProxies trusted_proxies(const Config& config) {
  return {subnets_of(config.proxy.trusted), config.proxy.header};
}

std::vector<net::WebAddress> web_addresses(const Config& config,
                                           const std::vector<std::string>& own_origins) {
  std::vector<net::WebAddress> addresses;
  std::set<std::string> prefixes{""};
  for (const std::string& text : config.public_origins) {
    addresses.push_back(stated(text));
    prefixes.insert(addresses.back().prefix);
  }
  const auto is_there = [&](const net::WebAddress& one) {
    return std::ranges::any_of(addresses, [&](const auto& it) { return it.base() == one.base(); });
  };
  for (const std::string& origin : own_origins) {
    for (const std::string& prefix : prefixes) {
      net::WebAddress own{origin, prefix, net::WebAddress::Kind::own};
      if (!is_there(own)) addresses.push_back(std::move(own));
    }
  }
  return addresses;
}

std::vector<std::string> websocket_origins(const Config& config,
                                           const std::vector<net::WebAddress>& addresses) {
  std::set<std::string> origins(config.websocket_origins.begin(), config.websocket_origins.end());
  for (const net::WebAddress& one : addresses) origins.insert(one.origin);
  return {origins.begin(), origins.end()};
}

std::optional<std::string> fault_of_addresses(const Config& config) {
  if (auto fault = fault_of(config.networks)) return fault;
  if (auto fault = fault_of_proxies(config)) return fault;
  return fault_of_origins(config);
}

}  // namespace dering::app
