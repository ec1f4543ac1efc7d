// SPDX-License-Identifier: Apache-2.0
#include "sip/endpoint/own_text.h"

#include <optional>

#include "base/text.h"
#include "sip/message/writer.h"

namespace dering::sip {
namespace {

/// Takes one line off the text, without its CRLF.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 2);
  return line;
}

/// Takes one header field off the text; nothing at the end of the head.
std::optional<HeaderField> take_header(std::string_view& text) {
  std::string_view value = take_line(text);
  if (value.empty()) return std::nullopt;
  const std::string_view name = trimmed(take_until(value, ':'));
  return HeaderField{header_from(name), name, trimmed(value)};
}

std::string_view request_uri_of(std::string_view start_line) {
  take_until(start_line, ' ');
  return take_until(start_line, ' ');
}

std::string cseq_with(Method method, std::string_view invite_cseq) {
  std::string cseq(take_until(invite_cseq, ' '));
  return cseq.append(1, ' ').append(name_of(method));
}

/// RFC 3261 §9.1, §17.1.1.3: Request-URI, top Via, From, Call-ID, number of CSeq and Route are
/// those of the INVITE.
MessageWriter request_beside(std::string_view invite, Method method, std::string_view to) {
  MessageWriter request =
      MessageWriter::request(name_of(method), request_uri_of(take_line(invite)));
  bool has_via = false;
  while (const std::optional<HeaderField> field = take_header(invite)) {
    if (field->id == HeaderId::via && !has_via) {
      request.header(HeaderId::via, field->value);
      has_via = true;
    } else if (field->id == HeaderId::to) {
      request.header(HeaderId::to, to.empty() ? field->value : to);
    } else if (field->id == HeaderId::cseq) {
      request.header(HeaderId::cseq, cseq_with(method, field->value));
    } else if (field->id == HeaderId::from || field->id == HeaderId::call_id ||
               field->id == HeaderId::route || field->id == HeaderId::max_forwards) {
      request.header(field->id, field->value);
    }
  }
  return request;
}

}  // namespace

std::string_view header_of_own(std::string_view message, HeaderId id) {
  take_line(message);
  while (const std::optional<HeaderField> field = take_header(message)) {
    if (field->id == id) return field->value;
  }
  return {};
}

std::string_view head_of_own(std::string_view message) {
  const std::size_t end = message.find("\r\n\r\n");
  return end == std::string_view::npos ? message : message.substr(0, end + 4);
}

std::string ack_of_own(std::string_view invite, std::string_view to) {
  return request_beside(invite, Method::ack, to).finish();
}

std::string cancel_of_own(std::string_view invite, std::string_view reason) {
  MessageWriter cancel = request_beside(invite, Method::cancel, {});
  if (!reason.empty()) cancel.header(HeaderId::reason, reason);
  return cancel.finish();
}

}  // namespace dering::sip
