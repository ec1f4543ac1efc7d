// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "api/outlets.h"
#include "monitor/trace_ring.h"
#include "sip/endpoint/endpoint.h"
#include "sip/message/message_parser.h"

namespace dering::app {

/// What administrators want to know of the live switchboard, and the ring of its last messages.
/// Each answer is bounded work. Signalling thread.
class LiveDesk {
 public:
  /// From now on messages of that many bytes together; 0: none.
  void keep_trace(std::size_t bytes) { ring_ = monitor::TraceRing(bytes); }

  void on_received(const sip::Flow& flow, std::string_view text, Instant now) {
    ring_.keep(monitor::Direction::in, flow, text, now);
  }
  void on_received(const sip::Received& message, Instant now) {
    on_received(message.flow, sip::MessageParser::text_of(message.message), now);
  }
  void on_sent(const sip::Send& message, Instant now) {
    ring_.keep(monitor::Direction::out, message.flow, message.bytes, now);
  }
  api::LivePart carry_out(const api::LiveOrder& order, Instant now);

 private:
  monitor::TracePart answer(const api::LiveOrder::Trace& wanted, Instant now) const;

  monitor::TraceRing ring_{0};
};

}  // namespace dering::app
