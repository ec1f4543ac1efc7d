// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "net/http_message.h"

namespace dering::net {

/// Cuts the bytes of a connection into HTTP/1.1 requests (RFC 9112). Where two readings of the same
/// bytes are possible it refuses: a proxy in front may have taken the other one (hostile-input H9).
/// Hence no chunked bodies, no folded lines, one Host, one Content-Length. No I/O.
class HttpReader {
 public:
  struct Limits {
    std::size_t target;
    std::size_t header;
    std::size_t body;
  };
  enum class Event : std::uint8_t {
    need_more,
    request,  ///< the accessors below hold it until take_next()
    refused,  ///< answer with refusal_status() and close; stays refused
  };

  explicit HttpReader(const Limits& limits) : limits_(limits) {}

  void add(std::string_view bytes) { buffer_ += bytes; }
  Event next();
  /// Forgets the request that next() gave.
  void start_over();

  const std::string& method() const { return method_; }
  const std::string& target() const { return target_; }
  const HttpFields& fields() const { return fields_; }
  HttpFields take_fields() { return std::move(fields_); }
  std::string take_body() { return std::move(body_); }
  bool is_keep_alive() const { return is_keep_alive_; }
  bool is_http_1_1() const { return is_http_1_1_; }
  int refusal_status() const { return refusal_status_; }

  /// Of the request that next() has not given yet, some bytes are here.
  bool has_started() const { return state_ == State::body || !buffer_.empty(); }
  /// Bytes wait that belong to no request yet given.
  bool has_bytes_left() const { return !buffer_.empty(); }

 private:
  enum class State : std::uint8_t { header, body, done, refused };
  Event refuse(int status);
  /// 0 when the header is fine, else the status to refuse with.
  int parse_header(std::string_view header);

  Limits limits_;
  State state_ = State::header;
  std::string buffer_;
  std::size_t scanned_ = 0;  ///< the header does not end before this position
  std::size_t body_size_ = 0;
  std::string method_;
  std::string target_;
  HttpFields fields_;
  std::string body_;
  bool is_keep_alive_ = false;
  bool is_http_1_1_ = false;
  int refusal_status_ = 0;
};

}  // namespace dering::net
