// SPDX-License-Identifier: Apache-2.0
#include "sip/message/writer.h"

#include <charconv>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "sip/message/characters.h"

namespace dering::sip {
namespace {

constexpr std::size_t usual_message_size = 1024;
constexpr std::string_view version = "SIP/2.0";

/// No line break and no NUL, so that a value cannot become a header field of its own.
bool is_writable(std::string_view value) {
  if (!has_control(value)) return true;
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// Digits of a number, without a heap allocation.
class Digits {
 public:
  explicit Digits(std::uint64_t number)
      : end_(std::to_chars(text_, text_ + sizeof text_, number).ptr) {}
  operator std::string_view() const { return {text_, end_}; }

 private:
  char text_[20];
  const char* end_;
};

/// What the sender of a Via wrote of our own parameters is left out: only we know where the
/// request came from.
void append_foreign_parameters(std::string& text, std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = take_parameter(parameters);
    const std::string_view name = trimmed(parameter.substr(0, parameter.find('=')));
    if (equals_ignoring_case(name, "received") || equals_ignoring_case(name, "rport")) continue;
    text.append(";").append(trimmed(parameter));
  }
}

/// The topmost Via as the response needs it to find its way back: `received` if the sent-by is not
/// where the request came from (RFC 3261 §18.2.1), both parameters if `rport` was asked for
/// (RFC 3581 §4).
void append_completed_via(std::string& text, const Via& via, const SocketAddress& source) {
  const bool wants_rport = find_parameter(via.parameters, "rport").has_value();
  const std::string ip = source.ip_text();
  text.append(version).append("/").append(via.transport).append(" ").append(via.sent_by);
  append_foreign_parameters(text, via.parameters);
  if (wants_rport || via.host != ip) text.append(";received=").append(ip);
  if (wants_rport) text.append(";rport=").append(Digits(source.port()));
}

/// A field may list several Via; only the first of the first field is ours to complete. One that
/// could not be read goes back as it came.
void append_vias(std::string& text, const Message& request, const SocketAddress& source) {
  bool is_topmost = true;
  for (const HeaderField& field : request.headers()) {
    if (field.id != HeaderId::via) continue;
    text.append("Via: ");
    std::string_view rest = field.value;
    if (std::exchange(is_topmost, false) && !request.via().host.empty()) {
      take_list_element(rest);
      append_completed_via(text, request.via(), source);
      if (!rest.empty()) text.append(",");
    }
    text.append(rest).append("\r\n");
  }
}

}  // namespace

MessageWriter::MessageWriter(std::string start_line) : text_(std::move(start_line)) {}

MessageWriter MessageWriter::request(std::string_view method, std::string_view request_uri) {
  DERING_CHECK(is_all(token_characters, method));
  DERING_CHECK(!request_uri.empty() && !has_control(request_uri) && !request_uri.contains(' '));
  std::string text;
  text.reserve(usual_message_size);
  text.append(method).append(" ").append(request_uri).append(" ").append(version).append("\r\n");
  return MessageWriter(std::move(text));
}

MessageWriter MessageWriter::response(int status, std::string_view reason_phrase) {
  DERING_CHECK(status >= 100 && status < 700);
  DERING_CHECK(is_writable(reason_phrase));
  std::string text;
  text.reserve(usual_message_size);
  text.append(version).append(" ").append(Digits(static_cast<std::uint64_t>(status)));
  text.append(" ").append(reason_phrase).append("\r\n");
  return MessageWriter(std::move(text));
}

MessageWriter MessageWriter::response_to(const Message& request, const SocketAddress& source,
                                         int status, std::string_view reason_phrase,
                                         std::string_view to_tag) {
  DERING_CHECK(request.is_request());
  DERING_CHECK(to_tag.empty() || is_all(token_characters, to_tag));
  MessageWriter writer = response(status, reason_phrase);
  append_vias(writer.text_, request, source);
  const auto copy = [&](HeaderId id) { writer.header(id, *request.header(id)); };
  copy(HeaderId::from);
  copy(HeaderId::to);
  if (!to_tag.empty() && request.to().tag().empty()) {
    writer.text_.resize(writer.text_.size() - 2);
    writer.text_.append(";tag=").append(to_tag).append("\r\n");
  }
  copy(HeaderId::call_id);
  copy(HeaderId::cseq);
  return writer;
}

MessageWriter& MessageWriter::header(std::string_view name, std::string_view value) {
  DERING_CHECK(is_all(token_characters, name));
  return append(name, value);
}

MessageWriter& MessageWriter::header(HeaderId id, std::string_view value) {
  DERING_CHECK(id != HeaderId::other);
  return append(name_of(id), value);
}

MessageWriter& MessageWriter::append(std::string_view name, std::string_view value) {
  DERING_CHECK(is_writable(value));
  text_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

MessageWriter& MessageWriter::header(HeaderId id, std::uint64_t value) {
  return header(id, Digits(value));
}

std::string MessageWriter::finish() {
  text_.append("Content-Length: 0\r\n\r\n");
  return std::move(text_);
}

std::string MessageWriter::finish(std::string_view content_type, std::string_view body) {
  header(HeaderId::content_type, content_type);
  header(HeaderId::content_length, std::uint64_t{body.size()});
  text_.append("\r\n").append(body);
  return std::move(text_);
}

}  // namespace dering::sip
