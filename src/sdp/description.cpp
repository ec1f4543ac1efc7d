// SPDX-License-Identifier: Apache-2.0
#include "sdp/description.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "sdp/payload_type.h"

namespace dering::sdp {
namespace {

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

/// "<type>=<value>"; nothing when it is anything else.
std::optional<Line> parse_line(std::string_view text) {
  if (text.size() < 2 || text[0] < 'a' || text[0] > 'z' || text[1] != '=') return std::nullopt;
  if (has_control_character(text)) return std::nullopt;
  return Line{text[0], std::string(text.substr(2))};
}

/// "<port>" or "<port>/<number of ports>".
bool parse_ports(std::string_view text, MediaSection& section) {
  const auto port = to_number<std::uint16_t>(take_until(text, '/'));
  const auto count = text.empty() ? 1 : to_number<std::uint16_t>(text);
  if (!port || !count || *count == 0) return false;
  section.port = *port;
  section.port_count = *count;
  return true;
}

std::expected<MediaSection, Malformed> parse_media_line(std::string_view rest) {
  MediaSection section;
  section.kind = take_until(rest, ' ');
  const bool has_ports = parse_ports(take_until(rest, ' '), section);
  section.protocol = take_until(rest, ' ');
  section.formats = rest;
  if (section.kind.empty() || !has_ports || section.protocol.empty() || rest.empty()) {
    return std::unexpected(Malformed::bad_media_line);
  }
  if (section.is_rtp() && !all_payload_types(section.formats)) {
    return std::unexpected(Malformed::bad_payload_type);
  }
  return section;
}

/// Attributes that index by payload type must not leave its range.
bool has_bad_payload_type(const MediaSection& section, const Line& line) {
  const std::string_view name = attribute_name(line);
  if (!section.is_rtp() || (name != "rtpmap" && name != "fmtp")) return false;
  return !payload_type_of(line);
}

bool has_session_head(const Lines& lines) {
  return lines.size() >= 3 && lines[0] == Line{'v', "0"} && lines[1].type == 'o' &&
         lines[2].type == 's';
}

/// Takes one line in; nothing if all is well.
std::optional<Malformed> add_line(SessionDescription& description, Line line) {
  if (line.type == 'm') {
    if (!has_session_head(description.lines)) return Malformed::no_session_head;
    if (description.media.size() == max_section_count) return Malformed::too_many_sections;
    auto section = parse_media_line(line.value);
    if (!section) return section.error();
    section->lines.reserve(usual_line_count);
    description.media.push_back(std::move(*section));
    return std::nullopt;
  }
  const bool is_session_level = description.media.empty();
  Lines& lines = is_session_level ? description.lines : description.media.back().lines;
  if (lines.size() == max_lines_per_section) return Malformed::too_many_lines;
  if (!is_session_level && has_bad_payload_type(description.media.back(), line)) {
    return Malformed::bad_payload_type;
  }
  lines.push_back(std::move(line));
  return std::nullopt;
}

void write(const Lines& lines, std::string& text) {
  for (const Line& line : lines) {
    text.push_back(line.type);
    text.push_back('=');
    text.append(line.value).append("\r\n");
  }
}

}  // namespace

std::string_view name_of(Malformed reason) {
  switch (reason) {
    case Malformed::too_large:
      return "too large";
    case Malformed::not_a_line:
      return "not a line of a session description";
    case Malformed::no_session_head:
      return "does not begin with v=0, o=, s=";
    case Malformed::too_many_sections:
      return "too many media sections";
    case Malformed::too_many_lines:
      return "too many lines in one section";
    case Malformed::bad_media_line:
      return "bad m= line";
    case Malformed::bad_payload_type:
      return "payload type out of range";
  }
  return "";
}

bool MediaSection::is_rejected() const {
  return port == 0 && !attribute(lines, "bundle-only");
}

std::expected<SessionDescription, Malformed> SessionDescription::parse(std::string_view text) {
  if (text.size() > max_description_size) return std::unexpected(Malformed::too_large);
  SessionDescription description;
  description.lines.reserve(usual_line_count);
  while (!text.empty()) {
    std::string_view line_text = take_until(text, '\n');
    if (line_text.ends_with('\r')) line_text.remove_suffix(1);
    if (line_text.empty()) continue;
    auto line = parse_line(line_text);
    if (!line) return std::unexpected(Malformed::not_a_line);
    if (const auto fault = add_line(description, std::move(*line))) return std::unexpected(*fault);
  }
  if (!has_session_head(description.lines)) return std::unexpected(Malformed::no_session_head);
  return description;
}

std::string SessionDescription::text() const {
  std::string text;
  text.reserve(4096);
  write(lines, text);
  for (const MediaSection& section : media) {
    const std::string count =
        section.port_count == 1 ? std::string() : fmt::format("/{}", section.port_count);
    fmt::format_to(std::back_inserter(text), "m={} {}{} {} {}\r\n", section.kind, section.port,
                   count, section.protocol, section.formats);
    write(section.lines, text);
  }
  return text;
}

std::string_view attribute_name(const Line& line) {
  if (line.type != 'a') return {};
  return std::string_view(line.value).substr(0, line.value.find(':'));
}

std::string_view attribute_value(const Line& line) {
  const std::size_t colon = line.value.find(':');
  if (line.type != 'a' || colon == std::string::npos) return {};
  return std::string_view(line.value).substr(colon + 1);
}

std::optional<std::string_view> attribute(const Lines& lines, std::string_view name) {
  for (const Line& line : lines) {
    if (attribute_name(line) == name && line.type == 'a') return attribute_value(line);
  }
  return std::nullopt;
}

void set_attribute(Lines& lines, std::string_view name, std::string_view value) {
  std::string text = fmt::format("{}:{}", name, value);
  const auto found = std::ranges::find(lines, name, attribute_name);
  if (found == lines.end()) {
    lines.push_back({'a', std::move(text)});
  } else {
    found->value = std::move(text);
  }
}

void remove_attributes(Lines& lines, std::string_view name) {
  std::erase_if(lines, [&](const Line& line) { return attribute_name(line) == name; });
}

}  // namespace dering::sdp
