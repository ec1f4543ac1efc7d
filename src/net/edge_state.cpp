// SPDX-License-Identifier: Apache-2.0
#include "net/edge_state.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "net/clock.h"
#include "net/http_connection.h"
#include "net/listener.h"
#include "net/local_listener.h"
#include "net/sip_connection.h"

namespace dering::net {

EdgeState::EdgeState(EdgeSettings settings_in, EdgeCallbacks callbacks_in, StaticFiles files_in)
    : settings(std::move(settings_in)),
      callbacks(std::move(callbacks_in)),
      files(std::move(files_in)),
      plain_security_fields(settings.connect_origins, settings.frame_ancestors, false),
      tls_security_fields(settings.connect_origins, settings.frame_ancestors, true),
      inbox(std::make_shared<EdgeInbox>(settings.limits.letters)),
      admission(settings.limits.connections, settings.limits.connections_per_source),
      local_admission(settings.limits.local_connections, settings.limits.local_connections) {
  // Once `io` is there.
  refusals = std::make_unique<EdgeRefusals>(io, callbacks.on_refused);
}

EdgeState::~EdgeState() {
  // Sockets must go before the io_context that watches them.
  http.clear();
  sip.clear();
  listeners.clear();
  local.reset();
  refusals.reset();
}

std::optional<Admission::Ticket> EdgeState::admit(const SocketAddress& peer,
                                                  std::optional<Admission::Kind> kind) {
  if (admission.is_full()) replace(admission.offered(now()));
  auto ticket = admission.admit();
  if (!ticket) {
    refuse_crowded(peer);
    return std::nullopt;
  }
  if (kind && !count_for(*ticket, peer, *kind)) return std::nullopt;
  return ticket;
}

bool EdgeState::count_for(Admission::Ticket& ticket, const SocketAddress& peer,
                          Admission::Kind kind) {
  if (ticket.count_for(peer, kind)) return true;
  if (replace(admission.offered(peer, kind, now())) && ticket.count_for(peer, kind)) return true;
  refuse_crowded(peer);
  return false;
}

bool EdgeState::replace(std::optional<std::uint64_t> connection) {
  if (!connection) return false;
  ++counters.replaced;
  if (const auto found = http.find(*connection); found != http.end()) {
    found->second->end();
    return true;
  }
  const auto found = sip.find(*connection);
  if (found != sip.end()) found->second->end();
  return found != sip.end();
}

void EdgeState::refuse_crowded(const SocketAddress& peer) {
  ++counters.refused;
  refusals->report({.transport = refusal::Transport::tcp,
                    .source = peer,
                    .what = refusal::What::connection,
                    .reason = refusal::Reason::too_many,
                    .is_proven = true});
  if (admission.is_full()) {
    return complain(Complaint::crowded,
                    fmt::format("refused a connection from {}: all {} are taken", peer.ip_text(),
                                settings.limits.connections));
  }
  complain(Complaint::crowded,
           fmt::format("refused a connection from {}: {} that have not signed in are open from "
                       "there (limits.connections_per_address)",
                       peer.ip_text(), settings.limits.connections_per_source));
}

void EdgeState::complain(Complaint kind, std::string_view sentence) {
  const auto line = complaints_.at(static_cast<std::size_t>(kind)).on(sentence, now());
  if (line) log::write(log::Level::warning, *line);
}

}  // namespace dering::net
