// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/description.h"

namespace dering::sdp {

/// ICE user fragment (4–256 characters) and password (22–256) of one side (RFC 8445 §5.3).
struct IceCredentials {
  std::string ufrag;
  std::string pwd;

  bool operator==(const IceCredentials&) const = default;
};

/// Who starts the DTLS handshake (RFC 4145, RFC 5763 §5).
enum class Setup : std::uint8_t { actpass, active, passive, holdconn };
std::string_view name_of(Setup setup);
/// The role that answers an offered one: active to passive, else passive (browsers offer actpass).
Setup answering(Setup offered);

/// Which way media flows, seen from the one who wrote it (RFC 3264 §5.1).
enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };
std::string_view name_of(Direction direction);
/// Both want what the offer leaves open: sendonly becomes recvonly and the other way round.
Direction answering(Direction offered);

/// The section whose transport carries the whole bundle: the first one that is not rejected;
/// null when all are.
const MediaSection* transport_section(const SessionDescription& description);

/// What follows reads the section first, then the session level. Nothing when absent or invalid.
std::optional<IceCredentials> ice_credentials(const SessionDescription& description,
                                              const MediaSection& section);
/// "AB:CD:…", in upper case, of the first sha-256 fingerprint (RFC 8122); other hashes are not
/// trusted.
std::optional<std::string> sha256_fingerprint(const SessionDescription& description,
                                              const MediaSection& section);
std::optional<Setup> setup(const SessionDescription& description, const MediaSection& section);
/// sendrecv unless something else is written (RFC 8866 §6.7).
Direction direction(const SessionDescription& description, const MediaSection& section);
void set_direction(MediaSection& section, Direction direction);
/// That of each section, in order.
std::vector<Direction> directions(const SessionDescription& description);
/// Leaves of the direction of each section that is not rejected what the one of the same place in
/// `most` has too; sections past its end are left as they are.
void limit_directions(SessionDescription& description, std::span<const Direction> most);

/// True if the section's mid stands in a BUNDLE group with the mid of `other` (RFC 9143).
bool is_bundled_with(const SessionDescription& description, const MediaSection& section,
                     const MediaSection& other);

/// DTLS-SRTP over ICE with everything on one port: fingerprint, ICE credentials and rtcp-mux are
/// there, and all sections that are not rejected are bundled. What the engine can carry.
bool is_webrtc(const SessionDescription& description);
/// Whether that browser shakes hands anew when an offer names another certificate. Firefox goes on
/// with the keys that it has: it needs a call of its own.
bool can_change_certificate(const SessionDescription& description);
/// RTP without keys (RFC 3551): what desk phones speak among themselves.
bool is_plain_rtp(const SessionDescription& description);

}  // namespace dering::sdp
