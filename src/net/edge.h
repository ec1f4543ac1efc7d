// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "net/forwarding.h"
#include "net/http_message.h"
#include "net/message_rate.h"
#include "net/probes.h"
#include "net/static_files.h"
#include "net/web_address.h"
#include "refusal/refusal.h"
#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::net {

/// Paths of a certificate chain and its private key, both PEM.
struct CertificateFiles {
  std::string chain;
  std::string key;
};

/// One port for pages, API and WebSocket: https and wss with a certificate, else http and ws.
struct WebListener {
  SocketAddress address;
  std::optional<CertificateFiles> tls;
};

/// Caps; whoever goes past one is refused or closed, and counted.
struct EdgeLimits {
  std::size_t connections = 20'000;
  /// That nobody has signed in on, of one IPv4 address or one IPv6 /64: so many of the web and so
  /// many of SIP.
  std::size_t connections_per_source = 200;
  std::size_t local_connections = 64;   ///< on the admin socket
  std::size_t http_target = 4 * 1024;   ///< bytes of path and query; past it 414
  std::size_t http_header = 16 * 1024;  ///< bytes; past it 431
  std::size_t http_body = 64 * 1024;    ///< bytes; past it 413
  /// The same on the admin socket, for who owns the machine: a whole plan of routes and a bit more,
  /// so that it is the API that says how big one may be.
  std::size_t local_http_body = 11 * 1024 * 1024;
  std::size_t websocket_message = 64 * 1024;    ///< bytes; past it close code 1009
  std::size_t write_queue = 1024 * 1024;        ///< bytes waiting for a slow reader of SIP
  std::size_t event_queue = 256 * 1024;         ///< bytes waiting for a slow reader of events
  std::size_t unreadable_messages_in_row = 10;  ///< SIP messages that cannot be parsed
  std::size_t letters = 65'536;                 ///< waiting from other threads, of a kind
  /// SIP on one connection, before somebody has signed in on it and after. Past it the connection
  /// is not read for a while.
  RateLimits stranger_rate{
      .messages = 20, .bytes = 64 * 1024, .burst_messages = 40, .burst_bytes = 256 * 1024};
  RateLimits signed_in_rate{.messages = 500,
                            .bytes = 2 * 1024 * 1024,
                            .burst_messages = 2'000,
                            .burst_bytes = 8 * 1024 * 1024};
};

/// Deadlines. All are short in tests.
struct EdgeTimes {
  std::chrono::milliseconds http_header{10'000};    ///< first byte to whole request; TLS handshake
  std::chrono::milliseconds http_idle{30'000};      ///< between requests, and to a slow reader
  std::chrono::milliseconds http_reply{60'000};     ///< how long on_http may take
  std::chrono::milliseconds first_message{30'000};  ///< to the first readable SIP message
  std::chrono::milliseconds answer{30'000};         ///< how long a token may be judged
  /// To signing in, before somebody else of a crowded source gets the place.
  std::chrono::milliseconds sign_in{10'000};
  std::chrono::milliseconds tcp_quiet{900'000};  ///< TCP without a byte, unless kept
  std::chrono::milliseconds farewell{2'000};     ///< for the last answers of a TCP connection
  std::chrono::milliseconds websocket_ping{
      25'000};  ///< quiet before a ping; again as long for pong
  std::chrono::milliseconds event_heartbeat{15'000};  ///< comment line on a quiet event stream
};

/// One port for SIP over a stream: TLS with a certificate, else TCP (RFC 3261 §18).
struct SipListener {
  SocketAddress address;
  std::optional<CertificateFiles> tls{};
};

struct EdgeSettings {
  std::vector<WebListener> web;
  std::vector<SipListener> sip;
  /// Where administrators of this machine reach the API without a token; empty: nowhere.
  std::string admin_socket;
  /// Where a WebSocket upgrade for SIP (RFC 7118) is accepted.
  std::string sip_path = "/ws/sip";
  /// Requests whose path starts with one of these go to on_http; all others are static files.
  std::vector<std::string> handled_prefixes = {"/api/", "/oidc/", "/.well-known/", "/config.json"};
  /// Directory read into memory by Edge::open(); empty: no static files.
  std::string static_directory;
  /// Static files besides those.
  std::vector<StaticFiles::Extra> static_extras;
  /// "https://phone.example:8443": pages that may open a WebSocket, and "none" for programs that
  /// are no page and name none. All others get 403.
  std::vector<std::string> allowed_origins;
  /// How pages are reached.
  std::vector<WebAddress> addresses;
  /// Whose word is believed about who speaks through them.
  TrustedProxies proxies;
  /// Further sources the pages may fetch from (CSP connect-src), and show in a frame where they may
  /// be shown in one themselves (frame-src): origins of OpenID providers.
  std::vector<std::string> connect_origins;
  /// CSP frame-ancestors.
  std::string frame_ancestors = "'none'";
  EdgeLimits limits;
  EdgeTimes times;
};

/// Why we end a connection; a WebSocket tells its page by the close code.
enum class CloseReason : std::uint8_t {
  normal,      ///< 1000
  signed_out,  ///< 4401: the sign-in has ended; another connection needs another token
};

/// Whether anybody has signed in on a connection: Edge::keep() was called for it.
enum class Standing : std::uint8_t { stranger, signed_in };

/// Inputs for the application. All are called on the edge thread and must return soon.
struct EdgeCallbacks {
  /// A request below a handled prefix. Answer through the reply, from any thread.
  std::function<void(HttpRequest, std::unique_ptr<HttpReply>)> on_http;
  /// A SIP message that could be parsed; it may still carry a refusal(). False if there is no room
  /// for it now: it is as it was, the edge offers it again soon, and reads nothing more from that
  /// connection meanwhile.
  std::function<bool(const sip::Flow&, sip::Message&, Standing)> on_message;
  /// Exactly once for each connection that had an on_message.
  std::function<void(const sip::FlowClosed&)> on_flow_closed;
  /// Who was not let in, at most some hundred a second with counts; may be empty.
  std::function<void(refusal::Refusal)> on_refused = {};
};

/// What the edge has seen since it was opened, for metrics.
struct EdgeCounts {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;   ///< past a cap
  std::uint64_t connections_replaced = 0;  ///< idle ones that made room for others
  std::uint64_t http_requests = 0;
  std::uint64_t messages = 0;
  std::uint64_t unreadable_messages = 0;
  std::uint64_t stray_bytes = 0;      ///< skipped between messages over TCP
  std::uint64_t broken_streams = 0;   ///< TCP connections closed because no message could be cut
  std::uint64_t foreign_origins = 0;  ///< WebSocket upgrades refused with 403
  std::uint64_t slow_readers = 0;     ///< closed with a full write queue
  std::uint64_t deadlines = 0;        ///< closed because a deadline passed
  std::uint64_t letters_refused = 0;  ///< SIP messages and events from other threads
  std::uint64_t refusals_unseen = 0;  ///< of so many kinds at once that they were not told
};

/// All connections of the switchboard: HTTP, WebSocket, SIP over TCP and TLS. Lives on one thread,
/// which app/ starts and which calls run(). Verbs marked "any thread" only leave a letter for it.
class Edge {
 public:
  /// Binds all listeners, reads certificates and static files. The error is one sentence that names
  /// the address or file.
  static std::expected<std::unique_ptr<Edge>, std::string> open(EdgeSettings settings,
                                                                EdgeCallbacks callbacks);
  /// run() must have returned or never begun. Replies and event streams may outlive the edge.
  ~Edge();

  /// Before run(): pages of these origins may open a WebSocket, besides those of the settings. For
  /// origins that name a port which was not known before the sockets were bound.
  void allow_origins(const std::vector<std::string>& origins);
  /// Before run(): the same for the addresses of pages.
  void be_reached_at(const std::vector<WebAddress>& addresses);

  /// Serves until stop(). Returns after all connections are closed and on_flow_closed was called.
  void run();
  void stop();  ///< any thread

  /// Any thread. One SIP message; on a WebSocket a text message if it is UTF-8, else binary
  /// (RFC 7118 §5). Unknown and closed flows are ignored.
  void send(const sip::Flow& flow, std::string bytes);
  /// Any thread. Closes the connection; on_flow_closed follows.
  void close(const sip::Flow& flow, CloseReason reason = CloseReason::normal);
  /// Any thread. Somebody has signed in on the flow: tcp_quiet no longer closes it, it is read
  /// faster, and it is not counted among those of its source.
  void keep(const sip::Flow& flow);

  /// Any thread. What /readyz says from now on; to be said again within Probes::good_for.
  void tell_readiness(Readiness readiness);

  /// Any thread. Reads the certificate files again; new connections get the new certificate. On an
  /// error the old ones stay.
  std::expected<void, std::string> reload_certificates();

  /// Where it listens, in the order of the settings, with the real port where 0 was asked for.
  const std::vector<SocketAddress>& web_addresses() const;
  const std::vector<SocketAddress>& sip_addresses() const;

  EdgeCounts counts() const;  ///< any thread

 private:
  class Impl;
  explicit Edge(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dering::net
