// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "net/admission.h"
#include "net/byte_stream.h"
#include "net/edge.h"
#include "net/edge_inbox.h"
#include "net/probes.h"
#include "net/security_fields.h"
#include "net/static_files.h"

namespace dering::net {

class HttpConnection;
class Listener;
class SipConnection;

/// Written by the edge thread, read by any.
struct EdgeCounters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};
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

  EdgeSettings settings;  ///< unchanged once run() has begun
  const EdgeCallbacks callbacks;
  const StaticFiles files;
  const SecurityFields plain_security_fields;
  const SecurityFields tls_security_fields;
  const std::shared_ptr<EdgeInbox> inbox;
  EdgeCounters counters;
  Admission admission;
  Probes probes;
  std::uint64_t last_connection = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<HttpConnection>> http;
  std::unordered_map<std::uint64_t, std::shared_ptr<SipConnection>> sip;
  std::vector<std::unique_ptr<Listener>> listeners;  ///< those of the web first
  /// Last, so that it goes first: what waits in it refers to all the rest.
  asio::io_context io{1};
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
  Admission::Ticket ticket;
};

}  // namespace dering::net
