// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dering::sip {

/// Cuts a byte stream (TCP, TLS) into SIP messages by Content-Length (RFC 3261 §18.3) and answers
/// keep-alives (RFC 5626 §3.5.1). What cannot be framed for certain closes the stream: a second
/// guess would let bytes of one message run as another (hostile-input A5). Holds at most
/// max_message_size bytes beside those of the last add().
class StreamFramer {
 public:
  enum class Event : std::uint8_t {
    need_more,  ///< nothing whole yet
    message,    ///< message() is one whole message
    ping,       ///< double CRLF: answer with one CRLF
    broken,     ///< close the connection; stays broken
  };

  void add(std::string_view bytes);
  /// Call until it gives need_more or broken.
  Event next();
  /// After Event::message: valid until the next call of add() or next().
  std::string_view message() const { return message_; }

 private:
  std::string_view rest() const;  ///< what is not yet handed out
  void skip(std::size_t count);
  /// Sets needed_, if the header section is whole.
  void find_size();

  std::string buffer_;
  std::size_t begin_ = 0;    ///< first byte not yet handed out
  std::size_t scanned_ = 0;  ///< the header end was not found before this position
  std::size_t needed_ = 0;   ///< size of the message at begin_; 0 until its header is whole
  std::string_view message_;
  bool is_broken_ = false;
};

}  // namespace dering::sip
