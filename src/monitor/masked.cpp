// SPDX-License-Identifier: Apache-2.0
#include "monitor/masked.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace dering::monitor {
namespace {

constexpr std::string_view mask = "masked";

/// What a header field is to whoever masks it.
enum class Kind : std::uint8_t {
  plain,
  challenge,
  credentials,
  secret,
  content_type,
  content_encoding,
};

/// Of digest these say whose it is and how it was made; with nonce, cnonce and response anybody
/// could try passwords until one fits.
constexpr std::array<std::string_view, 8> kept_of_digest{"username", "realm", "uri",    "algorithm",
                                                         "qop",      "nc",    "opaque", "userhash"};
constexpr std::array<std::string_view, 3> masked_of_digest{"nonce", "cnonce", "response"};
/// In a name of a header field: its value is nobody's business.
constexpr std::array<std::string_view, 8> words_of_secrets{
    "authorization", "authentication-info", "token", "secret", "password", "cookie",
    "api-key",       "identity-key"};
/// What engineers read of bodies. All else is people's words, keys that were pressed, or unknown.
constexpr std::array<std::string_view, 6> shown_bodies{
    "application/sdp",           "message/sipfrag",
    "application/pidf+xml",      "application/dialog-info+xml",
    "application/media_control", "application/simple-message-summary"};

Kind kind_of(std::string_view name) {
  const std::string lower = in_lower_case(name);
  if (lower == "authorization" || lower == "proxy-authorization") return Kind::credentials;
  if (lower == "www-authenticate" || lower == "proxy-authenticate") return Kind::challenge;
  if (lower == "content-type" || lower == "c") return Kind::content_type;
  if (lower == "content-encoding" || lower == "e") return Kind::content_encoding;
  const bool is_secret = std::ranges::any_of(
      words_of_secrets, [&](std::string_view word) { return lower.contains(word); });
  return is_secret ? Kind::secret : Kind::plain;
}

/// Up to and with the line break; folded lines belong to the first one.
std::string_view take_field(std::string_view& rest) {
  const auto is_folded = [&](std::size_t at) {
    return at < rest.size() && (rest[at] == ' ' || rest[at] == '\t');
  };
  std::size_t end = 0;
  do {
    const std::size_t line_end = rest.find('\n', end);
    end = line_end == std::string_view::npos ? rest.size() : line_end + 1;
  } while (is_folded(end));
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end);
  return field;
}

std::string_view without_break(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// `name=value` up to a comma that is in no quotes.
std::string_view take_parameter(std::string_view& rest) {
  bool is_quoted = false;
  for (std::size_t at = 0; at < rest.size(); ++at) {
    if (rest[at] == '\\' && is_quoted) {
      ++at;
    } else if (rest[at] == '"') {
      is_quoted = !is_quoted;
    } else if (rest[at] == ',' && !is_quoted) {
      const std::string_view parameter = rest.substr(0, at);
      rest.remove_prefix(at + 1);
      return parameter;
    }
  }
  return std::exchange(rest, {});
}

constexpr bool is_letter(char c) {
  return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

constexpr bool is_of_name(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_of_name);
}

/// A token, or one text in quotes: nothing that could hide another parameter.
bool is_one_value(std::string_view value) {
  if (is_name(value)) return true;
  const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return is_quoted &&
         value.substr(1, value.size() - 2).find_first_of("\"\\") == std::string_view::npos;
}

std::string masked_parameter(std::string_view parameter) {
  const std::string_view name = without_spaces(take_until(parameter, '='));
  const auto is_called = [&](std::string_view one) { return equals_ignoring_case(one, name); };
  const bool is_plain = std::ranges::any_of(kept_of_digest, is_called);
  if (!is_plain && !std::ranges::any_of(masked_of_digest, is_called)) return std::string(mask);
  const std::string_view value = without_spaces(parameter);
  const bool is_kept = is_plain && is_one_value(value);
  return std::string(name).append("=").append(is_kept ? value : mask);
}

std::string masked_credentials(std::string_view value) {
  value = without_spaces(value);
  const std::size_t gap =
      std::min(value.find_first_of(" \t\r\n"), value.size());  // a fold may stand there too
  const std::string_view scheme = value.substr(0, gap);
  // What has no scheme is a secret as a whole.
  if (gap == value.size() || !is_name(scheme)) return std::string(mask);
  std::string made(scheme);
  if (!equals_ignoring_case(scheme, "Digest")) return made.append(" ").append(mask);
  std::string_view rest = value.substr(gap);
  for (std::string_view before = " "; !rest.empty(); before = ", ") {
    made.append(before).append(masked_parameter(take_parameter(rest)));
  }
  return made;
}

/// A JSON Web Token (RFC 7519) wherever it stands: each of its parts begins with `{"` in Base64.
void mask_tokens(std::string& text) {
  constexpr std::string_view beginning = "eyJ";
  constexpr std::size_t least = 20;
  for (std::size_t at = text.find(beginning); at != std::string::npos;
       at = text.find(beginning, at)) {
    std::size_t end = at;
    while (end < text.size() && is_of_name(text[end])) ++end;
    if (end - at >= least)
      std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), end - at, 'x');
    at = end;
  }
}

/// Header fields in a URI whose names are spelled with escapes (RFC 3261 §19.1.1).
void blank_escaped_names(std::string& text) {
  if (!text.contains('%') || !text.contains('?')) return;
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto escaped = text[at] == '%' && at + 2 < text.size()
                             ? to_number<std::uint8_t>(text.substr(at + 1, 2), 16)
                             : std::nullopt;
    plain += escaped ? static_cast<char>(*escaped) : text[at];
    if (escaped) at += 2;
  }
  const std::string lower = in_lower_case(plain);
  const bool names_one =
      lower.contains("authorization=") || lower.contains("token=") || lower.contains("cookie=");
  if (names_one) blank_after(text, "?", ">\" \t\r\n");
}

/// What may stand in any line: in URIs, in header fields that are part of one (RFC 3261 §19.1.1),
/// in fields that nobody knows.
std::string masked_anywhere(std::string text) {
  for (const std::string_view name :
       {"access_token=", "refresh_token=", "id_token=", "password=", "response="}) {
    blank_after(text, name, " \t\r\n;&>\"',");
    blank_after(text, std::string(name) + '"', "\"\r\n");
  }
  blank_after(text, "authorization=", "\r\n;&>\"");
  blank_escaped_names(text);
  blank_after(text, "bearer ", "\r\n;&>\"',");
  mask_tokens(text);
  return without_uri_passwords(std::move(text));
}

bool is_shown_body(std::string_view type) {
  const std::string_view bare = without_spaces(take_until(type, ';'));
  return std::ranges::any_of(shown_bodies,
                             [&](std::string_view one) { return equals_ignoring_case(one, bare); });
}

std::string masked_line(std::string_view field, std::string_view name, std::string_view value) {
  const std::string_view end = field.substr(without_break(field).size());
  const std::string head = is_name(name) ? std::string(name) + ": " : std::string();
  switch (kind_of(name)) {
    case Kind::credentials:
      return head + masked_credentials(value).append(end);
    case Kind::secret:
      return head + std::string(mask).append(end);
    case Kind::challenge: {
      std::string made(field);
      mask_tokens(made);
      return made;
    }
    case Kind::plain:
    case Kind::content_type:
    case Kind::content_encoding:
      return masked_anywhere(std::string(field));
  }
  return {};
}

struct Head {
  std::string text;
  std::size_t bodies_shown = 0;
  std::size_t bodies_hidden = 0;
};

void take_line(Head& head, std::string_view field) {
  std::string_view value = without_break(field);
  const std::string_view name = without_spaces(take_until(value, ':'));
  const Kind kind = kind_of(name);
  if (kind == Kind::content_type) {
    ++(is_shown_body(value) ? head.bodies_shown : head.bodies_hidden);
  } else if (kind == Kind::content_encoding) {
    ++head.bodies_hidden;
  }
  head.text += masked_line(field, name, value);
}

std::string masked_body(std::string_view body, bool is_shown) {
  std::string made(body);
  const std::string lower = in_lower_case(body);
  // A piece of a message is a body too (RFC 3420), and so are its credentials.
  const bool has_fields = std::ranges::any_of(
      words_of_secrets, [&](std::string_view word) { return lower.contains(word); });
  if (!is_shown || has_fields) {
    std::ranges::replace_if(made, [](char c) { return c != '\r' && c != '\n'; }, 'x');
    return made;
  }
  blank_keys(made);
  return masked_anywhere(std::move(made));
}

}  // namespace

std::string masked(std::string_view message) {
  Head head;
  bool is_first = true;
  while (!message.empty()) {
    const std::string_view field = take_field(message);
    if (without_break(field).empty() && !is_first) {
      head.text += field;
      break;
    }
    if (is_first) {
      head.text += masked_anywhere(std::string(field));
    } else {
      take_line(head, field);
    }
    is_first = false;
  }
  return head.text + masked_body(message, head.bodies_shown > 0 && head.bodies_hidden == 0);
}

void blank_after(std::string& text, std::string_view words, std::string_view until) {
  const std::string lower = in_lower_case(text);
  for (std::size_t at = lower.find(words); at != std::string::npos; at = lower.find(words, at)) {
    at += words.size();
    const std::size_t end = std::min(lower.find_first_of(until, at), lower.size());
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(at),
              text.begin() + static_cast<std::ptrdiff_t>(end), 'x');
  }
}

void blank_keys(std::string& description) {
  blank_after(description, "a=ice-pwd:", "\r\n");
  blank_after(description, "inline:", "\r\n|; ");
  blank_after(description, "k=", "\r\n");           // RFC 8866 §5.12
  blank_after(description, "a=key-mgmt:", "\r\n");  // RFC 4567 §3
}

/// Whatever stands between the first colon behind the scheme and an '@'.
std::string without_uri_passwords(std::string text) {
  const std::string lower = in_lower_case(text);
  for (const std::string_view scheme : {"sip:", "sips:"}) {
    for (std::size_t at = lower.find(scheme); at != std::string::npos;
         at = lower.find(scheme, at)) {
      at += scheme.size();
      const std::size_t end = std::min(lower.find_first_of("@<>\" \t\r\n", at), lower.size());
      const std::size_t colon = lower.find(':', at);
      if (end < lower.size() && lower[end] == '@' && colon < end) {
        std::fill(text.begin() + static_cast<std::ptrdiff_t>(colon + 1),
                  text.begin() + static_cast<std::ptrdiff_t>(end), 'x');
      }
    }
  }
  return text;
}

}  // namespace dering::monitor
