// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/dering/issuer_config.h"
#include "base/port_range.h"
#include "base/socket_address.h"
#include "net/forwarding.h"
#include "switchboard/settings.h"

namespace dering::app {

/// An address and port to listen on; "::" is all addresses of both IP versions.
struct Listen {
  std::string address;
  std::uint16_t port = 0;
};

/// [[network]]: how its peers reach us where they do not see our own addresses.
struct NetworkConfig {
  std::vector<std::string> subnets{};  ///< of the peers
  std::string outward{};               ///< name or address; empty: the one that they send to
  std::uint16_t sip_port = 0;          ///< 0: the one that they send to
  std::string media_outward{};         ///< empty: as outward
  std::uint16_t media_port = 0;        ///< 0: media.port
  std::uint16_t tls_port = 0;          ///< 0: the one that they send to
};

/// [[trunk]]: what the plan does not say of one, since it is nobody's to read.
struct TrunkConfig {
  std::string id{};                     ///< as in the plan
  std::filesystem::path secret_file{};  ///< its first line is the password
  std::string realm{};                  ///< the only one that is told; empty: any of that trunk
};

/// [proxy]
struct ProxyConfig {
  std::vector<std::string> trusted{};
  net::ForwardedBy header = net::ForwardedBy::either;
};

/// [organisation]
struct OrganisationConfig {
  std::string name{};            ///< empty: "Dering"
  std::filesystem::path logo{};  ///< SVG or PNG; empty: our bell
};

/// What becomes of a call in progress when the issuer ends the sign-in of one party.
using CallsAfterLogout = switchboard::CallsAfterSignOut;

/// All settings of the switchboard, as the configuration file and the command line give them.
struct Config {
  std::filesystem::path data = "var";  ///< database, keys, certificate, sockets
  std::filesystem::path web;           ///< the built web app

  Listen http{"127.0.0.1", 8080};
  Listen https{"::", 8443};
  std::string host;                   ///< the name in https://<host>; empty: this machine's
  std::filesystem::path certificate;  ///< PEM; empty: self-signed in the data folder
  std::filesystem::path key;

  Listen sip{"::", 5060};                 ///< UDP and TCP
  std::optional<std::uint16_t> tls_port;  ///< of SIP over TLS; nothing: the one above sip.port
  std::string realm = "dering";
  bool md5 = true;  ///< desk phones may sign in with MD5; SHA-256 is offered first
  std::vector<std::string> sip_domains;  ///< more names of ours in what phones dial

  std::vector<std::string> media_addresses;  ///< empty: found by the engine
  std::uint16_t media_port = 10'000;
  PortRange rtp_ports{20'000, 20'999};  ///< of the engine, for phones without ICE: two a phone
  std::uint32_t media_threads = 1;
  call::MediaSettings sound;
  bool starts_engine = true;  ///< false when a service manager runs dering-media

  std::uint32_t ring_seconds = 60;
  std::uint32_t park_seconds = 60;  ///< until a parked call returns
  std::uint32_t connections_per_address = 200;
  std::uint32_t bindings_per_user = 10;
  std::uint32_t calls = 5'000;
  std::uint32_t calls_per_user = 4;
  // Of one phone, and four times as many of one user.
  std::uint32_t new_calls_per_minute = 60;
  std::uint32_t refreshes_per_minute = 120;
  std::uint32_t registrations_per_minute = 60;
  std::uint32_t subscriptions_per_minute = 600;
  std::uint32_t texts_per_minute = 60;
  std::uint32_t subscriptions = 50'000;
  std::uint32_t subscriptions_per_user = 1'000;

  std::uint32_t keep_days = 90;  ///< how long call records are kept

  std::string log_level = "info";
  std::filesystem::path sip_log_file;     ///< empty: sip.log in the data folder, when told to
  std::uint32_t sip_log_megabytes = 256;  ///< of all its parts
  std::uint32_t sip_log_days = 14;        ///< after which a part of it is forgotten
  std::uint32_t trace_megabytes = 16;     ///< of SIP messages kept in memory; 0: none

  OrganisationConfig organisation;
  std::vector<std::string>
      embed_origins;  ///< pages that may show the phone in a frame and call with it
  std::vector<std::string> websocket_origins;  ///< pages of others that may be phones; "none"
  std::vector<std::string> public_origins;     ///< with a prefix where there is one
  ProxyConfig proxy;
  std::vector<NetworkConfig> networks;
  std::vector<TrunkConfig> trunks;
  std::vector<std::string>
      dns_servers;  ///< "192.0.2.53", "[2001:db8::53]:5353"; empty: the system's

  std::vector<IssuerConfig> issuers;
  std::optional<bool> has_built_in_provider;  ///< nothing: only if there is no other issuer
  CallsAfterLogout calls_after_logout = CallsAfterLogout::finish;
  std::uint32_t first_extension = 1001;  ///< numbers for people without a range of their own
  std::uint32_t last_extension = 9999;
};

bool uses_built_in_provider(const Config& config);

/// Where desk phones find SIP over TLS. Port 0, as in [sip]: a free one.
Listen sip_over_tls(const Config& config);

/// One of dns_servers.
std::optional<SocketAddress> name_server(std::string_view text);

/// Reads a TOML file over `defaults`. Unknown keys, wrong types and values out of range are refused
/// with one sentence that names file and line.
std::expected<Config, std::string> read_config(const std::filesystem::path& file, Config defaults);

/// What no single key can show wrong: ports used twice, a certificate without its key, addresses
/// that contradict each other.
std::optional<std::string> fault_of(const Config& config);

}  // namespace dering::app
