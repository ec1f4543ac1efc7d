// SPDX-License-Identifier: Apache-2.0
#include "net/edge_state.h"

#include <utility>

#include "net/http_connection.h"
#include "net/listener.h"
#include "net/sip_connection.h"

namespace dering::net {

EdgeState::EdgeState(EdgeSettings settings_in, EdgeCallbacks callbacks_in, StaticFiles files_in)
    : settings(std::move(settings_in)),
      callbacks(std::move(callbacks_in)),
      files(std::move(files_in)),
      plain_security_fields(settings.connect_origins, settings.frame_ancestors, false),
      tls_security_fields(settings.connect_origins, settings.frame_ancestors, true),
      inbox(std::make_shared<EdgeInbox>(settings.limits.letters)),
      admission(settings.limits.connections, settings.limits.connections_per_source) {}

EdgeState::~EdgeState() {
  // Sockets must go before the io_context that watches them.
  http.clear();
  sip.clear();
  listeners.clear();
}

}  // namespace dering::net
