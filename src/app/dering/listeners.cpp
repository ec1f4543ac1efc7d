// SPDX-License-Identifier: Apache-2.0
#include "app/dering/listeners.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>

#include "app/dering/issuers.h"
#include "app/dering/logo_file.h"
#include "app/dering/outward.h"
#include "app/dering/own_addresses.h"
#include "app/dering/port_holder.h"
#include "base/file_descriptor.h"
#include "base/web_url.h"

namespace dering::app {
SocketAddress address_of(const Listen& listen, bool has_ipv6) {
  const auto address = SocketAddress::from_text(listen.address, listen.port);
  const bool is_all = !address || address->is_unspecified();
  if (is_all && !has_ipv6) return SocketAddress::from_ipv4(0, listen.port);
  return address.value_or(SocketAddress{});
}

bool has_ipv6() {
  return static_cast<bool>(FileDescriptor(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
}

std::string host_of(const Config& config) {
  if (!config.host.empty()) return config.host;
  // Where people find the page, their desk phones find us too.
  const auto url =
      config.public_origins.empty() ? std::nullopt : read_web_url(config.public_origins.front());
  return url && !url->is_loopback() ? url->host : own_host_name();
}

namespace {

/// SIP has one port for UDP and TCP (RFC 3261 18.1.1). Where any will do, one that both have free.
std::expected<net::UdpSocket, std::string> open_sip_socket(const Config& config) {
  constexpr int tries = 20;
  for (int i = 1;; ++i) {
    auto socket = net::UdpSocket::bind(address_of(config.sip));
    if (!socket || config.sip.port != 0 || i == tries) return socket;
    const Listen same{config.sip.address, socket->local().port()};
    if (bind_error(PortKind::tcp, address_of(same)) == 0) return socket;
  }
}

}  // namespace

std::expected<Listeners, std::string> open_listeners(const Config& config, const DataPaths& paths,
                                                     net::EdgeCallbacks callbacks) {
  const bool has_certificate = !config.certificate.empty();
  const net::CertificateFiles certificate{
      .chain = (has_certificate ? config.certificate : paths.certificate).string(),
      .key = (has_certificate ? config.key : paths.certificate_key).string(),
  };
  auto sip = open_sip_socket(config);
  if (!sip) return std::unexpected(sip.error());
  net::EdgeSettings settings;
  settings.web = {{address_of(config.http), std::nullopt}, {address_of(config.https), certificate}};
  settings.sip = {{address_of({config.sip.address, sip->local().port()})},
                  {address_of(sip_over_tls(config)), certificate}};
  settings.admin_socket = paths.admin_socket.string();
  settings.static_directory = config.web.string();
  auto logo = read_logo(config.organisation.logo);
  if (!logo) return std::unexpected(logo.error());
  if (*logo) settings.static_extras.push_back(std::move(**logo));
  settings.connect_origins = issuer_origins(config);
  if (!config.embed_origins.empty()) {
    settings.frame_ancestors = fmt::format("'self' {}", fmt::join(config.embed_origins, " "));
  }
  settings.limits.connections_per_source = config.connections_per_address;
  settings.proxies = trusted_proxies(config);
  auto edge = net::Edge::open(std::move(settings), std::move(callbacks));
  if (!edge) return std::unexpected(edge.error());
  return Listeners{std::move(*edge), std::move(*sip)};
}

std::string https_of(const Config& config, const net::Edge& edge) {
  return fmt::format("https://{}:{}", host_of(config), edge.web_addresses().at(1).port());
}

std::vector<std::string> origins_of(const Config& config, const net::Edge& edge) {
  const std::uint16_t http = edge.web_addresses().at(0).port();
  const std::uint16_t https = edge.web_addresses().at(1).port();
  std::vector<std::string> origins;
  for (const std::string& host : {std::string("localhost"), std::string("127.0.0.1")}) {
    origins.push_back(fmt::format("http://{}:{}", host, http));
    origins.push_back(fmt::format("https://{}:{}", host, https));
  }
  if (host_of(config) != "localhost") {
    origins.push_back(https_of(config, edge));
    if (https == 443) origins.push_back(fmt::format("https://{}", host_of(config)));
  }
  for (const SocketAddress& address : own_addresses()) {
    if (!address.is_loopback()) {
      origins.push_back(fmt::format("https://{}:{}", address.host_for_uri(), https));
    }
  }
  return origins;
}

}  // namespace dering::app
