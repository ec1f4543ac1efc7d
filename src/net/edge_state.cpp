// SPDX-License-Identifier: Apache-2.0
#include "net/edge_state.h"

#include <utility>

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

std::optional<Admission::Ticket> EdgeState::admit(const Newcomer& newcomer) {
  auto ticket = admit_proxy(newcomer);
  if (ticket && !count_for(*ticket, newcomer)) return std::nullopt;
  return ticket;
}

std::optional<Admission::Ticket> EdgeState::admit_proxy(const Newcomer& newcomer) {
  if (admission.is_full()) replace(admission.offered(now()));
  auto ticket = admission.admit();
  if (!ticket) refuse_crowded(newcomer);
  return ticket;
}

bool EdgeState::count_for(Admission::Ticket& ticket, const Newcomer& newcomer) {
  const auto& [peer, transport, kind] = newcomer;
  if (ticket.count_for(peer, kind)) return true;
  if (replace(admission.offered(peer, kind, now())) && ticket.count_for(peer, kind)) return true;
  refuse_crowded(newcomer);
  return false;
}

bool EdgeState::replace(std::optional<std::uint64_t> connection) {
  if (!connection) return false;
  ++counters.replaced;
  // Between two requests, so that nothing is refused.
  if (const auto found = http.find(*connection); found != http.end()) {
    found->second->end();
    return true;
  }
  const auto found = sip.find(*connection);
  if (found != sip.end()) found->second->make_room();
  return found != sip.end();
}

void EdgeState::refuse_crowded(const Newcomer& newcomer) {
  ++counters.refused;
  refusals->report({.transport = newcomer.transport,
                    .source = newcomer.peer,
                    .what = refusal::What::connection,
                    .reason = refusal::Reason::too_many,
                    .is_proven = true,
                    .note = admission.is_full() ? "all connections are taken"
                                                : "limits.connections_per_address"});
}

void EdgeState::refuse(const SocketAddress& peer, refusal::Transport transport, refusal::What what,
                       refusal::Reason reason) {
  refusals->report(
      {.transport = transport, .source = peer, .what = what, .reason = reason, .is_proven = true});
}

}  // namespace dering::net
