// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "net/deadline.h"
#include "net/edge_state.h"
#include "net/http_message.h"
#include "sip/flow.h"

namespace dering::net {

/// What a SIP flow over WebSocket and one over TCP have in common: parsing, counting, the queue
/// towards a slow reader, deadlines and the one report of the end. Edge thread.
class SipConnection : public std::enable_shared_from_this<SipConnection> {
 public:
  virtual ~SipConnection() = default;

  /// Queues one message. A reader that leaves more than the cap waiting is closed
  /// (hostile-input D8).
  void send(std::string bytes);
  void keep() { is_kept_ = true; }
  /// With a farewell where the protocol has one.
  virtual void close(CloseReason reason) = 0;
  /// Now. Nothing happens on it afterwards; later calls do nothing.
  void end();

 protected:
  enum class Framing : std::uint8_t { websocket, stream };
  SipConnection(EdgeState& edge, Accepted accepted, Framing framing);

  /// One whole message from the peer.
  void on_bytes(std::string_view bytes);
  void on_written(IoError error);
  void on_deadline();

  virtual void write(std::string_view bytes) = 0;  ///< then on_written()

  ByteStream& stream() { return *accepted_.stream; }
  EdgeState& edge() { return edge_; }
  Deadline& deadline() { return deadline_; }
  bool has_ended() const { return has_ended_; }
  bool is_kept() const { return is_kept_; }
  bool has_delivered() const { return has_delivered_; }

 private:
  EdgeState& edge_;
  Accepted accepted_;
  const sip::Flow flow_;
  Deadline deadline_;
  std::deque<std::string> queue_;  ///< the front is being written
  std::size_t queued_bytes_ = 0;
  std::size_t unreadable_in_row_ = 0;
  bool has_delivered_ = false;
  bool is_kept_ = false;
  bool has_ended_ = false;
};

/// Takes over a connection whose HTTP request asked for SIP over WebSocket and was found good.
void start_websocket(EdgeState& edge, Accepted accepted, const std::string& target,
                     const HttpFields& fields);
/// SIP over TCP: messages cut by Content-Length.
void start_sip_stream(EdgeState& edge, Accepted accepted);

}  // namespace dering::net
