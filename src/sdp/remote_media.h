// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/socket_address.h"
#include "sdp/codec.h"
#include "sdp/crypto_attribute.h"
#include "sdp/description.h"
#include "sdp/reading.h"
#include "sdp/rewrite.h"

namespace dering::sdp {

/// What keeps the sound of a section from others.
enum class Protection : std::uint8_t {
  none,  ///< RTP/AVP
  sdes,  ///< RTP/SAVP with a=crypto (RFC 4568)
  dtls,  ///< UDP/TLS/RTP/SAVPF with a fingerprint (RFC 5763), over ICE
};

/// Where a description says that RTP shall go, or RTCP.
struct MediaAddress {
  /// Nothing where a name stands, which nobody looks up here.
  std::optional<SocketAddress> ip;
  std::uint16_t port = 0;

  /// RFC 3264 §8.4: c=0.0.0.0, and :: as well, means that nothing shall be sent.
  bool is_nowhere() const { return ip && ip->is_unspecified(); }
  bool operator==(const MediaAddress&) const = default;
};

/// What a phone says of the one section of its description that carries the sound of a leg.
struct RemoteMedia {
  std::size_t section = 0;
  Protection protection{};
  std::vector<Codec> codecs;
  Direction direction{};  ///< the phone's; without an address it hears nothing
  unsigned ptime = 0;     ///< milliseconds; 0: not said
  MediaAddress rtp;
  MediaAddress rtcp;  ///< port 0: the one above `rtp`
  bool rtcp_mux = false;
  // DTLS
  IceCredentials ice;
  std::string fingerprint;
  std::optional<Setup> setup;
  /// Whatever it is offered in this dialog; see can_change_certificate().
  bool keeps_keys = false;
  // SDES, of an offer: the line that we take
  std::optional<CryptoAttribute> crypto;
};

/// How a section is protected, or nothing where it is none that we could take.
std::optional<Protection> protection_of(const SessionDescription& description,
                                        const MediaSection& section);
/// Section `index`, which has a protection. Codecs are those that we know, whichever they are.
RemoteMedia read_media(const SessionDescription& description, std::size_t index);

}  // namespace dering::sdp
