// SPDX-License-Identifier: Apache-2.0
#include "calls/strangers.h"

#include <fmt/format.h>

#include <utility>

namespace dering::bench {
namespace {

using sip::HeaderId;
using sip::MessageWriter;

constexpr std::uint32_t address = 0x7f000005;  // 127.0.0.5

/// What a desk phone offers; more than a line or two, as INVITEs are.
constexpr std::string_view description =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.5\r\ns=call\r\nc=IN IP4 127.0.0.5\r\nt=0 0\r\n"
    "m=audio 20000 RTP/AVP 9 8 0 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n";

}  // namespace

Stranger::Stranger(const SocketAddress& subject, std::string method)
    : socket_(address, subject), method_(std::move(method)) {}

void Stranger::ask() {
  const std::uint64_t number = ++asked_;
  // Names that nobody has, as scanners try them.
  const std::string from = fmt::format("<sip:{}@{}>", 200'000 + number % 10'000, realm);
  const std::string uri =
      method_ == "REGISTER" ? fmt::format("sip:{}", realm) : fmt::format("sip:100000@{}", realm);
  MessageWriter writer = MessageWriter::request(method_, uri);
  writer.header(HeaderId::via, socket_.via(number))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, fmt::format("{};tag=s{:x}", from, number))
      .header(HeaderId::to, method_ == "REGISTER" ? from : fmt::format("<{}>", uri))
      .header(HeaderId::call_id, fmt::format("s{:x}", number))
      .header(HeaderId::cseq, fmt::format("1 {}", method_))
      .header(HeaderId::contact, socket_.contact("stranger"))
      .header(HeaderId::user_agent, "Desk phone 1.0");
  std::string request =
      method_ == "INVITE" ? writer.finish("application/sdp", description) : writer.finish();
  request_size_ = request.size();
  socket_.send(std::move(request));
}

void Stranger::receive() {
  socket_.receive([&](const sip::Message& message) {
    if (!message.is_request()) ++answers_[message.status()];
  });
}

std::uint64_t Stranger::answered() const {
  std::uint64_t count = 0;
  for (const auto& [status, times] : answers_) count += times;
  return count;
}

}  // namespace dering::bench
