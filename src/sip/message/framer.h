// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dering::sip {

/// Cuts a byte stream (TCP, TLS) into SIP messages by Content-Length (RFC 3261 §18.3) and answers
/// keep-alives (RFC 5626 §3.5.1). Bytes between two messages that begin none are skipped: single
/// line breaks however many, blanks, NUL, whole lines of anything else up to max_stray_bytes in a
/// row. What cannot be framed for certain closes the stream: a second guess would let bytes of one
/// message run as another (hostile-input A5). Holds at most max_message_size bytes beside those of
/// the last add().
class StreamFramer {
 public:
  enum class Event : std::uint8_t {
    need_more,  ///< nothing whole yet
    message,    ///< message() is one whole message
    ping,       ///< double CRLF: answer with one CRLF
    unframed,   ///< message() is a header section that does not say how long its body is; the
                ///< stream is broken
    broken,     ///< close the connection; stays broken
  };

  /// Far more than a phone sends by mistake.
  static constexpr std::size_t max_stray_bytes = 4096;

  void add(std::string_view bytes);
  /// Call until it gives need_more or broken.
  Event next();
  /// After Event::message and Event::unframed: valid until the next call of add() or next().
  std::string_view message() const { return message_; }
  /// Bytes skipped since the stream began, line breaks not counted.
  std::size_t stray_bytes() const { return stray_bytes_; }

 private:
  enum class State : std::uint8_t { between_messages, in_message, broken };

  std::string_view rest() const;  ///< what is not yet handed out
  void hand_out(std::size_t count);
  Event find_start();
  /// Takes what begins no message off the front of the rest; nothing when only more bytes can tell.
  void skip_stray_line();
  void skip_stray(std::size_t count);
  Event find_end();
  Event break_stream();

  std::string buffer_;
  std::size_t begin_ = 0;    ///< first byte not yet handed out
  std::size_t scanned_ = 0;  ///< what is looked for was not found before this position
  std::size_t needed_ = 0;   ///< size of the message at begin_; 0 until its header is whole
  std::size_t stray_bytes_ = 0;
  std::size_t stray_in_row_ = 0;
  std::string_view message_;
  State state_ = State::between_messages;
};

}  // namespace dering::sip
