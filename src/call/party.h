// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sip/flow.h"
#include "ua/peer.h"

namespace dering::call {

/// A user as the other side sees one, or somebody outside.
struct Party {
  std::string extension;     ///< of somebody outside: see outside_party()
  std::string display_name;  ///< UTF-8; may be empty
  bool is_hidden = false;    ///< others are not told who it is (RFC 3323)
  std::string trunk{};       ///< id of the one that leads to them; empty: somebody of this house
};

/// Somebody whom a trunk leads to. What stands for them among extensions is none that anybody here
/// can have, so that they have nobody's rights: the number with "+", or "1001@trunk".
inline Party outside_party(std::string_view number, std::string_view trunk) {
  std::string name(number);
  if (!number.starts_with('+')) name.append("@").append(trunk);
  return {.extension = std::move(name), .display_name = {}, .trunk = std::string(trunk)};
}

/// What can be dialled for them.
inline std::string_view number_of(const Party& party) {
  const std::string_view name = party.extension;
  return party.trunk.empty() ? name : name.substr(0, name.find('@'));
}

/// The same; of who hides, the word of RFC 3323 §4.1.1.3.
inline std::string_view shown_number_of(const Party& party) {
  return party.is_hidden ? std::string_view("anonymous") : number_of(party);
}

/// A phone that can be rung.
using Contact = ua::Target;

/// How a phone is offered sound; belongs to the way it is connected.
enum class MediaProfile : std::uint8_t {
  webrtc,  ///< DTLS-SRTP with ICE: a browser on a WebSocket
  srtp,    ///< SRTP with keys in the description (RFC 4568): a desk phone on TLS
  rtp,     ///< plain RTP: a desk phone on UDP or TCP
};
constexpr MediaProfile profile_of(const sip::Flow& flow) {
  if (is_websocket(flow.transport)) return MediaProfile::webrtc;
  return flow.transport == sip::Transport::tls ? MediaProfile::srtp : MediaProfile::rtp;
}

}  // namespace dering::call
