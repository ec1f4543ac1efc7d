// SPDX-License-Identifier: Apache-2.0
#include "sip/message/fields.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sip/message/characters.h"
#include "sip/message/cursor.h"

namespace dering::sip {
namespace {

constexpr std::size_t max_contacts = 16;
constexpr std::size_t max_auth_parameters = 64;
constexpr std::size_t usual_auth_parameters = 10;  // of the answer to a digest challenge
constexpr std::uint32_t cseq_limit = 0x8000'0000;

/// name [= value]
bool skip_parameter(Cursor& cursor) {
  if (cursor.take_all(token_characters).empty()) return false;
  if (!cursor.consume_separator('=')) return true;
  return !cursor.take_quoted_or(value_characters).empty();
}

/// *( ";" name [= value] ) to the end; gives the text after the first ";".
std::optional<std::string_view> take_parameters(Cursor& cursor) {
  cursor.skip_blanks();
  if (cursor.at_end()) return std::string_view{};
  const std::string_view parameters = cursor.rest().substr(1);
  while (cursor.consume_separator(';')) {
    if (!skip_parameter(cursor)) return std::nullopt;
  }
  if (!cursor.at_end()) return std::nullopt;
  return parameters;
}

/// "SIP/2.0/UDP" with blanks around the slashes; gives the transport.
std::string_view take_via_transport(Cursor& cursor) {
  if (cursor.take_all(token_characters).empty() || !cursor.consume_separator('/')) return {};
  if (cursor.take_all(token_characters).empty() || !cursor.consume_separator('/')) return {};
  const std::string_view transport = cursor.take_all(token_characters);
  if (cursor.at_end() || !is_blank(cursor.rest().front())) return {};
  cursor.skip_blanks();
  return transport;
}

bool take_sent_by(Cursor& cursor, Via& via) {
  const std::string_view start = cursor.rest();
  via.host = cursor.take_host();
  if (via.host.empty()) return false;
  via.sent_by = via.host;
  if (!cursor.consume_separator(':')) return true;
  via.port = to_number<std::uint16_t>(cursor.take_all(host_characters));
  via.sent_by = start.substr(0, start.size() - cursor.rest().size());
  return via.port.has_value();
}

/// A display name without quotes. Its characters go beyond token, which callers' names in use do;
/// those that structure a field end it.
std::string_view take_display_words(Cursor& cursor) {
  const std::size_t end = cursor.rest().find_first_of("<>\",;");
  if (end == std::string_view::npos || cursor.rest()[end] != '<') return {};
  return trimmed(cursor.take(end));
}

/// "If the URI contains a comma, question mark or semicolon, the URI MUST be enclosed in angle
/// brackets": without them a semicolon starts the parameters of the header field (RFC 3261 §20).
std::optional<Uri> take_bare_uri(Cursor& cursor) {
  const std::string_view text = cursor.take(cursor.rest().find_first_of("; \t"));
  if (text.find_first_of("?,") != std::string_view::npos) return std::nullopt;
  return parse_uri(text);
}

bool is_token68(std::string_view text) {
  const std::size_t end = std::min(text.find_last_not_of('=') + 1, text.size());
  return end > 0 && std::ranges::all_of(text.substr(0, end), [](char c) {
           return (is_in(token_characters, c) && !std::string_view("!%*`'").contains(c)) ||
                  c == '/';
         });
}

/// Reads "name=value" up to the comma after it. Nothing at the end or on a grammar error.
std::optional<AuthFields::Parameter> take_auth_parameter(Cursor& cursor) {
  AuthFields::Parameter parameter;
  parameter.name = cursor.take_all(token_characters);
  if (parameter.name.empty() || !cursor.consume_separator('=')) return std::nullopt;
  parameter.value = cursor.take_quoted_or(value_characters);
  if (parameter.value.empty()) return std::nullopt;
  if (!cursor.consume_separator(',') && !cursor.at_end()) return std::nullopt;
  return parameter;
}

/// A parameter given twice is refused: which of the two another reader would take is unknown.
std::optional<std::vector<AuthFields::Parameter>> read_auth_parameters(std::string_view text) {
  std::vector<AuthFields::Parameter> read;
  read.reserve(usual_auth_parameters);
  for (Cursor cursor(text); !cursor.at_end();) {
    const auto parameter = take_auth_parameter(cursor);
    if (!parameter || read.size() == max_auth_parameters) return std::nullopt;
    const bool is_double = std::ranges::any_of(read, [&](const AuthFields::Parameter& other) {
      return equals_ignoring_case(other.name, parameter->name);
    });
    if (is_double) return std::nullopt;
    read.push_back(*parameter);
  }
  return read;
}

std::string_view without_quotes(std::string_view text) {
  return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
}

/// Each byte of Latin-1 as the character it means.
std::string from_latin1(std::string_view text) {
  std::string result;
  result.reserve(text.size() * 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xc0 | byte >> 6);
      result += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return result;
}

}  // namespace

std::optional<std::string_view> NameAddr::parameter(std::string_view name) const {
  return find_parameter(parameters, name);
}

std::string_view NameAddr::tag() const {
  return parameter("tag").value_or(std::string_view{});
}

std::optional<std::string_view> AuthFields::parameter(std::string_view name) const {
  for (const Parameter& parameter : parameters) {
    if (equals_ignoring_case(parameter.name, name)) return without_quotes(parameter.value);
  }
  return std::nullopt;
}

std::optional<Via> parse_via(std::string_view value) {
  Via via;
  Cursor cursor(trimmed(value));
  via.transport = take_via_transport(cursor);
  if (via.transport.empty() || !take_sent_by(cursor, via)) return std::nullopt;
  const auto parameters = take_parameters(cursor);
  if (!parameters) return std::nullopt;
  via.parameters = *parameters;
  via.branch = find_parameter(via.parameters, "branch").value_or(std::string_view{});
  return via;
}

std::optional<NameAddr> parse_name_addr(std::string_view value) {
  NameAddr result;
  Cursor cursor(trimmed(value));
  result.display_name = cursor.at('"') ? cursor.take_quoted() : take_display_words(cursor);
  cursor.skip_blanks();
  std::optional<Uri> uri;
  if (cursor.consume('<')) {
    uri = parse_uri(cursor.take(cursor.rest().find('>')));
    if (!cursor.consume('>')) return std::nullopt;
  } else if (result.display_name.empty()) {
    uri = take_bare_uri(cursor);
  }
  const auto parameters = take_parameters(cursor);
  if (!uri || !parameters) return std::nullopt;
  result.uri = *uri;
  result.parameters = *parameters;
  return result;
}

std::optional<CSeq> parse_cseq(std::string_view value) {
  Cursor cursor(trimmed(value));
  const auto number = to_number<std::uint32_t>(cursor.take_all(host_characters));
  if (!number || *number >= cseq_limit) return std::nullopt;
  if (cursor.at_end() || !is_blank(cursor.rest().front())) return std::nullopt;
  cursor.skip_blanks();
  const std::string_view name = cursor.take_all(token_characters);
  if (name.empty() || !cursor.at_end()) return std::nullopt;
  return CSeq{*number, method_from(name), name};
}

std::optional<std::uint32_t> parse_rseq(std::string_view value) {
  const auto number = to_number<std::uint32_t>(trimmed(value));
  return number && *number > 0 ? number : std::nullopt;
}

std::optional<RAck> parse_rack(std::string_view value) {
  Cursor cursor(trimmed(value));
  const auto response = parse_rseq(cursor.take_all(host_characters));
  if (!response) return std::nullopt;
  const auto request = parse_cseq(cursor.rest());
  if (!request) return std::nullopt;
  return RAck{*response, *request};
}

std::optional<AuthFields> parse_auth(std::string_view value) {
  Cursor cursor(trimmed(value));
  AuthFields result;
  result.scheme = cursor.take_all(token_characters);
  if (result.scheme.empty()) return std::nullopt;
  if (!cursor.at_end() && !is_blank(cursor.rest().front())) return std::nullopt;
  cursor.skip_blanks();
  result.rest = cursor.rest();
  if (is_token68(result.rest)) return result;
  auto parameters = read_auth_parameters(result.rest);
  if (!parameters) return std::nullopt;
  result.parameters = std::move(*parameters);
  return result;
}

std::optional<ContactList> parse_contacts(std::string_view value) {
  ContactList result;
  if (trimmed(value) == "*") {
    result.is_star = true;
    return result;
  }
  const auto parts = split_list(value);
  if (parts.empty() || parts.size() > max_contacts) return std::nullopt;
  for (const std::string_view part : parts) {
    const auto contact = parse_name_addr(part);
    if (!contact) return std::nullopt;
    result.contacts.push_back(*contact);
  }
  return result;
}

std::string_view take_list_element(std::string_view& rest) {
  if (!rest.contains(',')) return trimmed(std::exchange(rest, {}));
  Cursor cursor(rest);
  while (!cursor.at_end() && !cursor.at(',')) {
    if (cursor.at('"')) {
      if (cursor.take_quoted().empty()) cursor.take_all();
    } else if (cursor.at('<')) {
      cursor.take(cursor.rest().find('>'));
    } else if (cursor.take_all(value_characters).empty()) {
      cursor.take(1);
    }
  }
  const std::string_view element = trimmed(rest.substr(0, rest.size() - cursor.rest().size()));
  cursor.consume(',');
  rest = cursor.rest();
  return element;
}

std::vector<std::string_view> split_list(std::string_view value) {
  std::vector<std::string_view> elements;
  while (!value.empty()) {
    const std::string_view element = take_list_element(value);
    if (!element.empty()) elements.push_back(element);
  }
  return elements;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    result += text[i];
  }
  return result;
}

std::string quoted_string(std::string_view text) {
  if (!is_utf8(text)) return quoted_string(from_latin1(text));
  std::string result = "\"";
  result.reserve(text.size() + 2);
  for (const char c : text) {
    if (is_control(c)) continue;
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  result += '"';
  return result;
}

std::optional<SessionExpires> parse_session_expires(std::string_view value) {
  Cursor cursor(trimmed(value));
  SessionExpires result;
  const auto seconds = to_number<std::uint32_t>(cursor.take_all(host_characters));
  const auto parameters = take_parameters(cursor);
  if (!seconds || !parameters) return std::nullopt;
  result.seconds = *seconds;
  const auto refresher = find_parameter(*parameters, "refresher");
  if (!refresher) return result;
  for (const std::string_view role : {"uac", "uas"}) {
    if (equals_ignoring_case(*refresher, role)) result.refresher = role;
  }
  if (result.refresher.empty()) return std::nullopt;
  return result;
}

std::optional<std::uint32_t> parse_content_length(std::string_view value) {
  const auto length = to_number<std::uint32_t>(trimmed(value));
  return length && *length < 0x8000'0000 ? length : std::nullopt;
}

}  // namespace dering::sip
