// SPDX-License-Identifier: Apache-2.0
#include "app/dering/taken_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include "app/dering/data_directory.h"
#include "app/dering/listeners.h"
#include "app/dering/port_holder.h"

namespace dering::app {
namespace {

/// A port we listen on, with the words of the command line and of the
/// configuration file for it.
struct Wish {
  PortKind kind;
  SocketAddress address;
  std::string_view section;
  std::string_view option;
  std::string_view setting = "port";
};

std::string_view name_of(PortKind kind) {
  return kind == PortKind::tcp ? "TCP" : "UDP";
}

/// True if an engine that outlived its switchboard holds the media port,
/// rightly.
bool engine_is_there(const Config& config) {
  std::error_code error;
  return std::filesystem::exists(DataPaths(config.data).media_socket, error);
}

std::vector<Wish> wishes_of(const Config& config) {
  std::vector<Wish> wishes{
      {PortKind::tcp, address_of(config.http), "http", "--port"},
      {PortKind::tcp, address_of(config.https), "https", "--https-port"},
      {PortKind::tcp, address_of(config.sip), "sip", "--sip-port"},
      {PortKind::udp, address_of(config.sip), "sip", "--sip-port"},
      {PortKind::tcp, address_of(sip_over_tls(config)), "sip", "--sip-tls-port", "tls_port"},
  };
  if (!engine_is_there(config)) {
    const bool any = config.media_addresses.size() != 1;
    const Listen media{any ? "0.0.0.0" : config.media_addresses.front(), config.media_port};
    wishes.push_back({PortKind::udp, address_of(media), "media", "--media-port"});
  }
  return wishes;
}

SocketAddress with_port(const SocketAddress& address, std::uint16_t port) {
  return SocketAddress::from_ipv6(address.ipv6(), port);
}

/// Ten further on, or twenty, …: the first one that is free for TCP and UDP and
/// nobody else's wish.
std::uint16_t free_port(const SocketAddress& address, const std::vector<Wish>& wishes) {
  constexpr unsigned step = 10, tries = 50, first_unreserved = 1024, last = 65'535;
  unsigned port = address.port() < first_unreserved ? address.port() + 8000U : address.port();
  for (unsigned i = 0; i < tries; ++i) {
    port = port + step <= last ? port + step : first_unreserved;
    const SocketAddress other = with_port(address, static_cast<std::uint16_t>(port));
    const bool is_wished =
        std::ranges::any_of(wishes, [&](const Wish& wish) { return wish.address.port() == port; });
    if (!is_wished && bind_error(PortKind::tcp, other) == 0 &&
        bind_error(PortKind::udp, other) == 0)
      break;
  }
  return static_cast<std::uint16_t>(port);
}

std::string fault_of(const Wish& wish, int error, const std::vector<Wish>& wishes) {
  const bool is_all = wish.address.is_unspecified();
  const std::string what = fmt::format("{} port {}{}", name_of(wish.kind), wish.address.port(),
                                       is_all ? std::string() : " on " + wish.address.ip_text());
  if (error != EADDRINUSE && error != EACCES) {
    return fmt::format(
        "cannot listen on {}: {}; the address is {}.address in "
        "the configuration file.",
        what, std::generic_category().message(error), wish.section);
  }
  const std::string why = error == EACCES
                              ? "is for root and programs with CAP_NET_BIND_SERVICE"
                              : "is already in use by " + holder_of(wish.kind, wish.address);
  const std::uint16_t other = free_port(wish.address, wishes);
  return fmt::format(
      "{} {}; choose another with {} {}, or {} = {} below "
      "[{}] in dering.toml.",
      what, why, wish.option, other, wish.setting, other, wish.section);
}

}  // namespace

std::optional<std::string> taken_port(const Config& config) {
  const std::vector<Wish> wishes = wishes_of(config);
  for (const Wish& wish : wishes) {
    if (const int error = bind_error(wish.kind, wish.address)) return fault_of(wish, error, wishes);
  }
  return std::nullopt;
}

}  // namespace dering::app
