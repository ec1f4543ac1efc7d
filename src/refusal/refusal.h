// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/socket_address.h"

namespace dering::refusal {

/// How the refused one spoke to us.
enum class Transport : std::uint8_t { udp, tcp, tls, ws, wss, http, https };
std::string_view name_of(Transport transport);
/// Of a name as it stands in Via: "UDP", "WSS".
Transport transport_named(std::string_view via_name);

/// What was refused. The words are stable: see docs/refusals.md.
enum class What : std::uint8_t {
  registration,  ///< REGISTER
  call,          ///< INVITE
  request,       ///< any other SIP request
  message,       ///< bytes that should have been SIP
  sign_in,       ///< the form of the built-in provider
  token,         ///< its token endpoint
  api,           ///< a request to the HTTP API
  logout,        ///< a logout token
  websocket,     ///< the opening of a WebSocket
  http,          ///< bytes that should have been HTTP, or a request by a wrong name
  connection,    ///< a connection as such
};
std::string_view name_of(What what);

/// Why. The words are stable: see docs/refusals.md.
enum class Reason : std::uint8_t {
  wrong_password,
  unknown_name,    ///< nobody and no device is called that
  bad_token,       ///< forged, or no token at all
  foreign_token,   ///< somebody else's, or for another service
  expired_token,   ///< or of a sign-in that has ended
  not_allowed,     ///< known, and may not do that
  paused,          ///< too many wrong passwords before: not even looked at
  unsupported,     ///< a way to sign in that is not offered
  foreign_origin,  ///< a page of another web site
  foreign_host,    ///< a name that this server is not configured to have
  foreign_domain,  ///< a number of somebody else's switchboard
  foreign_dialog,  ///< a request into the call of somebody else
  unknown_dialog,  ///< a request into a call that is over, or never was
  not_served,      ///< a method, an extension or a body that nobody here understands
  out_of_order,    ///< older than what the same telephone has said since
  too_many,        ///< past a limit
  too_large,       ///< more bytes than are read
  too_small,       ///< a datagram so short that any answer would be larger than it may be
  too_slow,        ///< nothing, or not all of it, came in time; or answers were not read
  no_tls,          ///< the handshake failed
  malformed,       ///< not to be read
};
std::string_view name_of(Reason reason);

/// One refusal, or several of the same kind from the same source: what people and fail2ban get to
/// know of it. A challenge is none: who has not been asked yet has not failed. A value; the one
/// that refuses makes it, and everything in it but the words is from outside.
struct Refusal {
  Transport transport = Transport::udp;
  SocketAddress source = {};
  std::string name = {};  ///< as claimed; cut to `longest_name`; empty: none was said
  What what = What::request;
  Reason reason = Reason::malformed;
  /// Whether `name` is that of a person, a number or a device that exists.
  bool is_known_name = false;
  /// Whether answers to that source arrive: a connection, or digest credentials for our nonce.
  bool is_proven = false;
  std::uint32_t count = 1;
  /// What helps whoever looks after the server: static text of ours without a quote.
  std::string_view note = {};

  bool operator==(const Refusal&) const = default;
};

inline constexpr std::size_t longest_name = 64;  ///< bytes
/// Of any name, as Refusal keeps it.
std::string claimed(std::string_view name);

}  // namespace dering::refusal
