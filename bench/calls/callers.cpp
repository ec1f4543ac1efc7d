// SPDX-License-Identifier: Apache-2.0
#include "calls/callers.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dering::bench {
namespace {

using sip::HeaderId;
using sip::MessageWriter;

constexpr std::uint32_t address = 0x7f000002;  // 127.0.0.2

/// What a desk phone with G.711, G.722 and DTMF offers.
std::string description(const SocketAddress& local, std::uint64_t id) {
  return fmt::format(
      "v=0\r\no=- {0} {0} IN IP4 {1}\r\ns=call\r\nc=IN IP4 {1}\r\nt=0 0\r\n"
      "m=audio {2} RTP/AVP 9 8 0 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\n"
      "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
      "a=ptime:20\r\na=sendrecv\r\n",
      id, local.ip_text(), 20'000 + id % 20'000 * 2);
}

std::uint64_t id_of(const sip::Message& response) {
  return to_number<std::uint64_t>(response.call_id(), 16).value_or(0);
}

}  // namespace

Callers::Callers(const SocketAddress& subject, std::vector<Line> lines,
                 std::vector<std::string> callees)
    : socket_(address, subject), lines_(std::move(lines)), callees_(std::move(callees)) {}

void Callers::begin(Challenge challenge, Time now) {
  const std::uint64_t id = ++last_call_;
  Call& call = calls_[id];
  call.line = id % lines_.size();
  call.invited_at = now;
  ++counts_.begun;
  invite(id, call, challenge == Challenge::kept);
}

MessageWriter Callers::request(std::uint64_t id, const Call& call, std::string_view method,
                               std::string_view uri, std::string_view to) {
  MessageWriter writer = MessageWriter::request(method, uri);
  writer.header(HeaderId::via, socket_.via(++last_branch_))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, fmt::format("\"Phone {0}\" <sip:{0}@{1}>;tag=c{2:x}",
                                          lines_[call.line].extension, realm, id))
      .header(HeaderId::to, to)
      .header(HeaderId::call_id, fmt::format("{:x}", id))
      .header(HeaderId::cseq, fmt::format("{} {}", call.cseq, method));
  for (const std::string& route : call.routes) writer.header(HeaderId::route, route);
  return writer;
}

void Callers::invite(std::uint64_t id, Call& call, bool with_credentials) {
  const std::string uri = fmt::format("sip:{}@{}", callees_[call.line], realm);
  MessageWriter writer = request(id, call, "INVITE", uri, fmt::format("<{}>", uri));
  writer.header(HeaderId::contact, socket_.contact(lines_[call.line].extension))
      .header(HeaderId::allow, "INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS, NOTIFY, REFER")
      .header(HeaderId::supported, "timer, replaces")
      .header(HeaderId::user_agent, "Desk phone 1.0");
  if (with_credentials) {
    writer.header(HeaderId::proxy_authorization, lines_[call.line].credentials("INVITE", uri));
  }
  socket_.send(writer.finish("application/sdp", description(socket_.local(), id)));
}

void Callers::receive(std::chrono::nanoseconds hold, Time now) {
  socket_.receive([&](const sip::Message& message) {
    if (message.is_request()) return;
    const std::uint64_t id = id_of(message);
    const auto found = calls_.find(id);
    if (found == calls_.end()) {
      ++counts_.repeated;
      return;
    }
    if (message.cseq().method == sip::Method::invite) {
      return on_invite_response(id, found->second, message, hold, now);
    }
    message.status() == 200 ? ++counts_.ended : ++counts_.refused;
    calls_.erase(found);
  });
}

void Callers::on_invite_response(std::uint64_t id, Call& call, const sip::Message& response,
                                 std::chrono::nanoseconds hold, Time now) {
  const int status = response.status();
  if (status == 180) {
    if (std::exchange(call.rings, true)) ++counts_.repeated;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now - call.invited_at);
    counts_.until_ringing_us.push_back(static_cast<std::uint32_t>(us.count()));
  }
  if (status < 200) return;
  if (!call.remote.empty()) {
    ++counts_.repeated;
    return;
  }
  acknowledge(id, call, response);
  if (status == 407) {
    lines_[call.line].take_challenge(response);
    ++call.cseq;
    return invite(id, call, true);
  }
  if (status != 200) {
    ++counts_.refused;
    calls_.erase(id);
    return;
  }
  ++counts_.answered;
  byes_.emplace_back(now + hold, id);
}

/// RFC 3261 §17.1.1.3 for refusals, §13.2.2.4 for a 200, whose dialog begins here.
void Callers::acknowledge(std::uint64_t id, const Call& call, const sip::Message& response) {
  Call& mine = calls_.at(id);
  const std::string to(response.header(HeaderId::to).value_or(""));
  if (response.status() == 200) {
    const auto contacts = sip::parse_contacts(response.header(HeaderId::contact).value_or(""));
    mine.remote = to;
    for (const sip::HeaderField& field : response.headers()) {
      if (field.id == HeaderId::record_route) mine.routes.emplace(mine.routes.begin(), field.value);
    }
    mine.target = contacts && !contacts->contacts.empty() ? contacts->contacts.front().uri.text
                                                          : std::string_view{};
    socket_.send(request(id, call, "ACK", mine.target, to).finish());
    return;
  }
  const std::string uri = fmt::format("sip:{}@{}", callees_[call.line], realm);
  MessageWriter writer = MessageWriter::request("ACK", uri);
  writer
      .header(HeaderId::via, fmt::format("SIP/2.0/UDP {};branch={};rport", socket_.local().text(),
                                         response.via().branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, *response.header(HeaderId::from))
      .header(HeaderId::to, to)
      .header(HeaderId::call_id, response.call_id())
      .header(HeaderId::cseq, fmt::format("{} ACK", call.cseq));
  socket_.send(writer.finish());
}

void Callers::on_time(Time now) {
  for (; !byes_.empty() && byes_.front().first <= now; byes_.pop_front()) {
    const std::uint64_t id = byes_.front().second;
    const auto found = calls_.find(id);
    if (found == calls_.end()) continue;
    Call& call = found->second;
    ++call.cseq;
    socket_.send(request(id, call, "BYE", call.target, call.remote).finish());
  }
}

}  // namespace dering::bench
