// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/deadline.h"
#include "net/edge_state.h"
#include "net/http_message.h"
#include "sip/flow.h"
#include "sip/message/message.h"

namespace dering::net {

/// What a SIP flow over WebSocket and one over TCP have in common: parsing, counting, the rate at
/// which it is read, the queue towards a slow reader, deadlines and the one report of the end. Edge
/// thread.
class SipConnection : public std::enable_shared_from_this<SipConnection> {
 public:
  virtual ~SipConnection() = default;

  /// Queues one message. A reader that leaves more than the cap waiting is closed
  /// (hostile-input D8).
  void send(std::string bytes);
  void keep();
  /// With a farewell where the protocol has one.
  virtual void close(CloseReason reason) = 0;
  /// Now. Nothing happens on it afterwards; later calls do nothing.
  void end(sip::FlowEnd how = sip::FlowEnd::lost);
  /// Nobody has signed in on it, and somebody else of a crowded source wants the place.
  void make_room();

 protected:
  enum class Framing : std::uint8_t { websocket, stream };
  SipConnection(EdgeState& edge, Accepted accepted, Framing framing);

  using Parsed = std::expected<sip::Message, sip::Unreadable>;

  /// One whole message from the peer.
  void on_message(Parsed message, std::size_t size);
  /// A keep-alive (RFC 5626 §3.5.1), which is answered.
  void on_ping(std::size_t size);
  /// The peer does not speak SIP, or no longer.
  virtual void give_up() { end(); }
  /// False if nothing more may be read for now: read_on() is called later. The rate is used up, a
  /// token is being judged, or nobody has room for the last message.
  bool may_read_on();
  /// Takes what was read already, then reads.
  virtual void read_on() = 0;
  void on_written(IoError error);
  void on_deadline();
  void report(refusal::What what, refusal::Reason reason);

  virtual void write(std::string_view bytes) = 0;  ///< then on_written()

  ByteStream& stream() { return *accepted_.stream; }
  EdgeState& edge() { return edge_; }
  Deadline& deadline() { return deadline_; }
  bool is_tls() const { return accepted_.is_tls; }
  bool has_ended() const { return has_ended_; }
  bool has_written_all() const { return queue_.empty(); }
  /// Something that was asked has no final response yet.
  bool owes_answers() const { return unanswered_ > 0; }
  bool is_kept() const { return is_kept_; }
  bool has_delivered() const { return has_delivered_; }

 private:
  void offer();
  void go_on();
  void on_pause_over();

  EdgeState& edge_;
  Accepted accepted_;
  const sip::Flow flow_;
  Deadline deadline_;
  Deadline pause_;
  MessageRate rate_;
  std::optional<sip::Message> offered_;  ///< for which there was no room yet
  /// A stranger has shown a token: until the answer goes out nothing more is read.
  bool awaits_answer_ = false;
  bool is_paused_ = false;
  std::deque<std::string> queue_;  ///< the front is being written
  std::size_t queued_bytes_ = 0;
  std::size_t unreadable_in_row_ = 0;
  std::size_t unanswered_ = 0;  ///< requests that get a final response
  bool has_delivered_ = false;
  bool is_kept_ = false;
  bool has_ended_ = false;
};

/// Takes over a connection whose HTTP request asked for SIP over WebSocket and was found good.
void start_websocket(EdgeState& edge, Accepted accepted, const std::string& target,
                     const HttpFields& fields);
/// SIP over TCP or TLS: messages cut by Content-Length.
void start_sip_stream(EdgeState& edge, Accepted accepted);

}  // namespace dering::net
