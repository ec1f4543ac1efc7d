// SPDX-License-Identifier: Apache-2.0
#include "trunk/line.h"

#include <string>
#include <utility>

#include "sip/message/writer.h"

namespace dering::trunk {

using sip::HeaderId;

void Line::on_time(std::string_view host, Turn& turn) {
  if (probe_ && turn.now >= asked_at_ + patience) {
    leave(turn);
    liveness_.on_probe_silent(turn.now);
  }
  if (probe_ || !liveness_.is_due(turn.now)) return;
  const std::string uri = std::string("sip:").append(host);
  const std::string branch = turn.endpoint.new_branch();
  auto writer = sip::MessageWriter::request("OPTIONS", uri);
  writer.header(HeaderId::via, turn.endpoint.via_value(flow_, branch))
      .header(HeaderId::max_forwards, std::uint64_t{70})
      .header(HeaderId::from, "<" + uri + ">;tag=" + turn.endpoint.new_tag())
      .header(HeaderId::to, "<" + uri + ">")
      .header(HeaderId::call_id, turn.endpoint.new_call_id())
      .header(HeaderId::cseq, "1 OPTIONS")
      .header(HeaderId::contact, turn.endpoint.contact_value(flow_, {}))
      .header(HeaderId::user_agent, turn.endpoint.names().product);
  probe_ = turn.endpoint.request(flow_, sip::Method::options, branch, writer.finish(), turn.now,
                                 turn.sip);
  asked_at_ = turn.now;
  liveness_.on_asked(turn.now);
}

void Line::on_probe_answered(int status, Instant now) {
  if (status < 200) return;
  probe_.reset();
  liveness_.on_probe_answered(status, now);
}

void Line::on_probe_failed(Instant now) {
  probe_.reset();
  liveness_.on_probe_silent(now);
}

void Line::leave(Turn& turn) {
  if (const auto probe = std::exchange(probe_, std::nullopt)) {
    turn.endpoint.release(*probe, turn.now);
  }
}

}  // namespace dering::trunk
