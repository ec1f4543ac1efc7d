// SPDX-License-Identifier: Apache-2.0
#include "sdp/rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace dering::sdp {
namespace {

/// Attributes that describe the transport of the one who wrote them.
constexpr std::array<std::string_view, 11> transport_attributes = {
    "candidate", "end-of-candidates", "remote-candidates", "ice-ufrag", "ice-pwd", "ice-options",
    "ice-lite",  "ice-mismatch",      "ice-pacing",        "ice2",      "rtcp"};

bool describes_transport(const Line& line) {
  return line.type == 'c' ||
         (line.type == 'a' && std::ranges::count(transport_attributes, attribute_name(line)) > 0);
}

/// A host candidate of component 1 (RFC 8839 §5.1); earlier ones have the higher priority
/// (RFC 8445 §5.1.2.1).
Line candidate(const SocketAddress& address, std::size_t index) {
  const std::uint64_t priority = (126ULL << 24) + ((65535ULL - index) << 8) + 255;
  return {'a', fmt::format("candidate:{} 1 udp {} {} {} typ host", index + 1, priority,
                           address.ip_text(), address.port())};
}

std::string_view family_of(const SocketAddress& address) {
  return address.is_ipv4() ? "IP4" : "IP6";
}

}  // namespace

std::string_view name_of(Unusable reason) {
  switch (reason) {
    case Unusable::not_webrtc:
      return "not a WebRTC description";
    case Unusable::no_common_codec:
      return "no common codec";
    case Unusable::sections_missing:
      return "media sections are missing";
    case Unusable::not_a_description:
      return "not a session description";
    case Unusable::no_sound:
      return "no sound that could be taken";
    case Unusable::other_protection:
      return "not protected as was offered";
    case Unusable::no_keys:
      return "sound without keys";
  }
  return "";
}

void set_origin(SessionDescription& description, Origin origin) {
  // The address means nothing to the peer; RFC 9429 §5.2.1 takes this one.
  description.lines[1].value =
      fmt::format("- {} {} IN IP4 0.0.0.0", origin.session_id, origin.version);
}

void set_origin(SessionDescription& description, Origin origin, const SocketAddress& address) {
  description.lines[1].value = fmt::format("- {} {} IN {} {}", origin.session_id, origin.version,
                                           family_of(address), address.ip_text());
}

/// c= stands behind i= and before all else (RFC 8866 §9).
void set_connection(Lines& lines, const SocketAddress& address) {
  const auto place = std::ranges::find_if(lines, [](const Line& line) { return line.type != 'i'; });
  lines.insert(place, {'c', fmt::format("IN {} {}", family_of(address), address.ip_text())});
}

void set_transport(MediaSection& section, const Relay& relay) {
  std::erase_if(section.lines, describes_transport);
  set_connection(section.lines, relay.addresses.front());
  section.port_count = 1;
  if (section.is_rejected()) return;
  if (section.port != 0) section.port = relay.addresses.front().port();
  set_attribute(section.lines, "ice-ufrag", relay.ice.ufrag);
  set_attribute(section.lines, "ice-pwd", relay.ice.pwd);
  for (std::size_t i = 0; i < relay.addresses.size(); ++i) {
    section.lines.push_back(candidate(relay.addresses[i], i));
  }
}

std::expected<SessionDescription, Unusable> relay_rewrite(SessionDescription description,
                                                          const Relay& relay, Origin origin) {
  DERING_CHECK(!relay.addresses.empty());
  if (!is_webrtc(description)) return std::unexpected(Unusable::not_webrtc);
  set_origin(description, origin);
  std::erase_if(description.lines, describes_transport);
  description.lines.push_back({'a', "ice-lite"});
  for (MediaSection& section : description.media) set_transport(section, relay);
  return description;
}

}  // namespace dering::sdp
