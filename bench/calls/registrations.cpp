// SPDX-License-Identifier: Apache-2.0
#include "calls/registrations.h"

#include <fmt/format.h>

#include "base/text.h"

namespace dering::bench {
namespace {

using sip::HeaderId;
using sip::MessageWriter;

}  // namespace

void Registrations::begin(Challenge challenge) {
  const std::size_t line = next_++ % lines_.size();
  if (is_open_[line]) return;
  is_open_[line] = true;
  ++counts_.begun;
  send(line, challenge == Challenge::kept && !lines_[line].nonce.empty());
}

void Registrations::send(std::size_t line, bool with_credentials) {
  const std::string address = fmt::format("<sip:{}@{}>", lines_[line].extension, realm);
  const std::string uri = fmt::format("sip:{}", realm);
  MessageWriter writer = MessageWriter::request("REGISTER", uri);
  writer.header(HeaderId::via, socket_.via(0x1000000000000 + ++last_branch_))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, fmt::format("{};tag=r{}", address, lines_[line].extension))
      .header(HeaderId::to, address)
      .header(HeaderId::call_id, fmt::format("r{}", line))
      .header(HeaderId::cseq, fmt::format("{} REGISTER", ++cseq_[line]))
      .header(HeaderId::contact, socket_.contact(lines_[line].extension))
      .header(HeaderId::expires, std::uint64_t{3600})
      .header(HeaderId::user_agent, "Desk phone 1.0");
  if (with_credentials) {
    writer.header(HeaderId::authorization, lines_[line].credentials("REGISTER", uri));
  }
  socket_.send(writer.finish());
}

void Registrations::receive() {
  socket_.receive([&](const sip::Message& message) {
    if (!message.is_request()) take(message);
  });
}

void Registrations::take(const sip::Message& response) {
  const auto line = to_number<std::size_t>(response.call_id().substr(1));
  if (!line || *line >= lines_.size() || !is_open_[*line]) return;
  if (response.status() == 401) {
    lines_[*line].take_challenge(response);
    return send(*line, true);
  }
  is_open_[*line] = false;
  response.status() == 200 ? ++counts_.done : ++counts_.refused;
}

}  // namespace dering::bench
