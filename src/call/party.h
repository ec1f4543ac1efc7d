// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sip/flow.h"
#include "ua/peer.h"

namespace dering::call {

/// A user as the other side sees one.
struct Party {
  std::string extension;
  std::string display_name;  ///< UTF-8; may be empty
  bool is_hidden = false;    ///< others are not told who it is (RFC 3323)
};

/// The extension; of who hides, the word of RFC 3323 §4.1.1.3.
inline std::string_view shown_number_of(const Party& party) {
  return party.is_hidden ? std::string_view("anonymous") : party.extension;
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
