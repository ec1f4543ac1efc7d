// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/check.h"
#include "sip/message/message.h"
#include "sip/message/writer.h"

// What phones say, for tests: texts with every part replaceable.

namespace dering::sip::testing {

/// A request as a phone writes it. Change what the test is about, leave the rest.
struct RequestText {
  std::string method = "INVITE";
  std::string uri = "sip:1002@pbx.test";
  std::string transport = "UDP";
  std::string sent_by = "192.0.2.1:5060";
  std::string branch = "z9hG4bK776asdhds";
  std::string from = "\"Siti\" <sip:1001@pbx.test>";
  std::string from_tag = "from-1";
  std::string to = "<sip:1002@pbx.test>";
  std::string to_tag{};
  std::string call_id = "call-1@phone.test";
  std::uint32_t cseq = 1;
  std::string cseq_method{};  ///< empty: the method
  std::string contact = "<sip:1001@192.0.2.1:5060>";
  std::string more{};  ///< further header fields, each with its CRLF
  std::string content_type = "application/sdp";
  std::string body{};

  std::string text() const {
    std::string message = fmt::format(
        "{} {} SIP/2.0\r\nVia: SIP/2.0/{} {};branch={}\r\nMax-Forwards: 70\r\nFrom: {};tag={}\r\n"
        "To: {}{}{}\r\nCall-ID: {}\r\nCSeq: {} {}\r\n",
        method, uri, transport, sent_by, branch, from, from_tag, to,
        to_tag.empty() ? "" : ";tag=", to_tag, call_id, cseq,
        cseq_method.empty() ? method : cseq_method);
    if (!contact.empty()) message += "Contact: " + contact + "\r\n";
    message += more;
    if (!body.empty()) message += "Content-Type: " + content_type + "\r\n";
    return message + fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
  }
};

/// The text must be readable.
inline Message parsed(std::string_view text) {
  auto message = Message::parse(text);
  DERING_CHECK(message.has_value());
  return std::move(*message);
}
inline Message parsed(const RequestText& request) {
  return parsed(request.text());
}

/// The phone's answer to a request it was sent.
inline std::string answer_text(const Message& request, int status, std::string_view to_tag = {},
                               std::string_view contact = {}, std::string_view sdp = {}) {
  auto writer = MessageWriter::response_to(request, *SocketAddress::from_text("192.0.2.1", 5060),
                                           status, reason_phrase(status), to_tag);
  if (!contact.empty()) writer.header(HeaderId::contact, contact);
  return sdp.empty() ? writer.finish() : writer.finish("application/sdp", sdp);
}
inline std::string answer_text(std::string_view request, int status, std::string_view to_tag = {},
                               std::string_view contact = {}, std::string_view sdp = {}) {
  return answer_text(parsed(request), status, to_tag, contact, sdp);
}

inline Flow udp_flow(std::uint16_t port = 5060) {
  return {Transport::udp, *SocketAddress::from_text("192.0.2.1", port), 0};
}
inline Flow wss_flow(std::uint64_t connection = 1) {
  return {Transport::wss, *SocketAddress::from_text("192.0.2.1", 40'000), connection};
}
inline Flow tcp_flow(std::uint64_t connection = 1) {
  return {Transport::tcp, *SocketAddress::from_text("192.0.2.1", 40'000), connection};
}

}  // namespace dering::sip::testing
