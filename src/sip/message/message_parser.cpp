// SPDX-License-Identifier: Apache-2.0
#include "sip/message/message_parser.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "sip/message/characters.h"
#include "sip/message/cursor.h"
#include "sip/message/field_line.h"
#include "sip/message/start_line.h"

namespace dering::sip {
namespace {

constexpr std::size_t usual_header_count = 24;
constexpr std::string_view version = "SIP/2.0";
bool is_call_id(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return is_blank(c); });
}

/// Whether a request is served by what this field says, so that one beyond reading can't be passed
/// over. What nobody reads is not among them, nor what has a meaning without the field.
bool is_needed(HeaderId id) {
  switch (id) {
    case HeaderId::via:
    case HeaderId::from:
    case HeaderId::to:
    case HeaderId::call_id:
    case HeaderId::cseq:
    case HeaderId::contact:
    case HeaderId::max_forwards:
    case HeaderId::content_length:
    case HeaderId::content_type:
    case HeaderId::content_encoding:
    case HeaderId::require:
    case HeaderId::proxy_require:
    case HeaderId::route:
    case HeaderId::record_route:
    case HeaderId::path:
    case HeaderId::authorization:
    case HeaderId::proxy_authorization:
    case HeaderId::event:
    case HeaderId::refer_to:
    case HeaderId::replaces:
      return true;
    case HeaderId::content_disposition:
    case HeaderId::expires:
    case HeaderId::min_expires:
    case HeaderId::supported:
    case HeaderId::unsupported:
    case HeaderId::allow:
    case HeaderId::accept:
    case HeaderId::www_authenticate:
    case HeaderId::proxy_authenticate:
    case HeaderId::session_expires:
    case HeaderId::min_se:
    case HeaderId::subscription_state:
    case HeaderId::referred_by:
    case HeaderId::reason:
    case HeaderId::retry_after:
    case HeaderId::user_agent:
    case HeaderId::server:
    case HeaderId::warning:
    case HeaderId::date:
    case HeaderId::allow_events:
    case HeaderId::rseq:
    case HeaderId::rack:
    case HeaderId::other:
      return false;
  }
  return false;
}

}  // namespace

std::expected<Message, Unreadable> MessageParser::parse(std::string_view bytes) {
  return parse(bytes, Extent::whole);
}

std::expected<Message, Unreadable> MessageParser::parse_unframed(std::string_view head) {
  return parse(head, Extent::head_only);
}

std::expected<Message, Unreadable> MessageParser::parse(std::string_view bytes, Extent extent) {
  // "Implementations processing SIP messages over stream-oriented transports MUST ignore any CRLF
  // appearing before the start-line" (RFC 3261 §7.5); keep-alives over UDP look the same.
  while (bytes.starts_with(line_end)) bytes.remove_prefix(line_end.size());
  if (bytes.empty()) return std::unexpected(Unreadable::empty);
  if (bytes.size() > max_message_size) return std::unexpected(Unreadable::too_large);
  MessageParser parser(extent);
  parser.take_copy(bytes);
  if (const Fault fault = parser.read()) return std::unexpected(*fault);
  return std::move(parser.message_);
}

void MessageParser::take_copy(std::string_view bytes) {
  message_.buffer_ = std::make_unique_for_overwrite<char[]>(bytes.size());
  std::memcpy(message_.buffer_.get(), bytes.data(), bytes.size());
  message_.size_ = bytes.size();
  text_ = {message_.buffer_.get(), bytes.size()};
  message_.headers_.reserve(usual_header_count);
}

MessageParser::Fault MessageParser::read() {
  const std::size_t first_line = text_.find(line_end);
  if (first_line == std::string_view::npos) return Unreadable::no_start_line;
  if (const Fault fault = read_start_line(text_.substr(0, first_line))) return fault;
  read_headers(text_.substr(first_line + line_end.size()));
  if (const Fault fault = read_mandatory()) return fault;
  read_conditional();
  extent_ == Extent::whole ? read_body() : refuse_length();
  if (!message_.is_request() && message_.refusal_) return Unreadable::bad_response;
  return std::nullopt;
}

void MessageParser::refuse(int status, std::string_view reason) {
  if (!message_.refusal_) message_.refusal_ = Refusal{status, reason};
}

// ---- Start line ---------------------------------------------------------------------------------

MessageParser::Fault MessageParser::read_start_line(std::string_view line) {
  if (!is_start_line(line)) return Unreadable::no_start_line;
  if (!starts_with_version_prefix(line)) {
    read_request_line(line);
    return std::nullopt;
  }
  read_status_line(line);
  return message_.refusal_ ? Fault(Unreadable::bad_response) : std::nullopt;
}

/// "SIP/2.0 180 Ringing"; the phrase may be empty, in any language.
void MessageParser::read_status_line(std::string_view line) {
  const std::string_view protocol = take_until(line, ' ');
  const std::string_view code = take_until(line, ' ');
  const auto status = to_number<std::uint16_t>(code);
  const bool is_status = code.size() == 3 && status && *status >= 100 && *status < 700;
  if (!equals_ignoring_case(protocol, version) || !is_status || has_control(line)) {
    return refuse(400, "Bad Status Line");
  }
  message_.status_ = *status;
  message_.reason_phrase_ = line;
}

/// "Method SP Request-URI SP SIP-Version" (RFC 3261 §7.1).
void MessageParser::read_request_line(std::string_view line) {
  message_.method_name_ = take_until(line, ' ');
  const std::string_view protocol = last_word(line);
  message_.method_ = method_from(message_.method_name_);

  const auto before_version = static_cast<std::size_t>(protocol.data() - line.data());
  message_.request_uri_ = line.substr(0, before_version);
  if (!message_.request_uri_.ends_with(' ') || !line.ends_with(protocol)) {
    refuse(400, "Bad Request Line");
  } else {
    message_.request_uri_.remove_suffix(1);
  }
  if (!equals_ignoring_case(protocol, version)) refuse(505, "Version Not Supported");
  read_request_uri();
}

/// Other schemes than ours are read; who answers for them says 416.
void MessageParser::read_request_uri() {
  const auto uri = parse_uri(message_.request_uri_);
  if (!uri) return refuse(400, "Bad Request-URI");
  // "The header component is not allowed in the Request-URI" (RFC 3261 §19.1.1, table 1).
  if (!uri->headers.empty()) refuse(400, "Request-URI With Headers");
}

// ---- Header fields ------------------------------------------------------------------------------

void MessageParser::read_headers(std::string_view rest) {
  while (!rest.starts_with(line_end)) {
    if (rest.empty()) return refuse(400, "Unfinished Header");
    const FieldLine line = take_field_line(rest);
    if (line.name.empty()) {
      refuse(400, "Bad Header Line");
      continue;
    }
    const HeaderId id = header_from(line.name);
    if (!add_header({id, line.name, cleaned(id, line.value)})) {
      return refuse(400, "Too Many Header Fields");
    }
  }
  after_head_ = rest.substr(line_end.size());
}

bool MessageParser::add_header(const HeaderField& field) {
  if (is_over_limit(field)) return false;
  ++counts_[static_cast<std::size_t>(field.id)];
  message_.headers_.push_back(field);
  return true;
}

bool MessageParser::is_over_limit(const HeaderField& field) const {
  if (message_.headers_.size() == max_header_count) return true;
  if (count(field.id) < max_header_count_of_one_name) return false;
  if (field.id != HeaderId::other) return true;
  const auto same = std::ranges::count_if(message_.headers_, [&](const HeaderField& other) {
    return equals_ignoring_case(other.name, field.name);
  });
  return static_cast<std::size_t>(same) >= max_header_count_of_one_name;
}

/// The value unfolded in place and trimmed. A control character is overwritten, since the field may
/// be copied into an answer or a log, and refused where the field is needed; one that is escaped in
/// quotes is legal (RFC 4475 §3.1.1.2), yet a NUL is overwritten even there. A bare CR or LF is
/// refused in every field: another reader would see one field more (hostile-input F5).
std::string_view MessageParser::cleaned(HeaderId id, std::string_view value) {
  if (!has_control(value)) return trimmed(value);
  const std::span<char> characters(message_.buffer_.get() + (value.data() - text_.data()),
                                   value.size());
  bool is_quoted = false;
  bool is_escaped = false;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    char& c = characters[i];
    if (c == '\r' && value.substr(i, 2) == line_end && i + 2 < value.size()) {
      c = characters[i + 1] = ' ';
    }
    const bool is_line_break = c == '\r' || c == '\n';
    if (is_control(c) && c != '\t' && (!is_escaped || is_line_break)) {
      if (is_line_break) refuse(400, "Bare Line Break In Header");
      if (is_needed(id)) refuse(Wrong::control_character, id);
      c = '?';
    }
    if (c == '\0') c = '?';
    if (c == '"' && !is_escaped) is_quoted = !is_quoted;
    is_escaped = c == '\\' && is_quoted && !is_escaped;
  }
  return trimmed(value);
}

// ---- What every message must hold ---------------------------------------------------------------

/// RFC 3261 §8.1.1. Without a value of each to copy there is no answer (§8.2.6.2); a value that is
/// wrong is copied as it is. Max-Forwards is not demanded: RFC 2543 had none.
MessageParser::Fault MessageParser::read_mandatory() {
  constexpr std::array mandatory{HeaderId::via, HeaderId::from, HeaderId::to, HeaderId::call_id,
                                 HeaderId::cseq};
  const bool has_all = std::ranges::all_of(
      mandatory, [this](HeaderId id) { return !message_.header(id).value_or("").empty(); });
  if (!has_all) {
    return message_.is_request() ? Unreadable::cannot_be_answered : Unreadable::bad_response;
  }
  std::string_view vias = *message_.header(HeaderId::via);
  const auto via = parse_via(take_list_element(vias));
  const auto from = parse_name_addr(*message_.header(HeaderId::from));
  const auto to = parse_name_addr(*message_.header(HeaderId::to));
  const auto cseq = parse_cseq(*message_.header(HeaderId::cseq));
  message_.call_id_ = *message_.header(HeaderId::call_id);
  message_.via_ = via.value_or(Via{});
  message_.from_ = from.value_or(NameAddr{});
  message_.to_ = to.value_or(NameAddr{});
  message_.cseq_ = cseq.value_or(CSeq{});
  if (!via) refuse(Wrong::malformed, HeaderId::via);
  if (!from) refuse(Wrong::malformed, HeaderId::from);
  if (!to) refuse(Wrong::malformed, HeaderId::to);
  if (!is_call_id(message_.call_id_)) refuse(Wrong::malformed, HeaderId::call_id);
  if (!cseq) {
    refuse(Wrong::malformed, HeaderId::cseq);
  } else if (message_.is_request() && cseq->method_name != message_.method_name_) {
    refuse(400, "CSeq Method Mismatch");
  }
  return std::nullopt;
}

/// Fields that a message may do without, but that must be right if they are there.
void MessageParser::read_conditional() {
  constexpr std::array single{HeaderId::from, HeaderId::to, HeaderId::call_id, HeaderId::cseq,
                              HeaderId::max_forwards};
  for (const HeaderId id : single) {
    if (count(id) > 1) refuse(Wrong::repeated, id);
  }
  if (count(HeaderId::max_forwards) > 0) {
    const auto hops = to_number<std::uint8_t>(*message_.header(HeaderId::max_forwards));
    if (!hops) refuse(Wrong::malformed, HeaderId::max_forwards);
  }
  for (const HeaderId id : {HeaderId::require, HeaderId::proxy_require}) {
    if (count(id) > 0 && !lists_tokens_only(id)) refuse(Wrong::malformed, id);
  }
}

/// An option tag that is none can neither be understood nor named in Unsupported.
bool MessageParser::lists_tokens_only(HeaderId id) const {
  return std::ranges::all_of(message_.list(id),
                             [](std::string_view tag) { return is_all(token_characters, tag); });
}

/// "If there are additional bytes in the transport packet beyond the end of the body, they MUST be
/// discarded"; too few are an error (RFC 3261 §18.3).
void MessageParser::read_body() {
  message_.body_ = after_head_;
  if (count(HeaderId::content_length) == 0) return;
  const auto length = parse_content_length(*message_.header(HeaderId::content_length));
  const bool agree = std::ranges::all_of(message_.headers_, [&](const HeaderField& field) {
    return field.id != HeaderId::content_length || parse_content_length(field.value) == length;
  });
  if (!length || !agree) return refuse(Wrong::malformed, HeaderId::content_length);
  if (*length > after_head_.size()) return refuse(400, "Body Shorter Than Content-Length");
  message_.body_ = after_head_.substr(0, *length);
}

/// The framer has judged it already; here it gets its words.
void MessageParser::refuse_length() {
  const auto value = message_.header(HeaderId::content_length);
  if (!value) return refuse(Wrong::missing, HeaderId::content_length);
  const auto length = parse_content_length(*value);
  const bool is_too_long = length && *length > max_message_size - text_.size();
  if (is_too_long && count(HeaderId::content_length) == 1) return refuse(513, "Message Too Large");
  refuse(Wrong::malformed, HeaderId::content_length);
}

}  // namespace dering::sip
