// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/deadline.h"
#include "net/edge_state.h"
#include "net/http_reader.h"
#include "net/request_source.h"
#include "net/request_target.h"
#include "net/static_files.h"

namespace dering::net {

/// One HTTP/1.1 connection, request after request, until it ends, becomes an event stream, or is
/// handed over as a WebSocket. Edge thread.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(EdgeState& edge, Accepted accepted);

  void start();
  /// The answer of on_http.
  void respond(HttpResponse response, bool has_signed_in);
  void open_stream(std::shared_ptr<StreamGauge> gauge);
  void send_events(std::string bytes);
  /// Now. Later calls do nothing.
  void end();

 private:
  enum class State : std::uint8_t {
    handshaking,
    reading,    ///< a request
    replying,   ///< waiting for on_http's answer
    writing,    ///< a response
    streaming,  ///< events, until either side ends
    lingering,  ///< all is said; the peer may still be sending
    ended,
  };

  void on_handshake_failed(IoError error);
  void read_request();
  void read_more();
  void on_read(IoError error, std::size_t size);
  void take_request();
  void on_request();
  bool learn_source(RequestTarget& target);
  void hand_to_application(RequestTarget target);
  void answer_probe(HttpResponse response);
  void answer_with_file(std::string_view path);
  bool is_read_only() const;
  void refuse_method();
  void upgrade_to_websocket();
  refusal::Transport transport(refusal::What what) const;
  void report(refusal::What what, refusal::Reason reason, std::string_view name,
              std::string_view note = {});
  void refuse_foreign_origin();

  void redirect_below(const std::string& path, const std::string& query);
  void refuse(int status, std::string_view sentence = {});
  void write_response(HttpResponse response, std::shared_ptr<const std::string> body);
  void write_head(const HttpFields& fields, int status, std::optional<std::size_t> content_length);
  void write_rest();
  void on_written(IoError error, std::size_t size);
  void on_response_written();

  void write_events();
  void watch_stream_reader();
  void on_heartbeat();
  void on_deadline();

  void arm(std::chrono::milliseconds time, void (HttpConnection::*on_passed)());

  EdgeState& edge_;
  Accepted accepted_;
  State state_ = State::handshaking;
  Deadline deadline_;
  HttpReader reader_;
  std::array<char, 4096> received_;

  RequestSource source_{};  ///< of the request that is being answered
  bool is_keep_alive_ = false;
  bool is_head_request_ = false;
  std::string head_;                              ///< being written
  std::shared_ptr<const std::string> next_body_;  ///< to be written after it
  std::shared_ptr<const std::string> body_;       ///< being written
  std::string_view rest_;                         ///< what is not written yet, of head_ or *body_

  std::shared_ptr<StreamGauge> gauge_;
  std::string events_waiting_;
};

/// Serves a connection of a web listener, from the TLS handshake on.
void start_http(EdgeState& edge, Accepted accepted);

}  // namespace dering::net
