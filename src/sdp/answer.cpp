// SPDX-License-Identifier: Apache-2.0
#include "sdp/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>

#include "base/text.h"
#include "sdp/payload_type.h"

namespace dering::sdp {
namespace {

/// Stands in m= where the bundle or ICE says the real port (RFC 9429 §5.2.1).
constexpr std::uint16_t discard_port = 9;

/// Numbers of the header extensions (RFC 8285 §5): "a=extmap:<number>[/<direction>] <URI>".
std::size_t extension_number(const Line& line) {
  std::string_view value = attribute_value(line);
  std::string_view number = take_until(value, ' ');
  return to_number<std::uint8_t>(take_until(number, '/')).value_or(0);
}

/// An answer may name only extensions that were offered.
void keep_offered_extensions(MediaSection& section, const MediaSection& offered) {
  std::bitset<256> numbers;
  for (const Line& line : offered.lines) {
    if (attribute_name(line) == "extmap") numbers.set(extension_number(line));
  }
  std::erase_if(section.lines, [&](const Line& line) {
    return attribute_name(line) == "extmap" && !numbers.test(extension_number(line));
  });
}

/// Port 0 with bundle-only is for offers alone (RFC 9143 §6).
void accept_bundling(MediaSection& section) {
  remove_attributes(section.lines, "bundle-only");
  if (section.port == 0) section.port = discard_port;
}

/// One section of the answer to a re-offer, from what we said about it before.
MediaSection reanswered(const SessionDescription& offer, const MediaSection& offered,
                        const MediaSection& before) {
  const bool goes_on =
      !offered.is_rejected() && !before.is_rejected() && offered.kind == before.kind;
  if (!goes_on) return rejected(offered);
  MediaSection section = before;
  section.protocol = offered.protocol;
  const auto offered_types = all_payload_types(offered.formats);
  if (section.is_rtp() && offered_types) keep_payload_types(section, *offered_types);
  if (section.formats.empty()) return rejected(offered);
  keep_offered_extensions(section, offered);
  if (const auto mid = attribute(offered.lines, "mid")) set_attribute(section.lines, "mid", *mid);
  set_direction(section, answering(direction(offer, offered)));
  accept_bundling(section);
  return section;
}

/// actpass is for offers alone (RFC 5763 §5). Where it stood, we had offered; a browser answers
/// that with active, so we are passive unless the new offer says otherwise.
void settle_setup(Lines& lines, Setup offered) {
  if (attribute(lines, "setup") != name_of(Setup::actpass)) return;
  set_attribute(lines, "setup", name_of(answering(offered)));
}

}  // namespace

MediaSection rejected(const MediaSection& offered) {
  MediaSection section{offered.kind, 0, 1, offered.protocol, offered.formats, {}};
  section.lines.push_back({'c', "IN IP4 0.0.0.0"});
  if (const auto mid = attribute(offered.lines, "mid")) {
    set_attribute(section.lines, "mid", *mid);
  }
  section.lines.push_back({'a', "inactive"});
  return section;
}

void set_bundle(SessionDescription& answer, const SessionDescription& offer) {
  remove_attributes(answer.lines, "group");
  const MediaSection* transport = transport_section(answer);
  std::string mids;
  for (const MediaSection& section : answer.media) {
    if (section.is_rejected() || !is_bundled_with(offer, section, *transport)) continue;
    mids.append(" ").append(*attribute(section.lines, "mid"));
  }
  if (!mids.empty()) answer.lines.push_back({'a', "group:BUNDLE" + mids});
}

std::expected<SessionDescription, Unusable> answer_for_reoffer(const SessionDescription& offer,
                                                               const SessionDescription& previous,
                                                               const Relay* relay, Origin origin) {
  if (offer.media.size() < previous.media.size()) {
    return std::unexpected(Unusable::sections_missing);
  }
  SessionDescription answer{previous.lines, {}};
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const MediaSection& offered = offer.media[i];
    MediaSection section = i < previous.media.size() ? reanswered(offer, offered, previous.media[i])
                                                     : rejected(offered);
    settle_setup(section.lines, setup(offer, offered).value_or(Setup::actpass));
    if (relay) set_transport(section, *relay);
    answer.media.push_back(std::move(section));
  }
  settle_setup(answer.lines, Setup::actpass);
  set_origin(answer, origin);
  set_bundle(answer, offer);
  return answer;
}

SessionDescription offer_again(SessionDescription said, Direction direction, Origin origin) {
  const auto ask_for_any_role = [](Lines& lines) {
    if (attribute(lines, "setup")) set_attribute(lines, "setup", name_of(Setup::actpass));
  };
  set_origin(said, origin);
  ask_for_any_role(said.lines);
  for (MediaSection& section : said.media) {
    ask_for_any_role(section.lines);
    if (!section.is_rejected()) set_direction(section, direction);
  }
  return said;
}

}  // namespace dering::sdp
