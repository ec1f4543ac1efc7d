// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "base/socket_address.h"
#include "sdp/description.h"
#include "sdp/reading.h"

namespace dering::sdp {

/// Our o= line. The version grows by one with every description that differs from the last one
/// towards the same phone (RFC 3264 §8).
struct Origin {
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
};

/// Where a phone reaches the media engine.
struct Relay {
  IceCredentials ice;                    ///< ours towards this phone
  std::vector<SocketAddress> addresses;  ///< IP and UDP port, best first; not empty
};

/// Why a description cannot be passed on or answered; the offerer gets 488.
enum class Unusable : std::uint8_t {
  not_webrtc,  ///< see is_webrtc()
  no_common_codec,
  sections_missing,  ///< fewer media sections than before (RFC 3264 §8)
  not_a_description,
  no_sound,          ///< no section whose sound could be taken
  other_protection,  ///< an answer whose keys are not of the kind that was offered
  no_keys,           ///< sound without keys, where LocalMedia::clear takes none
};
std::string_view name_of(Unusable reason);

/// For the sealed relay: the description of one browser as the other one shall see it. ICE
/// credentials, candidates, addresses and ports become the engine's, which is an ICE-lite agent;
/// keys, setup roles, codecs, streams and directions stay as they are, so that the browsers shake
/// hands with each other.
std::expected<SessionDescription, Unusable> relay_rewrite(SessionDescription description,
                                                          const Relay& relay, Origin origin);

// ---- Pieces of it, for the answers
// ----------------------------------------------------------------

void set_origin(SessionDescription& description, Origin origin);
/// The same with an address of ours, for phones that look at it.
void set_origin(SessionDescription& description, Origin origin, const SocketAddress& address);
/// The c= line of a section that has none.
void set_connection(Lines& lines, const SocketAddress& address);
/// m= port, c= line, credentials and candidates of one section; a rejected one gets the c= line
/// alone.
void set_transport(MediaSection& section, const Relay& relay);

}  // namespace dering::sdp
