// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dering::sdp {

/// Limits of a description; past them it is refused, never cut.
inline constexpr std::size_t max_description_size = 64 * 1024;
inline constexpr std::size_t max_section_count = 32;
inline constexpr std::size_t max_lines_per_section = 512;

/// Room for as many is made at once.
inline constexpr std::size_t usual_line_count = 12;

/// One line, "<type>=<value>", verbatim.
struct Line {
  char type = 0;
  std::string value;

  bool operator==(const Line&) const = default;
};
using Lines = std::vector<Line>;

/// One media section: its m= line taken apart, and the lines below it in order.
struct MediaSection {
  std::string kind;  ///< "audio", "video", "application", …
  std::uint16_t port = 0;
  std::uint16_t port_count = 1;  ///< "49170/2": how many ports from `port` on
  std::string protocol;          ///< "UDP/TLS/RTP/SAVPF"
  std::string formats;           ///< "111 63 9"; for RTP all are payload types 0–127
  Lines lines;

  bool is_rtp() const { return protocol.find("RTP/") != std::string::npos; }
  /// Port 0 (RFC 3264 §6), unless the section rides on the port of its bundle (RFC 9143 §6).
  bool is_rejected() const;

  bool operator==(const MediaSection&) const = default;
};

/// Why text is not a session description.
enum class Malformed : std::uint8_t {
  too_large,
  not_a_line,       ///< not "<letter>=<value>", or a control character in it
  no_session_head,  ///< does not begin with v=0, o=, s= (RFC 8866 §5)
  too_many_sections,
  too_many_lines,
  bad_media_line,
  bad_payload_type,  ///< not a number from 0 to 127
};
std::string_view name_of(Malformed reason);

/// A session description (RFC 8866): the lines before the first m=, then the media sections. All
/// lines but m= are kept verbatim. A plain value that owns its text; any thread.
struct SessionDescription {
  Lines lines;  ///< session level; the first three are v=, o=, s=
  std::vector<MediaSection> media;

  /// Lines may end in CRLF or LF; empty lines are skipped. Time is linear in the size.
  static std::expected<SessionDescription, Malformed> parse(std::string_view text);
  /// All lines with CRLF.
  std::string text() const;

  bool operator==(const SessionDescription&) const = default;
};

// ---- Attributes (a= lines) ----------------------------------------------------------------------

/// Name of an a= line: what stands before the colon; empty for other lines.
std::string_view attribute_name(const Line& line);
/// What stands behind the colon; empty without one.
std::string_view attribute_value(const Line& line);
/// Value of the first such attribute; nothing when absent.
std::optional<std::string_view> attribute(const Lines& lines, std::string_view name);

/// Puts the value into the first such attribute, or adds the attribute at the end.
void set_attribute(Lines& lines, std::string_view name, std::string_view value);
/// Removes all attributes of this name.
void remove_attributes(Lines& lines, std::string_view name);

}  // namespace dering::sdp
