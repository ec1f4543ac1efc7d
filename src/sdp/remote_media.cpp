// SPDX-License-Identifier: Apache-2.0
#include "sdp/remote_media.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace dering::sdp {
namespace {

// Milliseconds; whoever says less or more is given what is usual.
constexpr unsigned shortest_ptime = 10;
constexpr unsigned longest_ptime = 120;

/// "IN IP4 192.0.2.1", also with "/<ttl>".
std::optional<SocketAddress> address_in(std::string_view connection, std::uint16_t port) {
  take_until(connection, ' ');
  take_until(connection, ' ');
  return SocketAddress::from_text(trimmed(take_until(connection, '/')), port);
}

const Line* connection_line(const Lines& lines) {
  const auto at = std::ranges::find(lines, 'c', &Line::type);
  return at == lines.end() ? nullptr : &*at;
}

MediaAddress rtp_address(const SessionDescription& description, const MediaSection& section) {
  const Line* line = connection_line(section.lines);
  if (!line) line = connection_line(description.lines);
  if (!line) return {std::nullopt, section.port};
  return {address_in(line->value, section.port), section.port};
}

/// RFC 3605: "a=rtcp:53020" or "a=rtcp:53020 IN IP4 126.16.64.4".
MediaAddress rtcp_address(const MediaSection& section, const MediaAddress& rtp) {
  const auto value = attribute(section.lines, "rtcp");
  if (!value) return {};
  std::string_view rest = *value;
  const auto port = to_number<std::uint16_t>(take_until(rest, ' '));
  if (!port || *port == 0) return {};
  if (!rest.empty()) return {address_in(rest, *port), *port};
  if (!rtp.ip) return {std::nullopt, *port};
  return {SocketAddress::from_ipv6(rtp.ip->ipv6(), *port), *port};
}

Direction without_hearing(Direction direction) {
  if (direction == Direction::sendrecv) return Direction::sendonly;
  return direction == Direction::recvonly ? Direction::inactive : direction;
}

unsigned ptime_in(const MediaSection& section) {
  const auto value = attribute(section.lines, "ptime");
  const auto milliseconds = value ? to_number<unsigned>(trimmed(*value)) : std::nullopt;
  const bool is_usable =
      milliseconds && *milliseconds >= shortest_ptime && *milliseconds <= longest_ptime;
  return is_usable ? *milliseconds : 0;
}

}  // namespace

std::optional<Protection> protection_of(const SessionDescription& description,
                                        const MediaSection& section) {
  if (!section.is_rtp() || section.is_rejected()) return std::nullopt;
  if (section.protocol == "RTP/AVP" || section.protocol == "RTP/AVPF") return Protection::none;
  const bool has_crypto = attribute(section.lines, "crypto").has_value();
  const bool is_savp = section.protocol == "RTP/SAVP" || section.protocol == "RTP/SAVPF";
  if (is_savp && has_crypto) return Protection::sdes;
  const bool is_muxed = attribute(section.lines, "rtcp-mux").has_value();
  const bool is_dtls = section.protocol.ends_with("/SAVPF") || section.protocol.ends_with("/SAVP");
  if (is_dtls && is_muxed && sha256_fingerprint(description, section) &&
      ice_credentials(description, section)) {
    return Protection::dtls;
  }
  return std::nullopt;
}

RemoteMedia read_media(const SessionDescription& description, std::size_t index) {
  const MediaSection& section = description.media[index];
  RemoteMedia media;
  media.section = index;
  media.protection = *protection_of(description, section);
  media.codecs = codecs_of(section);
  media.direction = direction(description, section);
  media.ptime = ptime_in(section);
  media.rtcp_mux = attribute(section.lines, "rtcp-mux").has_value();
  if (media.protection == Protection::dtls) {
    media.ice = ice_credentials(description, section).value_or(IceCredentials{});
    media.fingerprint = sha256_fingerprint(description, section).value_or("");
    media.setup = setup(description, section);
    media.keeps_keys = !can_change_certificate(description);
    return media;
  }
  media.rtp = rtp_address(description, section);
  media.rtcp = rtcp_address(section, media.rtp);
  if (media.rtp.is_nowhere()) media.direction = without_hearing(media.direction);
  return media;
}

}  // namespace dering::sdp
