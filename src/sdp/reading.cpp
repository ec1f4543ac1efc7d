// SPDX-License-Identifier: Apache-2.0
#include "sdp/reading.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dering::sdp {
namespace {

std::optional<std::string_view> inherited(const SessionDescription& description,
                                          const MediaSection& section, std::string_view name) {
  const auto own = attribute(section.lines, name);
  return own ? own : attribute(description.lines, name);
}

/// ice-char of RFC 8839 §5.4.
bool is_ice_text(std::string_view text, std::size_t shortest) {
  return text.size() >= shortest && text.size() <= 256 && std::ranges::all_of(text, [](char c) {
           const char low = to_lower(c);
           return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
         });
}

/// 32 pairs of hexadecimal digits between colons, in upper case.
std::optional<std::string> normal_fingerprint(std::string_view text) {
  constexpr std::size_t sha256_text_size = 32 * 3 - 1;
  if (text.size() != sha256_text_size) return std::nullopt;
  std::string normal(text);
  for (std::size_t i = 0; i < normal.size(); ++i) {
    char& c = normal[i];
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 32);
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    if (i % 3 == 2 ? c != ':' : !is_hex) return std::nullopt;
  }
  return normal;
}

std::optional<Direction> direction_in(const Line& line) {
  for (const auto way :
       {Direction::sendrecv, Direction::sendonly, Direction::recvonly, Direction::inactive}) {
    if (line.type == 'a' && line.value == name_of(way)) return way;
  }
  return std::nullopt;
}

std::optional<Direction> direction_in(const Lines& lines) {
  for (const Line& line : lines) {
    if (const auto way = direction_in(line)) return way;
  }
  return std::nullopt;
}

bool holds_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    if (take_until(words, ' ') == word) return true;
  }
  return false;
}

bool sends(Direction direction) {
  return direction == Direction::sendrecv || direction == Direction::sendonly;
}

bool takes(Direction direction) {
  return direction == Direction::sendrecv || direction == Direction::recvonly;
}

Direction direction_of(bool sends, bool takes) {
  if (sends) return takes ? Direction::sendrecv : Direction::sendonly;
  return takes ? Direction::recvonly : Direction::inactive;
}

}  // namespace

std::string_view name_of(Setup setup) {
  switch (setup) {
    case Setup::actpass:
      return "actpass";
    case Setup::active:
      return "active";
    case Setup::passive:
      return "passive";
    case Setup::holdconn:
      return "holdconn";
  }
  return "";
}

Setup answering(Setup offered) {
  return offered == Setup::passive ? Setup::active : Setup::passive;
}

std::string_view name_of(Direction direction) {
  switch (direction) {
    case Direction::sendrecv:
      return "sendrecv";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::inactive:
      return "inactive";
  }
  return "";
}

Direction answering(Direction offered) {
  if (offered == Direction::sendonly) return Direction::recvonly;
  if (offered == Direction::recvonly) return Direction::sendonly;
  return offered;
}

const MediaSection* transport_section(const SessionDescription& description) {
  const auto found = std::ranges::find_if_not(description.media, &MediaSection::is_rejected);
  return found == description.media.end() ? nullptr : &*found;
}

std::optional<IceCredentials> ice_credentials(const SessionDescription& description,
                                              const MediaSection& section) {
  const auto ufrag = inherited(description, section, "ice-ufrag");
  const auto pwd = inherited(description, section, "ice-pwd");
  if (!ufrag || !pwd || !is_ice_text(*ufrag, 4) || !is_ice_text(*pwd, 22)) return std::nullopt;
  return IceCredentials{std::string(*ufrag), std::string(*pwd)};
}

std::optional<std::string> sha256_fingerprint(const SessionDescription& description,
                                              const MediaSection& section) {
  const bool has_own = attribute(section.lines, "fingerprint").has_value();
  for (const Line& line : has_own ? section.lines : description.lines) {
    if (attribute_name(line) != "fingerprint") continue;
    std::string_view value = attribute_value(line);
    const bool is_sha256 = equals_ignoring_case(take_until(value, ' '), "sha-256");
    if (is_sha256) return normal_fingerprint(value);
  }
  return std::nullopt;
}

std::optional<Setup> setup(const SessionDescription& description, const MediaSection& section) {
  const auto text = inherited(description, section, "setup");
  for (const auto role : {Setup::actpass, Setup::active, Setup::passive, Setup::holdconn}) {
    if (text == name_of(role)) return role;
  }
  return std::nullopt;
}

Direction direction(const SessionDescription& description, const MediaSection& section) {
  const auto own = direction_in(section.lines);
  return own ? *own : direction_in(description.lines).value_or(Direction::sendrecv);
}

void set_direction(MediaSection& section, Direction direction) {
  std::erase_if(section.lines, [](const Line& line) { return direction_in(line).has_value(); });
  section.lines.push_back({'a', std::string(name_of(direction))});
}

std::vector<Direction> directions(const SessionDescription& description) {
  std::vector<Direction> all;
  all.reserve(description.media.size());
  for (const MediaSection& section : description.media) {
    all.push_back(direction(description, section));
  }
  return all;
}

void limit_directions(SessionDescription& description, std::span<const Direction> most) {
  const std::size_t count = std::min(most.size(), description.media.size());
  for (std::size_t i = 0; i < count; ++i) {
    MediaSection& section = description.media[i];
    if (section.is_rejected()) continue;
    const Direction now = direction(description, section);
    set_direction(section,
                  direction_of(sends(now) && sends(most[i]), takes(now) && takes(most[i])));
  }
}

bool is_bundled_with(const SessionDescription& description, const MediaSection& section,
                     const MediaSection& other) {
  const auto mid = attribute(section.lines, "mid");
  const auto other_mid = attribute(other.lines, "mid");
  if (!mid || !other_mid) return false;
  return std::ranges::any_of(description.lines, [&](const Line& line) {
    std::string_view members = attribute_value(line);
    return attribute_name(line) == "group" && take_until(members, ' ') == "BUNDLE" &&
           holds_word(members, *mid) && holds_word(members, *other_mid);
  });
}

bool can_change_certificate(const SessionDescription& description) {
  const auto origin = std::ranges::find(description.lines, 'o', &Line::type);
  return origin == description.lines.end() || !origin->value.starts_with("mozilla");
}

bool is_webrtc(const SessionDescription& description) {
  const MediaSection* transport = transport_section(description);
  if (!transport) return false;
  const bool is_secure = transport->protocol.ends_with("/SAVPF") ||
                         transport->protocol.find("DTLS/SCTP") != std::string::npos;
  if (!is_secure || !sha256_fingerprint(description, *transport)) return false;
  if (!ice_credentials(description, *transport)) return false;
  if (transport->is_rtp() && !attribute(transport->lines, "rtcp-mux")) return false;
  return std::ranges::all_of(description.media, [&](const MediaSection& section) {
    return section.is_rejected() || &section == transport ||
           is_bundled_with(description, section, *transport);
  });
}

bool is_plain_rtp(const SessionDescription& description) {
  return transport_section(description) &&
         std::ranges::all_of(description.media, [&](const MediaSection& section) {
           return section.is_rejected() || section.protocol == "RTP/AVP" ||
                  section.protocol == "RTP/AVPF";
         });
}

}  // namespace dering::sdp
