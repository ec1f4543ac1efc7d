// SPDX-License-Identifier: Apache-2.0
#include "calls/callees.h"

#include <fmt/format.h>

namespace dering::bench {
namespace {

using sip::HeaderId;
using sip::MessageWriter;

constexpr std::uint32_t address = 0x7f000003;  // 127.0.0.3

/// The same for every answer to one INVITE, since its branch is.
std::string tag_for(const sip::Message& request) {
  return "e" + std::string(request.via().branch.substr(7));
}

}  // namespace

Callees::Callees(const SocketAddress& subject, std::vector<Line> lines)
    : socket_(address, subject), lines_(std::move(lines)) {}

void Callees::receive(std::chrono::nanoseconds ring, Time now) {
  socket_.receive([&](sip::Message message) {
    if (!message.is_request()) return;
    const sip::Method method = message.method();
    if (method == sip::Method::invite) {
      ++counts_.invites;
      answer(message, 180, false);
      ringing_.emplace_back(now + ring, std::move(message));
      return;
    }
    if (method == sip::Method::ack) {
      ++counts_.acks;
      return;
    }
    if (method == sip::Method::bye) ++counts_.byes;
    socket_.send(MessageWriter::response_to(message, socket_.subject(), 200, "OK", {}).finish());
  });
}

void Callees::answer(const sip::Message& invite, int status, bool with_description) {
  MessageWriter writer = MessageWriter::response_to(invite, socket_.subject(), status,
                                                    sip::reason_phrase(status), tag_for(invite));
  for (const sip::HeaderField& field : invite.headers()) {
    if (field.id == HeaderId::record_route) writer.header(field.id, field.value);
  }
  const auto uri = sip::parse_uri(invite.request_uri());
  writer.header(HeaderId::contact, socket_.contact(uri ? uri->user : "phone"));
  if (!with_description) return socket_.send(writer.finish());
  writer.header(HeaderId::allow, "INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS")
      .header(HeaderId::supported, "timer, replaces");
  socket_.send(writer.finish(
      "application/sdp",
      fmt::format("v=0\r\no=- 1 1 IN IP4 {0}\r\ns=call\r\nc=IN IP4 {0}\r\nt=0 0\r\n"
                  "m=audio 30000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
                  "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n",
                  socket_.local().ip_text())));
}

void Callees::on_time(Time now) {
  for (; !ringing_.empty() && ringing_.front().first <= now; ringing_.pop_front()) {
    answer(ringing_.front().second, 200, true);
  }
}

}  // namespace dering::bench
