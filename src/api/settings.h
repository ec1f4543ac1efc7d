// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dering::api {

/// An OpenID provider besides the built-in one, as the phone's page has to know it.
struct ExternalIssuer {
  std::string url;
  std::string client_id;
  std::string audience;
  std::string label;  ///< on the sign-in button; empty: the host of the url
};

/// Whose telephone this is, as its pages say it.
struct Organisation {
  std::string name = {};  ///< empty: ours
  std::string logo = {};  ///< its address on this server without the first slash; empty: our bell

  std::string_view name_or_ours() const { return name.empty() ? "Dering" : std::string_view(name); }
};

struct Settings {
  /// How the phone's page may be reached, "https://host:8443", or "https://host/phone" below a
  /// prefix: each is an issuer of its own.
  std::vector<std::string> origins;
  /// Whose pages may open a WebSocket; see net::EdgeSettings::allowed_origins.
  std::vector<std::string> websocket_origins = {};
  /// Whose pages may show the phone in a frame and use it by messages; the page has to know them.
  std::vector<std::string> embed_origins = {};
  Organisation organisation = {};
  std::string realm = "dering";  ///< the SIP domain
  /// Whether the built-in provider signs people in; without it its addresses lead nowhere.
  bool has_built_in = true;
  std::vector<ExternalIssuer> issuers = {};
  /// Where desk phones connect to: by UDP and TCP, and by TLS.
  std::string sip_host = {};
  std::uint16_t sip_port = 5060;
  std::uint16_t sip_tls_port = 5061;
};

}  // namespace dering::api
