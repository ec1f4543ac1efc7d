// SPDX-License-Identifier: Apache-2.0
#include "sip/message/transfer_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "sip/message/characters.h"
#include "sip/message/cursor.h"
#include "sip/message/field_line.h"
#include "sip/message/writer.h"

namespace dering::sip {
namespace {

constexpr std::size_t max_uri_headers = 16;

/// word of RFC 3261 §25.1, and the "@" between two of them.
bool is_call_id_text(std::string_view text) {
  constexpr std::string_view more = "()<>:\\\"/[]?{}";
  const auto is_word = [&](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [&](char c) {
      return is_in(token_characters, c) || more.contains(c);
    });
  };
  const std::string_view local = take_until(text, '@');
  return is_word(local) && (text.empty() || is_word(text));
}

/// Takes ";name[=value]" over into what was read. False on a grammar error, and for a name that
/// stands twice.
bool take_replaces_parameter(Cursor& cursor, Replaces& read) {
  const std::string_view name = cursor.take_all(token_characters);
  if (name.empty()) return false;
  std::string_view value;
  if (cursor.consume_separator('=')) {
    value = cursor.take_quoted_or(value_characters);
    if (value.empty()) return false;
  }
  for (const auto& [known, tag] :
       {std::pair{"to-tag", &read.to_tag}, {"from-tag", &read.from_tag}}) {
    if (!equals_ignoring_case(name, known)) continue;
    if (!tag->empty() || !is_all(token_characters, value)) return false;
    *tag = value;
    return true;
  }
  if (!equals_ignoring_case(name, "early-only")) return true;
  return value.empty() && !std::exchange(read.is_early_only, true);
}

/// Whatever may not stand in the value of a header field of a URI is escaped (RFC 3261 §25.1,
/// hvalue).
std::string escaped_header_value(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_in(unreserved_characters, c)) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

/// Reads the header fields of a Refer-To's URI. False if there are too many, or if Replaces is
/// malformed or stands there twice.
bool read_uri_headers(std::string_view headers, std::optional<Replaces>& replaces) {
  for (std::size_t count = 0; !headers.empty(); ++count) {
    if (count == max_uri_headers) return false;
    std::string_view value = take_until(headers, '&');
    const auto name = unescaped(take_until(value, '='));
    if (!name) return false;
    if (!equals_ignoring_case(*name, "Replaces")) continue;
    const auto text = unescaped(value);
    if (replaces || !text) return false;
    replaces = parse_replaces(*text);
    if (!replaces) return false;
  }
  return true;
}

}  // namespace

// ---- Replaces -----------------------------------------------------------------------------------

std::optional<Replaces> parse_replaces(std::string_view value) {
  if (value.size() > max_replaces_size) return std::nullopt;
  Cursor cursor(trimmed(value));
  Replaces read;
  read.call_id = trimmed(cursor.take(cursor.rest().find(';')));
  if (!is_call_id_text(read.call_id)) return std::nullopt;
  while (cursor.consume_separator(';')) {
    if (!take_replaces_parameter(cursor, read)) return std::nullopt;
  }
  const bool is_whole = cursor.at_end() && !read.to_tag.empty() && !read.from_tag.empty();
  return is_whole ? std::optional(std::move(read)) : std::nullopt;
}

std::string replaces_value(const Replaces& replaces) {
  return fmt::format("{};to-tag={};from-tag={}{}", replaces.call_id, replaces.to_tag,
                     replaces.from_tag, replaces.is_early_only ? ";early-only" : "");
}

std::optional<Replaces> replaces_of(const Message& invite) {
  const auto value = invite.only(HeaderId::replaces);
  return value ? parse_replaces(*value) : std::nullopt;
}

// ---- Refer-To -----------------------------------------------------------------------------------

std::optional<ReferTo> parse_refer_to(std::string_view value) {
  if (value.size() > max_refer_to_size) return std::nullopt;
  const auto address = parse_name_addr(value);
  if (!address) return std::nullopt;
  ReferTo read{
      .address = *address, .target = address->uri.text, .method = "INVITE", .replaces = {}};
  // A user part may hold a "?" as well: what ends the URI is what its parser took for header
  // fields.
  const std::string_view headers = address->uri.headers;
  const bool is_cut = address->uri.is_sip() || address->uri.is_sips();
  if (!headers.empty() || (is_cut && read.target.ends_with('?'))) {
    read.target.remove_suffix(headers.size() + 1);
  }
  if (const auto method = address->uri.parameter("method")) {
    const bool is_escaped = method->contains('%');
    if (is_escaped || !is_all(token_characters, *method)) return std::nullopt;
    read.method = *method;
  }
  if (!read_uri_headers(address->uri.headers, read.replaces)) return std::nullopt;
  return read;
}

std::optional<ReferTo> refer_to_of(const Message& refer) {
  const auto value = refer.only(HeaderId::refer_to);
  return value ? parse_refer_to(*value) : std::nullopt;
}

std::string refer_to_value(std::string_view uri, const std::optional<Replaces>& replaces) {
  if (!replaces) return fmt::format("<{}>", uri);
  return fmt::format("<{}?Replaces={}>", uri, escaped_header_value(replaces_value(*replaces)));
}

// ---- Referred-By --------------------------------------------------------------------------------

std::optional<ReferredBy> parse_referred_by(std::string_view value) {
  if (value.size() > max_refer_to_size) return std::nullopt;
  const auto referrer = parse_name_addr(value);
  if (!referrer) return std::nullopt;
  const Uri& uri = referrer->uri;
  const bool is_phone = uri.is_sip() || uri.is_sips() || uri.is_tel();
  if (!is_phone || !uri.headers.empty()) return std::nullopt;
  ReferredBy read{*referrer, {}};
  for (std::string_view rest = referrer->parameters; !rest.empty();) {
    std::string_view content_id = take_parameter(rest);
    if (!equals_ignoring_case(trimmed(take_until(content_id, '=')), "cid")) continue;
    content_id = trimmed(content_id);
    if (content_id.starts_with('"')) content_id = content_id.substr(1, content_id.size() - 2);
    if (content_id.empty() || !read.content_id.empty()) return std::nullopt;
    read.content_id = content_id;
  }
  return read;
}

std::optional<ReferredBy> referred_by_of(const Message& request) {
  const auto value = request.only(HeaderId::referred_by);
  return value ? parse_referred_by(*value) : std::nullopt;
}

// ---- message/sipfrag ----------------------------------------------------------------------------

std::string status_fragment(int status, std::string_view words) {
  return fmt::format("SIP/2.0 {} {}\r\n", status, words.empty() ? reason_phrase(status) : words);
}

std::optional<StatusFragment> parse_status_fragment(std::string_view body) {
  if (body.size() > max_refer_to_size) return std::nullopt;
  std::string_view line = trimmed(body.substr(0, body.find(line_end)));
  if (has_control(line) || !is_utf8(line)) return std::nullopt;
  if (!equals_ignoring_case(take_until(line, ' '), "SIP/2.0")) return std::nullopt;
  const std::string_view code = take_until(line, ' ');
  const auto status = to_number<std::uint16_t>(code);
  if (code.size() != 3 || !status || *status < 100 || *status > 699) return std::nullopt;
  return StatusFragment{*status, line};
}

}  // namespace dering::sip
