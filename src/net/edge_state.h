// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/log_gate.h"
#include "net/admission.h"
#include "net/byte_stream.h"
#include "net/edge.h"
#include "net/edge_inbox.h"
#include "net/edge_refusals.h"
#include "net/probes.h"
#include "net/security_fields.h"
#include "net/static_files.h"

namespace dering::net {

class HttpConnection;
class Listener;
class LocalListener;
class SipConnection;

/// Written by the edge thread, read by any.
struct EdgeCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> replaced{0};
  std::atomic<std::uint64_t> http_requests{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> unreadable_messages{0};
  std::atomic<std::uint64_t> stray_bytes{0};
  std::atomic<std::uint64_t> broken_streams{0};
  std::atomic<std::uint64_t> foreign_origins{0};
  std::atomic<std::uint64_t> slow_readers{0};
  std::atomic<std::uint64_t> deadlines{0};
};

/// What the listeners and connections of one edge share. Edge thread, but for the counters and the
/// inbox. Each connection is kept alive by its entry here and by the reads and writes it has under
/// way; it leaves its entry when it ends.
struct EdgeState {
  EdgeState(EdgeSettings settings_in, EdgeCallbacks callbacks_in, StaticFiles files_in);
  ~EdgeState();

  const SecurityFields& security_fields(bool is_tls) const {
    return is_tls ? tls_security_fields : plain_security_fields;
  }

  /// Who wants a place.
  struct Newcomer {
    SocketAddress peer;
    refusal::Transport transport;
    Admission::Kind kind;
  };
  /// A place for somebody new, if need be that of a neighbour who has not signed in and does
  /// nothing. Nothing, and a refusal that is told: there is none.
  std::optional<Admission::Ticket> admit(const Newcomer& newcomer);
  /// A place that is nobody's at first: that of a proxy, which may speak for many.
  std::optional<Admission::Ticket> admit_proxy(const Newcomer& newcomer);
  /// The same for a connection that is there already; false if there is none.
  bool count_for(Admission::Ticket& ticket, const Newcomer& newcomer);
  /// A connection, or what came on it, that was not served.
  void refuse(const SocketAddress& peer, refusal::Transport transport, refusal::What what,
              refusal::Reason reason);

  EdgeSettings settings;  ///< unchanged once run() has begun
  const EdgeCallbacks callbacks;
  const StaticFiles files;
  const SecurityFields plain_security_fields;
  const SecurityFields tls_security_fields;
  const std::shared_ptr<EdgeInbox> inbox;
  EdgeCounters counters;
  Admission admission;
  Admission local_admission;
  Probes probes;
  std::uint64_t last_connection = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<HttpConnection>> http;
  std::unordered_map<std::uint64_t, std::shared_ptr<SipConnection>> sip;
  std::vector<std::unique_ptr<Listener>> listeners;  ///< those of the web first, then SIP
  std::unique_ptr<LocalListener> local;
  std::unique_ptr<EdgeRefusals> refusals;
  LogGate contradictory_proxies;  ///< that name two clients
  LogGate certificate_line;
  /// Last, so that it goes first: what waits in it refers to all the rest.
  asio::io_context io{1};

 private:
  /// Ends the connection that has been idle for longest, if there is one.
  bool replace(std::optional<std::uint64_t> connection);
  void refuse_crowded(const Newcomer& newcomer);
};

/// Does what another thread asked for.
void deliver(EdgeState& edge, Letter letter);

/// A connection that was let in.
struct Accepted {
  std::uint64_t id;
  std::unique_ptr<ByteStream> stream;
  SocketAddress peer;
  SocketAddress local;  ///< of ours, that the peer reached
  bool is_tls;
  bool is_from_proxy;  ///< the other end of the connection is a trusted one
  Door door = Door::network;
  Admission::Ticket ticket;
};

}  // namespace dering::net
