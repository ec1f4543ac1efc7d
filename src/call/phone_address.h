// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "base/socket_address.h"
#include "sdp/remote_media.h"

namespace dering::call {

/// Where we send to, of what a phone's description says; nothing where nothing shall be sent. Who
/// writes an address that others could not reach stands behind address translation, and who writes
/// one that is ours or our machine's, or a neighbour's on its own link, has us send there what it
/// likes: both get their sound where their signalling comes from.
///
/// `ours`: addresses of this switchboard and its engine.
std::optional<SocketAddress> reachable_address(const sdp::MediaAddress& said,
                                               const SocketAddress& signalling,
                                               std::span<const SocketAddress> ours);

}  // namespace dering::call
